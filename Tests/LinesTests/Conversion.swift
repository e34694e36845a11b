import Bytes
import Events
import Lines
import Support
import Text
import Units
import Wire

/// An event's frames as a line of JSON.
func json(_ frames: [UInt8]) -> String {
    var printer = Printer(capacity: 1 << 12)
    printer.print(jsonOf: frames.span.bytes)
    return printer.text
}

/// The frames of a line of JSON, or why there are none.
func frames(_ line: String) -> Result<[UInt8], EventFromJSON.Defect> {
    var outbox = Outbox(capacity: 1 << 12)
    let defect = line.withBytes { EventFromJSON.read($0, into: &outbox) }
    if let defect { return outbox.isEmpty ? .failure(defect) : .success([]) }
    return .success(outbox.bytes)
}

/// Why a line is no event; nil when it is one.
func refusal(_ line: String) -> String? {
    if case .failure(let defect) = frames(line) { defect.text } else { nil }
}

/// An event as people read it.
func line(_ frames: [UInt8], _ style: LineStyle = LineStyle()) -> String {
    var printer = Printer(capacity: 1 << 12)
    printer.print(lineOf: frames.span.bytes, style)
    return printer.text
}
