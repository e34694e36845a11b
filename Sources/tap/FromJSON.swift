import Bytes
import Host
import Lines
import Text
import Tool
import Wire

/// `--from-json`: a line, an event. What came before a line that is none is written before the tool gives up.
func convertFromJSON(_ options: Options) throws(Failure) -> Status {
    let name = options.endpoints[0].name
    let input = try options.endpoints[0].openToRead()
    let output = Descriptor.standardOutput
    guard !output.isTerminal() else {
        throw Failure(.usage, "frames are not for a terminal", mend: "tap --from-json FILE > FRAMES")
    }
    var lines = LineReader()
    var outbox = Outbox()
    var isAtEnd = false
    var failure: Failure?
    while !isAtEnd, failure == nil {
        let count = try lines.fill { span throws(Failure) in try input.read(into: &span, name) }
        guard let count else { break }
        isAtEnd = count == 0
        while failure == nil {
            let found = try lines.next(atEnd: isAtEnd) { line throws(Failure) in
                let defect = EventFromJSON.read(line.bytes, into: &outbox)
                if outbox.byteCount > 1 << 16 { try empty(&outbox, to: output) }
                return defect
            }
            if case .none = found { break }
            failure = refusal(found, "\(name):\(lines.line)")
        }
        try empty(&outbox, to: output)
    }
    if let failure { throw failure }
    return .ok
}

/// What the tool ends with after a line that is no event; nil after one that is.
private func refusal(_ found: LineReader.Found<EventFromJSON.Defect?>, _ place: String) -> Failure? {
    switch found {
    case .none, .line(nil): nil
    case .tooLong: Failure(.data, "\(place): the line is too long")
    case .line(let defect?): Failure(.data, "\(place): \(defect.text)")
    }
}

/// Writes all that waits.
private func empty(_ outbox: inout Outbox, to output: borrowing Descriptor) throws(Failure) {
    while !outbox.isEmpty {
        try outbox.empty { span throws(Failure) in try output.write(some: span, "standard output") }
    }
}
