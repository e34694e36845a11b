import WebSockets

/// RFC 6455 once more, in the plainest way: the whole stream is there, nothing is fast, and texts are judged by the
/// standard library. What it says of a stream, the receiver must say.
struct PlainReceiver {
    var heard: [Heard] = []
    var defect: Defect?

    init(_ stream: [UInt8], as role: Role, limit: Int) { read(stream, role, limit) }

    private mutating func fail(_ found: Defect) { defect = found }

    private mutating func read(_ stream: [UInt8], _ role: Role, _ limit: Int) {
        var at = 0
        var message: [UInt8]?
        var isText = false
        while at + 2 <= stream.count {
            let (first, second) = (stream[at], stream[at + 1])
            let opcode = first & 15
            if first & 0x70 != 0 { return fail(.reservedBits) }
            if [3, 4, 5, 6, 7, 11, 12, 13, 14, 15].contains(opcode) { return fail(.unknownOpcode) }
            if opcode >= 8, first < 0x80 { return fail(.fragmentedControl) }
            if role == .server, second < 0x80 { return fail(.missingMask) }
            if role == .client, second >= 0x80 { return fail(.unexpectedMask) }
            var length = UInt64(second & 127)
            if opcode >= 8, length > 125 { return fail(.longControl) }
            let more = length == 126 ? 2 : length == 127 ? 8 : 0
            at += 2
            guard at + more <= stream.count else { return }
            if more > 0 {
                length = stream[at..<(at + more)].reduce(0) { $0 << 8 | UInt64($1) }
                if length >= 1 << 63 { return fail(.lengthRange) }
                if length < (more == 2 ? 126 : 65536) { return fail(.wastefulLength) }
            }
            at += more
            var key: [UInt8] = [0, 0, 0, 0]
            if role == .server {
                guard at + 4 <= stream.count else { return }
                key = Array(stream[at..<(at + 4)])
                at += 4
            }
            if opcode == 0, message == nil { return fail(.strayContinuation) }
            if opcode == 1 || opcode == 2, message != nil { return fail(.missingContinuation) }
            if opcode < 8, length > UInt64(limit - (message?.count ?? 0)) { return fail(.tooLarge) }
            let isWhole = length <= UInt64(stream.count - at)
            let end = isWhole ? at + Int(length) : stream.count
            let payload = stream[at..<end].enumerated().map { $1 ^ key[$0 & 3] }
            if opcode >= 8 {
                guard isWhole else { return }
                if opcode == 8 { return close(payload) }
                heard.append(Heard(opcode == 9 ? .ping : .pong, payload))
            } else {
                if opcode != 0 { isText = opcode == 1 }
                message = (message ?? []) + payload
                if isText, !PlainReceiver.mayBecomeText(message ?? []) { return fail(.invalidText) }
                guard isWhole else { return }
                if first >= 0x80 {
                    if isText, String(validating: message ?? [], as: UTF8.self) == nil { return fail(.invalidText) }
                    heard.append(Heard(isText ? .text : .binary, message ?? []))
                    message = nil
                }
            }
            at = end
        }
    }

    private mutating func close(_ payload: [UInt8]) {
        if payload.isEmpty { return heard.append(Heard(.close(nil))) }
        if payload.count == 1 {
            defect = .closeLength
            return
        }
        let code = Int(payload[0]) << 8 | Int(payload[1])
        let isGood = (1000...1003).contains(code) || (1007...1014).contains(code) || (3000...4999).contains(code)
        if !isGood {
            defect = .closeCode
            return
        }
        let reason = Array(payload.dropFirst(2))
        if String(validating: reason, as: UTF8.self) == nil {
            defect = .invalidText
            return
        }
        heard.append(Heard(.close(CloseCode(rawValue: UInt16(code))), reason))
    }

    /// Whether something could follow that makes it valid: at most three bytes, of which there are few kinds that matter.
    static func mayBecomeText(_ bytes: [UInt8]) -> Bool {
        let ends: [[UInt8]] = [[], [0x80], [0xBF], [0x90, 0x80], [0xA0, 0x80], [0x80, 0x80]]
        let more: [[UInt8]] = [[0x90, 0x80, 0x80], [0x80, 0x80, 0x80]]
        return (ends + more).contains { String(validating: bytes + $0, as: UTF8.self) != nil }
    }
}
