import Bytes

/// Patterns as shells have them, for names: `*` any run, `?` any one byte; upper and lower case of ASCII are one.
public enum Glob {
    /// Whether the whole of `text` matches `pattern`. Time is at most the product of their lengths.
    public static func matches(_ pattern: RawSpan, _ text: RawSpan) -> Bool {
        var at = 0
        var place = 0
        // Where the last star stood, and where its run ends for now.
        var star = -1
        var run = 0
        while at < text.byteCount {
            if place < pattern.byteCount, pattern.byte(place) == 0x2A {
                star = place
                run = at
                place += 1
            } else if place < pattern.byteCount,
                pattern.byte(place) == 0x3F || lower(pattern.byte(place)) == lower(text.byte(at))
            {
                at += 1
                place += 1
            } else if star >= 0 {
                run += 1
                at = run
                place = star + 1
            } else {
                return false
            }
        }
        while place < pattern.byteCount, pattern.byte(place) == 0x2A { place += 1 }
        return place == pattern.byteCount
    }

    public static func matches(_ pattern: String, _ text: String) -> Bool {
        pattern.withBytes { pattern in text.withBytes { matches(pattern, $0) } }
    }

    /// Whether `pattern` stands for more than itself.
    public static func isPattern(_ pattern: String) -> Bool { pattern.utf8.contains { $0 == 0x2A || $0 == 0x3F } }

    private static func lower(_ byte: UInt8) -> UInt8 { byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte }
}
