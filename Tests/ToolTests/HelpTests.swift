import Testing
import Tool

@Suite(.timeLimit(.minutes(1)))
struct HelpTests {
    @Test("help is the usage, a sentence, examples, and a line for each option, in columns")
    func help() {
        #expect(
            sample.help == """
                usage: sample FILE… [OPTION…]
                Does what a sample does.

                  sample day.frames --limit 3 | wc -l
                  cat day.frames | sample -

                  --json         one JSON object a line
                  --quiet        no notices
                  --symbol NAME  only these; may come again
                  --since TIME   from this time on
                  --limit N      end after N events
                  --help         print this
                  --version      print the version

                """)
    }

    @Test("a command without options still tells how to ask for help")
    func bare() {
        let help = Command("bare", operands: "", summary: "Nothing.", examples: [], options: []).help
        #expect(help.contains("--help") && help.contains("--version"))
    }

    @Test("every option that is declared is read, and every option that is read is in the help")
    func options() throws {
        for line in sample.help.split(separator: "\n") where line.hasPrefix("  --") {
            let words = line.split(separator: " ")
            let takesValue = words[1].allSatisfy { $0.isUppercase }
            let name = String(words[0].dropFirst(2))
            let arguments = try sample.parse(takesValue ? ["--\(name)", "x"] : ["--\(name)"])
            #expect(name == "help" || name == "version" || arguments.has(name) || arguments.value(name) == "x")
        }
    }
}
