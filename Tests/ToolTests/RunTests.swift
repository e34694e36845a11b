import Foundation
import Host
import Testing

@testable import Tool

/// A tool ends its process, so each of these has one of its own.
@Suite(.timeLimit(.minutes(1)))
struct RunTests {
    @Test(
        "--help and --version that were asked for go to standard output, with status 0",
        arguments: [
            ["--help"], ["-h"], ["--json", "--help", "x"], ["--version"], ["-V"],
        ])
    func asked(words: [String]) async {
        let result = await #expect(
            processExitsWith: .exitCode(0), observing: [\.standardOutputContent, \.standardErrorContent]
        ) { [words] in
            end(words) { _ throws(Failure) in throw Failure(.software, "the tool itself ran") }
        }
        let output = text(result?.standardOutputContent)
        let errors = text(result?.standardErrorContent)
        let wantsHelp = words.contains { $0.hasSuffix("h") || $0.hasSuffix("help") }
        let expected = wantsHelp ? sample.help : "sample (penstock) \(Command.version)\n"
        #expect(output.hasSuffix(expected))
        #expect(!errors.contains("sample:"))
    }

    @Test("a failure is one line on standard error, and its status")
    func fails() async {
        let result = await #expect(
            processExitsWith: .exitCode(75), observing: [\.standardOutputContent, \.standardErrorContent]
        ) {
            end(["a"]) { arguments throws(Failure) in
                throw Failure(.tempFail, "cannot connect to \(arguments.operands[0])", mend: "is it there?")
            }
        }
        let output = text(result?.standardOutputContent)
        let errors = text(result?.standardErrorContent)
        #expect(errors.hasSuffix("sample: cannot connect to a; is it there?\n"))
        #expect(!output.contains("cannot connect"))
    }

    @Test("bad arguments are status 64, before the tool does anything")
    func badArguments() async {
        let result = await #expect(processExitsWith: .exitCode(64), observing: [\.standardErrorContent]) {
            end(["--jsn"]) { _ throws(Failure) in .ok }
        }
        let errors = text(result?.standardErrorContent)
        #expect(errors.hasSuffix("sample: unknown option --jsn; did you mean --json?\n"))
    }

    @Test("the status that the tool returns is the process's")
    func status() async {
        await #expect(processExitsWith: .exitCode(1)) {
            end(["--json"]) { arguments throws(Failure) in arguments.has("json") ? .no : .ok }
        }
    }

    @Test("run reads the arguments that its process was started with")
    func ownArguments() async {
        // Those of the test's own runner, which are none of the sample's.
        let result = await #expect(processExitsWith: .exitCode(64), observing: [\.standardErrorContent]) {
            run(sample) { _ throws(Failure) in .ok }
        }
        let errors = text(result?.standardErrorContent)
        #expect(errors.contains("sample: unknown option --"))
    }

    @Test("a gone reader of the help is a failure with a line, but not for a viewer, which dies quietly")
    func goneReader() async {
        await #expect(processExitsWith: .exitCode(74)) {
            closeReaderOfOutput()
            Interrupts.install(diesQuietly: false)
            end(["--help"]) { _ throws(Failure) in .ok }
        }
        await #expect(processExitsWith: .signal(SIGPIPE)) {
            closeReaderOfOutput()
            Interrupts.install(diesQuietly: true)
            end(["--help"]) { _ throws(Failure) in .ok }
        }
    }

    @Test("complaining where nobody can listen does nothing")
    func closedErrors() async {
        await #expect(processExitsWith: .exitCode(3)) {
            close(2)
            complain("into the void")
            exit(3)
        }
    }
}

private func text(_ bytes: [UInt8]?) -> String { String(decoding: bytes ?? [], as: UTF8.self) }

/// Ends this process as `run` does a tool that was started with `words`.
private func end(_ words: [String], _ body: (Arguments) throws(Failure) -> Status) -> Never {
    exit(status(sample, words, body).rawValue)
}

/// Makes standard output a pipe that nobody reads, and lets this thread take signals, as a tool's main thread does.
private func closeReaderOfOutput() {
    var none = sigset_t()
    sigemptyset(&none)
    pthread_sigmask(SIG_SETMASK, &none, nil)
    var ends: [Int32] = [0, 0]
    _ = pipe(&ends)
    dup2(ends[1], 1)
    close(ends[0])
    close(ends[1])
}
