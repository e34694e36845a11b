import Bytes
import Events
import Host
import Lines
import Text
import Tool
import Units
import Wire

/// The number of the one command that is sent.
private let messageId: UInt64 = 1

/// Sends the command, and prints the answer to it.
func tell(_ options: Options) throws(Failure) -> Status {
    let connection = try connect(options)
    var outbox = Outbox(capacity: 1 << 12)
    let order = options.order
    outbox.put(Hello(producer: "control", timeBase: .monotonic), Envelope(kind: .hello, channel: .control))
    guard
        outbox.put(
            command: order.verb, messageId: messageId, enabled: order.isEnabled, consumer: options.name,
            target: order.target, arguments: order.arguments)
    else { throw Failure(.usage, "a command is longer than it may be", mend: "names have 64 bytes at most") }
    try outbox.empty { (span) throws(Failure) in
        try connection.write(all: span, options.socket)
        return span.byteCount
    }
    var inbox = Inbox(readBytes: 1 << 16)
    var answer: AnswerWord?
    /// What it says of its end.
    var farewell = ""
    var page = Printer(capacity: 1 << 12)
    let deadline = Clock.monotonic() + options.patience
    while answer == nil {
        try wait(connection, until: deadline, options)
        let count = try inbox.fill { (span) throws(Failure) in try connection.read(into: &span, options.socket) }
        guard let count, count > 0 else {
            throw farewell.isEmpty
                ? Failure(.unavailable, "\(options.socket) ended without an answer", mend: "is it a dispatch?")
                : Failure(.unavailable, "\(options.socket): \(farewell)")
        }
        let defect = inbox.drain { frame in
            let header = Header(frame)
            if header.envelope.kind == .end, Layout.defect(in: frame) == nil {
                let payload = Payload(header)
                farewell = String(frame, header.variable..<(header.variable + Int(payload.u16(frame, 2))))
            }
            guard header.envelope.kind == .acknowledgement, Layout.defect(in: frame) == nil else { return true }
            let found = AnswerWord(frame, header)
            guard found.messageId == messageId else { return true }
            page.print(jsonOf: frame)
            answer = found
            return false
        }
        if let defect {
            throw Failure(.unavailable, "\(options.socket) speaks no frames: \(defect.text)", mend: "--line for ingest")
        }
    }
    guard let answer else { return .software }
    return try tell(answer, page, options)
}

private func tell(_ answer: AnswerWord, _ page: borrowing Printer, _ options: Options) throws(Failure) -> Status {
    if options.isJSON {
        try print(page.read { String($0) } + "\n")
    } else if answer.isAccepted {
        try print(answer.text.isEmpty ? "ok, routing version \(answer.routingVersion)\n" : answer.text + "\n")
    }
    guard !answer.isAccepted else { return .ok }
    let status: Status
    switch answer.code {
    case .notPermitted: status = .noPermission
    case .invalid, .unknownCommand: status = .usage
    case .accepted, .refused, .unavailable: status = .unavailable
    }
    guard !options.isJSON else { return status }
    throw Failure(status, "refused: \(answer.text)")
}

/// Sends the words as a line, and prints the line that answers them.
func tellLine(_ options: Options) throws(Failure) -> Status {
    let connection = try connect(options)
    let line = options.words.joined(separator: " ") + "\n"
    var failure: Failure?
    line.withBytes { span in
        do throws(Failure) {
            try connection.write(all: span, options.socket)
        } catch {
            failure = error
        }
    }
    if let failure { throw failure }
    var room = Block(byteCount: 1 << 16)
    var text = ""
    let deadline = Clock.monotonic() + options.patience
    while !text.hasSuffix("\n") {
        try wait(connection, until: deadline, options)
        let count = try room.write(0..<room.byteCount) { (span) throws(Failure) in
            try connection.read(into: &span, options.socket)
        }
        guard let count, count > 0, text.utf8.count < 1 << 20 else {
            throw Failure(.unavailable, "\(options.socket) ended without an answer")
        }
        text += room.read(0..<count) { String($0) }
    }
    try print(text)
    return text.hasPrefix("refused") ? .unavailable : .ok
}

private func connect(_ options: Options) throws(Failure) -> Descriptor {
    do throws(Failure) {
        return try Endpoint.unix(options.socket).openToRead()
    } catch {
        throw Failure(error.status == .tempFail ? .unavailable : error.status, error.what, mend: error.mend)
    }
}

private func wait(_ connection: borrowing Descriptor, until deadline: Nanos, _ options: Options) throws(Failure) {
    let left = (deadline - Clock.monotonic()).count / 1_000_000 + 1
    switch Interrupts.wait(toRead: connection.number, milliseconds: Int32(clamping: max(1, left))) {
    case .some(true): return
    case .some(false): throw Failure(.tempFail, "stopped before \(options.socket) answered")
    case .none: throw Failure(.tempFail, "\(options.socket) does not answer", mend: "is it busy? --timeout 30s")
    }
}
