import Bytes
public import Events
import Units

/// An event in the making, field by field, for whoever does not know its kind beforehand: text read back, tests, commands.
/// Not for the hot path: it allocates.
public struct Draft: Sendable {
    public var envelope: Envelope
    public var name: StreamName
    /// Nanoseconds since received, by `Hop`.
    public var hops = [UInt64](repeating: 0, count: 8)
    /// The fixed part, as words; trailing zero words are left out when it is written.
    public var words: [UInt64]
    /// The variable parts, each padded to a multiple of 8.
    public var variable: [UInt8] = []
    /// Words of the fixed part to write where they are not just as many as are needed.
    public var wordCount: Int?

    public init(_ envelope: Envelope, _ name: StreamName) {
        self.envelope = envelope
        self.name = name
        words = [UInt64](repeating: 0, count: Layout.of(envelope.kind)?.fixedWords ?? 0)
    }

    /// Puts the lowest `width` bytes of `value` into the fixed part; traps outside it.
    public mutating func put(_ value: UInt64, at offset: Int, width: Int) {
        for byte in 0..<width {
            let at = offset + byte
            let shift = UInt64(at % 8 * 8)
            words[at / 8] = words[at / 8] & ~(0xFF << shift) | (value >> UInt64(byte * 8) & 0xFF) << shift
        }
    }

    /// The bytes of the fixed part at `offset`, as a number.
    public func value(at offset: Int, width: Int) -> UInt64 {
        var value: UInt64 = 0
        for byte in 0..<width {
            let at = offset + byte
            guard at / 8 < words.count else { continue }
            value |= (words[at / 8] >> UInt64(at % 8 * 8) & 0xFF) << UInt64(byte * 8)
        }
        return value
    }

    /// Adds a variable part, padded.
    public mutating func append(_ bytes: [UInt8]) {
        variable += bytes
        variable += [UInt8](repeating: 0, count: (8 - bytes.count % 8) % 8)
    }
}

extension Outbox {
    /// Appends the event as one frame. False, and nothing is done, when it does not fit or would be no good frame.
    @discardableResult
    public mutating func put(_ draft: Draft) -> Bool { write(draft) == nil }

    /// As `put`, but tells what is wrong: a field's name, or `length` where it does not fit. Nil when it is done.
    public mutating func write(_ draft: Draft) -> String? {
        var count = draft.words.count
        while count > 0, draft.words[count - 1] == 0 { count -= 1 }
        count = draft.wordCount ?? count
        let head = draft.name.headBytes
        let bytes = head + count * 8 + draft.variable.count
        guard bytes <= Frame.bytesMax, draft.variable.count % 8 == 0 else { return "length" }
        guard 0...255 ~= count, draft.words.dropFirst(count).allSatisfy({ $0 == 0 }) else { return "fixedWords" }
        var frame = Block(byteCount: bytes)
        let defect = frame.write(0..<bytes) { span in
            span.put(draft.envelope, draft.name, fixedWords: count)
            for (hop, nanos) in draft.hops.enumerated() { span.put(nanos, at: 88 + hop * 8) }
            for index in 0..<min(count, draft.words.count) { span.put(draft.words[index], at: head + index * 8) }
            // Sound: the compiler doubts `bytes` of any span; these are bytes already.
            unsafe span.put(draft.variable.span.bytes, at: head + count * 8)
            span.seal()
            if case .defect(.range(let field)) = Frame.front(of: span.bytes) { return field as String? }
            return Layout.defect(in: span.bytes)
        }
        if let defect { return defect }
        return frame.read(0..<bytes) { put(whole: $0) } ? nil : "length"
    }
}
