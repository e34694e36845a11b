import Bytes
import Host
import Lines
import Text
import Tool
import Wire

/// `--from-json`: a line, an event.
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
    while !isAtEnd {
        let count = try lines.fill { span throws(Failure) in try input.read(into: &span, name) }
        guard let count else { break }
        isAtEnd = count == 0
        while true {
            let found = try lines.next(atEnd: isAtEnd) { line throws(Failure) in
                let defect = EventFromJSON.read(line.bytes, into: &outbox)
                while outbox.byteCount > 1 << 16 {
                    try outbox.empty { span throws(Failure) in try output.write(some: span, "standard output") }
                }
                return defect
            }
            if case .none = found { break }
            if case .tooLong = found { throw Failure(.data, "\(name):\(lines.line): the line is too long") }
            if case .line(let defect?) = found { throw Failure(.data, "\(name):\(lines.line): \(defect.text)") }
        }
        while !outbox.isEmpty {
            try outbox.empty { span throws(Failure) in try output.write(some: span, "standard output") }
        }
    }
    return .ok
}
