import Bytes
import Events
import Flow
import Host
import Lines
import Text
import Tool
import Units
import Wire

/// `--diff A B`: the first event that differs, field by field. Status 0 when there is none, else 1.
func diff(_ options: Options) throws(Failure) -> Status {
    var left = try EventStream(options.endpoints[0], options)
    var right = try EventStream(options.endpoints[1], options)
    var count = 0
    while true {
        let a = try left.next()
        let b = try right.next()
        guard let a, let b else {
            guard let rest = a ?? b else {
                try print("same: \(count) events\n")
                return .ok
            }
            let name = a == nil ? left.name : right.name
            try print("event \(count + 1): \(name) has ended; the other goes on with \(rest.text)\n")
            return .no
        }
        count += 1
        guard a.text != b.text else { continue }
        try print(
            "event \(count), offset \(a.at) of \(left.name), \(b.at) of \(right.name):\n" + difference(a.text, b.text))
        return .no
    }
}

/// The fields in which two events differ, a line each.
private func difference(_ a: String, _ b: String) -> String {
    let left = fieldsOf(a)
    let right = fieldsOf(b)
    var lines: [String] = []
    for (name, value) in left {
        guard let other = right.first(where: { $0.0 == name })?.1 else {
            lines.append("  \(name): \(short(value)) | -")
            continue
        }
        if value != other { lines.append("  \(name): \(contrast(value, other))") }
    }
    for (name, value) in right where !left.contains(where: { $0.0 == name }) {
        lines.append("  \(name): - | \(short(value))")
    }
    return lines.joined(separator: "\n") + "\n"
}

/// Two values; of long ones only from where they differ.
private func contrast(_ a: String, _ b: String) -> String {
    guard a.utf8.count + b.utf8.count > 160 else { return "\(a) | \(b)" }
    let same = zip(a.utf8, b.utf8).prefix { $0 == $1 }.count
    let start = max(same - 24, 0)
    func part(_ text: String) -> String {
        String(decoding: text.utf8.dropFirst(start).prefix(72), as: Unicode.UTF8.self)
    }
    return "… \(part(a)) … | … \(part(b)) … (from byte \(same) on)"
}

private func short(_ value: String) -> String {
    value.utf8.count > 80 ? String(decoding: value.utf8.prefix(80), as: Unicode.UTF8.self) + "…" : value
}

/// The events of one endpoint, one by one, as JSON.
struct EventStream: ~Copyable {
    private let input: Descriptor
    private var inbox = Inbox()
    private var maker: EventMaker
    private var isAtEnd = false
    let name: String

    init(_ endpoint: Endpoint, _ options: Options) throws(Failure) {
        input = try endpoint.openToRead()
        name = endpoint.name
        maker = EventMaker(options)
    }

    /// The next event that the filter admits, and where its last frame began; nil at the end.
    mutating func next() throws(Failure) -> (text: String, at: UInt64)? {
        while true {
            let at = inbox.offset
            if let text = try EventStream.take(&inbox, &maker, name) { return (text, at) }
            if inbox.offset > at { continue }
            if isAtEnd {
                guard inbox.holdsPartialFrame else { return nil }
                throw Failure(.io, "\(name) ends inside a frame, at offset \(inbox.offset)")
            }
            let count = try inbox.fill { span throws(Failure) in try input.read(into: &span, name) }
            isAtEnd = count == nil || count == 0
        }
    }

    /// Takes one frame, if one is there; the event that it completes.
    private static func take(
        _ inbox: inout Inbox, _ maker: inout EventMaker, _ name: String
    ) throws(Failure) -> String? {
        let at = inbox.offset
        var text: String?
        let defect: Frame.Defect? = try inbox.drain { frame throws(Failure) in
            if let field = Layout.defect(in: frame) {
                throw Failure(.data, "\(name): \(field) is out of range, at offset \(at)")
            }
            text = maker.take(frame)
            return false
        }
        if let defect {
            var status = Status.data
            if case .version = defect { status = .protocolVersion }
            throw Failure(status, "\(name): \(defect.text), at offset \(at)")
        }
        return text
    }
}

/// Makes JSON texts of the frames of one stream.
private struct EventMaker: ~Copyable {
    private let filter: Filter
    private let ignored: Ignored
    private var assembly = Assembly()
    private var page = Printer()
    private var offset = Nanos.zero

    init(_ options: Options) {
        filter = options.filter
        ignored = options.ignored
    }

    mutating func take(_ frame: RawSpan) -> String? {
        let header = Header(frame)
        if header.envelope.kind == .hello { offset = Nanos(Payload(header).i64(frame, 0)) }
        switch assembly.take(frame) {
        case .more, .stray: return nil
        case .single, .complete: break
        }
        guard filter.admits(frame, header, offset: offset), !ignored.kinds.contains(header.envelope.kind) else {
            return nil
        }
        page.clear()
        if header.envelope.parts == 1 {
            page.print(jsonOf: frame)
        } else {
            assembly.read { page.print(jsonOf: $0) }
        }
        let text = page.read { String($0) }
        return ignored.fields.isEmpty ? text : ignored.cut(text)
    }
}
