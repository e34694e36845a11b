/// UTF-8 that programs trip over: quotes, escapes, control characters, characters of each length, none that is not valid.
struct RandomText: Sendable {
    private static let plain = ["B", "T", "C", "-", "7", "/", "_", " ", ".", ":"]
    private static let marks = [
        "\"", "\\", ",", ";", "'", "<", "\u{2028}", "é", "Ω", "漢", "🦀", "\u{301}", "\u{FEFF}", "\u{202E}",
    ]
    private static let odd = [
        "\u{FFFE}", "\u{FFFF}", "\u{10FFFF}", "\u{D7FF}", "\u{E000}", "\u{7FF}", "\u{800}", "\u{10000}", "\u{A0}",
    ]
    private static let controls = [
        "\u{0}", "\n", "\r", "\t", "\u{1B}", "\u{1F}", "\u{7F}", "\u{80}", "\u{85}", "\u{9B}", "\u{9F}",
    ]

    /// Without control characters: of a stream's name.
    func name(atMost limit: Int, using dice: inout Dice) -> [UInt8] {
        text(atMost: limit, shortest: 12, of: RandomText.plain, RandomText.marks + RandomText.odd, using: &dice)
    }

    /// With any character. Now and then as long as may be.
    func any(atMost limit: Int, using dice: inout Dice) -> [UInt8] {
        let rare = RandomText.marks + RandomText.odd + RandomText.controls
        return text(atMost: limit, shortest: 24, of: RandomText.plain, rare, using: &dice)
    }

    private func text(
        atMost limit: Int, shortest: Int, of usual: [String], _ rare: [String], using dice: inout Dice
    ) -> [UInt8] {
        let isLongest = dice.oneIn(limit > 1024 ? 100 : 12)
        let length = isLongest ? limit : dice.number(0...min(limit, shortest))
        let isPlain = dice.oneIn(2)
        var bytes: [UInt8] = []
        // A long text repeats a piece: making it is not what is tried.
        var piece: [UInt8] = []
        while bytes.count < length {
            if length > 1024, piece.isEmpty, bytes.count >= 64 { piece = bytes }
            let isOdd = !isPlain && dice.oneIn(4)
            let next = piece.isEmpty ? Array((isOdd ? dice.pick(rare) : dice.pick(usual)).utf8) : piece
            if bytes.count + next.count <= length { bytes += next } else { bytes.append(0x41) }
        }
        return bytes
    }
}
