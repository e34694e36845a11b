import Testing

/// A tidy test that sees nothing would pass: so what it sees is tested too.
@Suite(.timeLimit(.minutes(1)))
struct SourceFileTests {
    private func code(_ text: String) -> String { SourceFile(path: "Sources/Common/Bytes/A.swift", text: text).code }

    @Test("comments and the insides of strings are no code; everything else is, in its place")
    func blanking() {
        #expect(code("a // unsafe\nb") == "a          \nb")
        #expect(code("a /* x\n y */ b") == "a     \n      b")
        #expect(code(#"f("unsafe \" x") + g"#) == "f(             ) + g")
        #expect(code("x = \"\"\"\n  unsafe \"q\"\n  \"\"\" + y") == "x =    \n            \n      + y")
        #expect(code(##"f(#"a "b" \"#, c)"##) == "f(           , c)")
        #expect(code("\"a\\\\\" + unsafe") == "      + unsafe")
        #expect(code("/// doc\nunsafe let x = 1 // tail") == "       \nunsafe let x = 1        ")
    }

    @Test("a match is told with its file and line")
    func matches() {
        let file = SourceFile(path: "Sources/Common/Text/A.swift", text: "import Bytes\n// try! x\nlet y = try! z()\n")
        #expect(file.matches("\\btry!") == ["Sources/Common/Text/A.swift:3: try!"])
        #expect(file.matches("\\btry!", inText: true).map { $0.contains(":2:") } == [true, false])
        #expect(file.matches("^let").count == 1 && file.matches("^ *//").isEmpty)
        #expect(file.room == "Text" && SourceFile(path: "Sources/tap/main.swift", text: "").room == nil)
        #expect(SourceFile(path: "Tests/TextTests/A.swift", text: "").room == nil)
    }
}
