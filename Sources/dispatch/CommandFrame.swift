import Bytes
import Events
import Lanes
import Text
import Wire

extension Request {
    /// The fixed part of a command's frame.
    struct Frame {
        var messageId: UInt64 = 0
        var verb: CommandVerb?
        var name = ""
        var target = ""
        var isEnabled = false
        var fault: String?

        /// With the text of its arguments.
        static func read(_ frame: RawSpan) -> (Frame, [UInt8]) {
            var head = Frame()
            if let field = Layout.defect(in: frame) {
                head.fault = "\(field) of a command is out of range"
                return (head, [])
            }
            let header = Header(frame)
            let payload = Payload(header)
            head.messageId = payload.u64(frame, 0)
            head.verb = CommandVerb(rawValue: payload.u8(frame, 8))
            var at = header.variable
            var parts: [[UInt8]] = []
            for count in [
                Int(payload.u16(frame, 10)), Int(payload.u16(frame, 12)), Int(payload.u32(frame, 16)),
            ] {
                parts.append((at..<(at + count)).map { frame.byte($0) })
                at += (count + 7) & ~7
            }
            head.name = String(decoding: parts[0], as: Unicode.UTF8.self)
            head.target = String(decoding: parts[1], as: Unicode.UTF8.self)
            head.isEnabled = payload.u8(frame, 9) == 1
            return (head, parts[2])
        }
    }

    /// All that a command without arguments asks for.
    static var empty: Request? {
        var why = ""
        return Array("{}".utf8).withBytes { Request($0, why: &why) }
    }

    mutating func adopt(_ head: Frame) {
        messageId = head.messageId
        if let word = head.verb { verb = "\(word)" }
        if name.isEmpty { name = head.name }
    }
}
