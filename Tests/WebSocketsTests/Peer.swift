import WebSockets

/// Frames as the other side sends them, right or wrong, written byte by byte: the model beside the code that is tested.
struct Peer {
    /// Of whom it speaks to: a server's peer masks.
    let role: Role
    var key: [UInt8] = [0x37, 0xFA, 0x21, 0x3D]

    /// How many bytes of length stand in the head, beyond the first seven bits.
    enum Form { case shortest, two, eight }

    func frame(
        _ opcode: Int, _ payload: [UInt8] = [], final: Bool = true, reserved: UInt8 = 0, form: Form = .shortest,
        announced: UInt64? = nil, masked: Bool? = nil
    ) -> [UInt8] {
        let isMasked = masked ?? (role == .server)
        let length = announced ?? UInt64(payload.count)
        var bytes = [(final ? 0x80 : 0) | reserved << 4 | UInt8(opcode)]
        let mask: UInt8 = isMasked ? 0x80 : 0
        if form == .shortest, length < 126 {
            bytes.append(mask | UInt8(length))
        } else if form == .two || form == .shortest && length < 65536 {
            bytes += [mask | 126, UInt8(length >> 8), UInt8(length & 255)]
        } else {
            bytes += [mask | 127] + (0..<8).map { UInt8(truncatingIfNeeded: length >> (56 - $0 * 8)) }
        }
        guard isMasked else { return bytes + payload }
        return bytes + key + payload.enumerated().map { $1 ^ key[$0 & 3] }
    }

    func text(_ text: String, final: Bool = true) -> [UInt8] { frame(1, Array(text.utf8), final: final) }

    func close(_ code: UInt16, _ reason: [UInt8] = []) -> [UInt8] {
        frame(8, [UInt8(code >> 8), UInt8(code & 255)] + reason)
    }
}
