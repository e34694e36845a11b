public import Events

/// What a payload consists of, field by field: one table from which frames are checked, turned into text and back,
/// compared and described. FORMAT.md prints the same table, and a test holds the two against each other.
public struct Layout: Sendable {
    public let kind: Kind
    /// The channel such an event belongs to; nil: any.
    public let channel: Channel?
    /// Words of the fixed part as this version knows it. A frame may have more (a newer writer) or fewer (trailing
    /// zero words are left out).
    public let fixedWords: Int
    public let fields: [Field]
    /// Bits of each word of the fixed part that belong to no field, and so are 0.
    let unused: [UInt64]

    init(_ kind: Kind, _ channel: Channel?, words: Int, _ fields: [Field]) {
        var unused = [UInt64](repeating: ~0, count: words)
        func use(_ offset: Int, _ width: Int) {
            for byte in offset..<(offset + width) { unused[byte / 8] &= ~(0xFF << UInt64(byte % 8 * 8)) }
        }
        for field in fields {
            use(field.offset, field.form.width)
            if case .decimal(let exponent) = field.form { use(exponent, 1) }
            if case .levels = field.form { use(8, 2) }
        }
        self.kind = kind
        self.channel = channel
        self.fixedWords = words
        self.fields = fields
        self.unused = unused
    }

    /// Whether an event larger than one frame goes as parts; of other kinds, one that does not fit is not written.
    public var mayBeInParts: Bool { kind == .bookSnapshot || kind == .bookUpdate || kind == .merged }

    /// The layout of a kind that this version knows; nil for another.
    public static func of(_ kind: Kind) -> Layout? { kind.isKnown ? all[Int(kind.rawValue) - 1] : nil }
}

/// One field of a payload: its name, the same in all texts, and its place and form.
public struct Field: Sendable {
    public let name: String
    /// In the fixed part. Of a variable part: where its length or count stands.
    public let offset: Int
    public let form: Form

    public enum Form: Sendable {
        case u8, u16, u32, u64
        /// A byte, 0 or 1.
        case bool
        /// Nanoseconds since 1970, 0 = not given.
        case time
        /// Signed nanoseconds.
        case span
        /// A byte that stands for one of these words.
        case word([String])
        /// A mantissa of 8 bytes; its exponent is the byte at `exponent`, -128 = not given.
        case decimal(exponent: Int)
        /// 16 bytes, in text 32 hexadecimal digits; all zero = not given.
        case hex16
        /// UTF-8 of at most `limit` bytes, a variable part; its length is a u16, of a u8 if `byte`.
        case text(limit: Int, byte: Bool = false)
        /// UTF-8 of at most `limit` bytes, a variable part; its length is a u32.
        case longText(limit: Int)
        /// Opaque bytes, a variable part; its length is a u32.
        case bytes(limit: Int)
        /// Whole frames one after the other, a variable part; its length is a u32.
        case frames
        /// Levels, a variable part; their count is a u32, the exponents stand at 8 and 9 unless `mixed`.
        case levels
        /// Levels of 24 bytes with the index of their venue; their count is a u32.
        case venueLevels
    }
}

extension Field.Form {
    /// Whether it is a variable part, behind the fixed one.
    public var isVariable: Bool {
        switch self {
        case .text, .longText, .bytes, .frames, .levels, .venueLevels: true
        default: false
        }
    }

    /// Bytes in the fixed part.
    public var width: Int {
        switch self {
        case .u8, .bool, .word, .text(_, byte: true): 1
        case .u16, .text: 2
        case .u32, .longText, .bytes, .frames, .levels, .venueLevels: 4
        case .u64, .time, .span, .decimal: 8
        case .hex16: 16
        }
    }
}

extension Word {
    /// The words of the set in the order of their bytes.
    static var form: Field.Form { .word(allCases.map { "\($0)" }) }
}
