// reporter: a producer of execution reports with a journal, for tests of the critical lane. Makes reports until a file named `stop`
// stands in its folder, and ends once dispatch keeps them all; prints how many there are.
import Bytes
import Events
import Host
import Spools
import Support
import Tool
import Units
import Wire

let command = Command(
    "reporter", operands: "SOCKET DIR", summary: "Sends reports to dispatch, none of which may be lost.",
    examples: ["reporter producers.sock journal"], options: [.value("rate", "N", "reports a millisecond")])

run(command) { (arguments) throws(Failure) in
    guard arguments.operands.count == 2 else { throw Failure(.usage, "which socket, which folder?") }
    var reporter = try Reporter.open(
        arguments.operands[0], arguments.operands[1], rate: try arguments.number("rate", 1...1000) ?? 2)
    while !Interrupts.isStopping, try reporter.turn() {}
    try print("\(reporter.journal.written)\n")
    return .ok
}
