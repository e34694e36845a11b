import Bytes

/// What a frame is for. Source: RFC 6455, 5.2.
enum Opcode {
    static let continuation: UInt8 = 0
    static let text: UInt8 = 1
    static let binary: UInt8 = 2
    static let close: UInt8 = 8
    static let ping: UInt8 = 9
    static let pong: UInt8 = 10

    static func isKnown(_ opcode: UInt8) -> Bool { opcode & 7 <= 2 }
}

/// The bytes before a frame's payload; lengths are big-endian.
///
///     offset size field
///          0    1 FIN (0x80), three reserved bits, opcode (0x0F)
///          1    1 masked (0x80), length (0x7F); 126: two bytes of length follow, 127: eight
///          2  0/2/8 length
///          …  0/4 masking key
struct FrameHead {
    /// Of the longest head.
    static let bytesMax = 14
    /// Payload bytes of a control frame at most.
    static let controlMax = 125

    var opcode: UInt8 = 0
    var isFinal = false
    /// Bytes of the head itself.
    var byteCount = 0
    var payloadBytes = 0
    /// As it stands on the wire, first byte lowest; 0 without a mask.
    var key: UInt32 = 0

    var isControl: Bool { opcode & 8 != 0 }

    /// What `read` found.
    enum Found: Equatable {
        case whole
        case partial
        case defect(Defect)
    }

    /// Reads the head at the start of `bytes`. Judges in the order of the bytes, so that no cut of the stream changes the verdict.
    mutating func read(_ bytes: RawSpan, as role: Role) -> Found {
        guard bytes.byteCount >= 2 else { return .partial }
        let pair = bytes.u16(0)
        let first = UInt8(truncatingIfNeeded: pair)
        opcode = first & 0x0F
        isFinal = first & 0x80 != 0
        guard first & 0x70 == 0 else { return .defect(.reservedBits) }
        guard Opcode.isKnown(opcode) else { return .defect(.unknownOpcode) }
        guard isFinal || !isControl else { return .defect(.fragmentedControl) }
        let isMasked = pair & 0x8000 != 0
        guard isMasked == (role == .server) else {
            return .defect(role == .server ? .missingMask : .unexpectedMask)
        }
        let keyBytes = isMasked ? 4 : 0
        let short = Int(pair >> 8 & 0x7F)
        if short <= FrameHead.controlMax {
            payloadBytes = short
            byteCount = 2 &+ keyBytes
        } else if isControl {
            return .defect(.longControl)
        } else if short == 126 {
            guard bytes.byteCount >= 4 else { return .partial }
            payloadBytes = Int(bytes.u16(2).byteSwapped)
            guard payloadBytes > FrameHead.controlMax else { return .defect(.wastefulLength) }
            byteCount = 4 &+ keyBytes
        } else {
            guard bytes.byteCount >= 10 else { return .partial }
            let length = bytes.u64(2).byteSwapped
            guard length < 1 << 63 else { return .defect(.lengthRange) }
            guard length > 0xFFFF else { return .defect(.wastefulLength) }
            payloadBytes = Int(length)
            byteCount = 10 &+ keyBytes
        }
        guard bytes.byteCount >= byteCount else { return .partial }
        key = isMasked ? bytes.u32(byteCount &- 4) : 0
        return .whole
    }

    /// Bytes of the shortest head for `payloadBytes`.
    static func byteCount(payloadBytes: Int, isMasked: Bool) -> Int {
        (payloadBytes <= controlMax ? 2 : payloadBytes <= 0xFFFF ? 4 : 10) &+ (isMasked ? 4 : 0)
    }

    /// Writes the head of a final frame at the start of `span`, which has room for it; `key`: nil without a mask.
    static func write(_ opcode: UInt8, payloadBytes: Int, key: UInt32?, to span: inout MutableRawSpan) {
        span.put(0x80 | opcode, at: 0)
        let mask: UInt8 = key == nil ? 0 : 0x80
        if payloadBytes <= controlMax {
            span.put(mask | UInt8(payloadBytes), at: 1)
        } else if payloadBytes <= 0xFFFF {
            span.put(mask | 126, at: 1)
            span.put(UInt16(payloadBytes).byteSwapped, at: 2)
        } else {
            span.put(mask | 127, at: 1)
            span.put(UInt64(payloadBytes).byteSwapped, at: 2)
        }
        if let key { span.put(key, at: byteCount(payloadBytes: payloadBytes, isMasked: false)) }
    }
}
