import Bytes
public import Events
import Units

extension Outbox {
    /// A command: `consumer` for whom, `target` what it is about, `arguments` a JSON object or nothing.
    @discardableResult
    public mutating func put(
        command verb: CommandVerb, messageId: UInt64, enabled: Bool = false, consumer: String = "",
        target: String = "", arguments: String = ""
    ) -> Bool {
        let texts = [consumer, target, arguments].map { Array($0.utf8) }
        guard texts[0].count <= 64, texts[1].count <= 256, texts[2].count <= 65_536 else { return false }
        let envelope = Envelope(kind: .command, channel: .control)
        return put(envelope, .none, fixedWords: 3, variableBytes: texts.paddedBytes) { fixed in
            fixed.put(messageId, at: 0)
            fixed.put(verb.rawValue, at: 8)
            fixed.put(enabled ? 1 : 0 as UInt8, at: 9)
            fixed.put(UInt16(texts[0].count), at: 10)
            fixed.put(UInt16(texts[1].count), at: 12)
            fixed.put(UInt32(texts[2].count), at: 16)
        } variable: {
            $0.put(padded: texts)
        }
    }
}

/// A command's frame, read.
public struct CommandWord: Equatable, Sendable {
    public let messageId: UInt64
    public let verb: CommandVerb
    public let enabled: Bool
    public let consumer, target, arguments: String

    /// Reads a frame that `Frame.front` and `Layout.defect` have found good.
    public init(_ frame: RawSpan, _ header: Header) {
        let payload = Payload(header)
        messageId = payload.u64(frame, 0)
        verb = CommandVerb(rawValue: payload.u8(frame, 8)) ?? .query
        enabled = payload.u8(frame, 9) == 1
        let counts = [Int(payload.u16(frame, 10)), Int(payload.u16(frame, 12)), Int(payload.u32(frame, 16))]
        let texts = frame.texts(of: counts, from: header)
        (consumer, target, arguments) = (texts[0], texts[1], texts[2])
    }
}

/// An acknowledgement's frame, read.
public struct AnswerWord: Equatable, Sendable {
    public let messageId: UInt64
    public let isAccepted: Bool
    public let code: AnswerCode
    public let consumer, text: String
    public let routingVersion: UInt32

    /// Reads a frame that `Frame.front` and `Layout.defect` have found good.
    public init(_ frame: RawSpan, _ header: Header) {
        let payload = Payload(header)
        messageId = payload.u64(frame, 0)
        isAccepted = payload.u8(frame, 8) == 1
        code = AnswerCode(rawValue: payload.u8(frame, 9)) ?? .refused
        let texts = frame.texts(of: [Int(payload.u16(frame, 10)), Int(payload.u32(frame, 16))], from: header)
        (consumer, text) = (texts[0], texts[1])
        routingVersion = header.envelope.routingVersion
    }
}

extension RawSpan {
    /// The variable parts of these lengths, one after the other, each padded.
    fileprivate func texts(of counts: [Int], from header: Header) -> [String] {
        var at = header.variable
        return counts.map { count in
            defer { at += (count + 7) & ~7 }
            return String(self, min(at, header.end)..<min(at + count, header.end))
        }
    }
}
