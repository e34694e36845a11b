/// The fields of an HTTP head, in their order. Names are compared without case.
public struct Fields: Equatable, Sendable {
    /// A field: its name in lower case, its value without the space around it. What is not UTF-8 in a value is U+FFFD.
    public struct Field: Equatable, Sendable {
        public let name: String
        public let value: String
    }

    public private(set) var all: [Field] = []

    /// Fields that a head has at most; beyond, it is refused.
    public static let countMax = 100

    mutating func append(_ name: String, _ value: String) { all.append(Field(name: name, value: value)) }

    /// The value of the first field of that name, which is given in lower case.
    public subscript(_ name: String) -> String? { all.first { $0.name == name }?.value }

    /// How many fields have that name, which is given in lower case.
    public func count(of name: String) -> Int { all.count { $0.name == name } }

    /// Whether `token` (in lower case) is in the lists, separated by commas, of all fields of that name.
    public func has(_ token: String, in name: String) -> Bool {
        all.contains { field in
            field.name == name
                && field.value.utf8.split(separator: 0x2C).contains { part in
                    Fields.isSame(part, token.utf8)
                }
        }
    }

    /// The value of the only field of that name as a whole number; nil where there is none, are several, or it is no number.
    /// So are Content-Length and Retry-After read, which may be a date instead.
    public func wholeNumber(_ name: String) -> Int? {
        guard count(of: name) == 1, let digits = self[name]?.utf8, !digits.isEmpty, digits.count <= 18 else {
            return nil
        }
        var number = 0
        for digit in digits {
            guard (0x30...0x39).contains(digit) else { return nil }
            number = number * 10 + Int(digit - 0x30)
        }
        return number
    }

    /// Whether a list's part is `token`, apart from case and the space around it.
    private static func isSame(_ part: Substring.UTF8View, _ token: String.UTF8View) -> Bool {
        var part = part
        while let first = part.first, first == 0x20 || first == 0x09 { part.removeFirst() }
        while let last = part.last, last == 0x20 || last == 0x09 { part.removeLast() }
        return part.count == token.count && zip(part, token).allSatisfy { lowered($0) == $1 }
    }

    static func lowered(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte | 0x20 : byte }

    /// Letters of names and methods. Source: RFC 9110, 5.6.2.
    static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        case 0x21, 0x23...0x27, 0x2A, 0x2B, 0x2D, 0x2E, 0x5E, 0x5F, 0x60, 0x7C, 0x7E: true
        default: false
        }
    }

    /// What a value may consist of: no control characters but the tab.
    static func isValueByte(_ byte: UInt8) -> Bool { byte == 0x09 || byte >= 0x20 && byte != 0x7F }
}
