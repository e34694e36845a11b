import Glibc
public import Host
import Text

/// Runs a tool and exits: reads its arguments, answers `--help` and `--version`, and turns a failure into one line and a status.
///
/// - Parameter diesQuietly: whether a gone reader of standard output ends the tool without a word, as it should a viewer.
public func run(
    _ command: Command, diesQuietly: Bool = false, _ body: (Arguments) throws(Failure) -> Status
) -> Never {
    Program.occupyStandardDescriptors()
    Interrupts.install(diesQuietly: diesQuietly)
    exit(status(command, Array(CommandLine.arguments.dropFirst()), body).rawValue)
}

/// The status that a tool given `words` ends with.
func status(
    _ command: Command, _ words: [String], _ body: (Arguments) throws(Failure) -> Status
) -> Status {
    do throws(Failure) {
        let arguments = try command.parse(words)
        if arguments.wantsHelp {
            try print(command.help)
            return .ok
        }
        if arguments.wantsVersion {
            try print("\(command.name) (penstock) \(Command.version)\n")
            return .ok
        }
        return try body(arguments)
    } catch {
        complain("\(command.name): \(error.line)")
        return error.status
    }
}

/// Writes text to standard output.
public func print(_ text: String) throws(Failure) { try write(text, to: 1, "standard output") }

/// Tells a person one thing, on standard error. Nothing is done where that is closed.
public func complain(_ line: String) { try? write(line + "\n", to: 2, "standard error") }

private func write(_ text: String, to number: Int32, _ what: String) throws(Failure) {
    let descriptor = Descriptor(number, owns: false)
    var printer = Printer(capacity: 256)
    printer.print(text)
    try printer.read { span throws(Failure) in try descriptor.write(all: span, what) }
}
