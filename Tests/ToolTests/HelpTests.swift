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

                  --json               one JSON object a line
                  --quiet              no notices
                  --symbol NAME        only these; may come again
                  --since TIME         from this time on
                  --limit N            end after N events
                  --help  --version    print this, or the version

                """)
    }

    @Test("an option without a help of its own stands on the line of the next")
    func groups() {
        let options: [Command.Option] = [
            .value("from", "TIME"), .value("until", "TIME", "only between"), .flag("x", "y"),
        ]
        let help = Command("grouped", operands: "", summary: "Nothing.", examples: [], options: options).help
        #expect(help.contains("\n  --from TIME  --until TIME  only between\n  --x                      y\n"))
    }

    @Test("a command without options still tells how to ask for help")
    func bare() {
        let help = Command("bare", operands: "", summary: "Nothing.", examples: [], options: []).help
        #expect(help.contains("--help") && help.contains("--version"))
    }

    @Test("every option that is declared is read, and every option that is read is in the help")
    func options() throws {
        let told = sample.help.matches(of: #/  --(?<name>[a-z-]+)(?<value> [A-Z]+(?= |$))?/#)
        #expect(told.count == 7)
        for option in told {
            let takesValue = option.value != nil
            let name = String(option.name)
            let arguments = try sample.parse(takesValue ? ["--\(name)", "x"] : ["--\(name)"])
            #expect(name == "help" || name == "version" || arguments.has(name) || arguments.value(name) == "x")
        }
    }
}
