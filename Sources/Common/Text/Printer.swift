public import Bytes
public import Units

/// A growing page of text that its owner empties from time to time: how tools write lines without making strings.
public struct Printer: ~Copyable {
    @usableFromInline var block: Block
    /// Bytes printed since the last `clear`.
    public private(set) var count = 0

    public init(capacity: Int = 1 << 16) { block = Block(byteCount: capacity) }

    /// Lends what was printed.
    public borrowing func read<R, E: Error>(_ body: (RawSpan) throws(E) -> R) throws(E) -> R {
        try block.read(0..<count, body)
    }

    /// The byte that was printed last; nil where nothing was.
    public var last: UInt8? { count > 0 ? block.read((count - 1)..<count) { $0.byte(0) } : nil }

    public mutating func clear() { count = 0 }

    /// Forgets what was printed after the first `count` bytes.
    public mutating func truncate(to count: Int) {
        precondition(count <= self.count, "a truncation shortens")
        self.count = count
    }

    /// Room for `n` more bytes, lent out to be written wholly.
    @inline(__always)
    mutating func extend<R>(by n: Int, _ body: (inout MutableRawSpan) -> R) -> R {
        if block.byteCount - count < n { block.grow(to: max(block.byteCount * 2, count + n)) }
        let start = count
        count += n
        return block.write(start..<count, body)
    }

    public mutating func print(_ text: StaticString) { text.withBytes { print($0) } }

    public mutating func print(_ text: String) { text.withBytes { print($0) } }

    public mutating func print(_ bytes: RawSpan) {
        extend(by: bytes.byteCount) { $0.put(bytes, at: 0) }
    }

    public mutating func print(byte: UInt8) { extend(by: 1) { $0.put(byte, at: 0) } }

    public mutating func print(byte: UInt8, times: Int) {
        guard times > 0 else { return }
        extend(by: times) { span in
            for at in 0..<times { span.put(byte, at: at) }
        }
    }

    public mutating func print(_ number: UInt64) { print(number, digits: 1) }

    /// `number` with at least `digits` digits, zero-filled.
    public mutating func print(_ number: UInt64, digits: Int) {
        let length = max(Printer.digitCount(number), digits)
        extend(by: length) { span in
            var rest = number
            var at = length
            while at > 0 {
                at -= 1
                span.put(UInt8(0x30 + rest % 10), at: at)
                rest /= 10
            }
        }
    }

    public mutating func print(_ number: Int64) {
        if number < 0 { print(byte: 0x2D) }
        print(number.magnitude)
    }

    public mutating func print(hex number: UInt64, digits: Int) {
        extend(by: digits) { span in
            for at in 0..<digits {
                let nibble = UInt8(truncatingIfNeeded: number >> UInt64((digits - 1 - at) * 4)) & 15
                span.put(nibble < 10 ? 0x30 + nibble : 0x57 + nibble, at: at)
            }
        }
    }

    /// The number as people and JSON write it, with all its digits and without an exponent; `-` when not given.
    public mutating func print(_ number: Decimal) {
        guard number.isGiven else { return print(byte: 0x2D) }
        if number.mantissa < 0 { print(byte: 0x2D) }
        let magnitude = number.mantissa.magnitude
        if number.exponent >= 0 {
            print(magnitude)
            if magnitude != 0 { print(byte: 0x30, times: Int(number.exponent)) }
            return
        }
        let fraction = -Int(number.exponent)
        let digits = Printer.digitCount(magnitude)
        let whole = max(digits - fraction, 0)
        let length = max(whole, 1) + 1 + fraction
        extend(by: length) { span in
            var rest = magnitude
            var at = length
            for _ in 0..<fraction {
                at -= 1
                span.put(UInt8(0x30 + rest % 10), at: at)
                rest /= 10
            }
            at -= 1
            span.put(0x2E as UInt8, at: at)
            while at > 0 {
                at -= 1
                span.put(UInt8(0x30 + rest % 10), at: at)
                rest /= 10
            }
        }
    }

    /// `bytes`, which are valid UTF-8, as a JSON string with its quotes.
    public mutating func print(json bytes: RawSpan) {
        print(byte: 0x22)
        var start = 0
        for at in 0..<bytes.byteCount {
            let byte = bytes.byte(at)
            guard byte < 0x20 || byte == 0x22 || byte == 0x5C || byte == 0x7F else { continue }
            print(bytes.extracting(start..<at))
            start = at + 1
            switch byte {
            case 0x22: print("\\\"")
            case 0x5C: print("\\\\")
            case 0x0A: print("\\n")
            case 0x0D: print("\\r")
            case 0x09: print("\\t")
            default:
                print("\\u00")
                print(hex: UInt64(byte), digits: 2)
            }
        }
        print(bytes.extracting(start..<bytes.byteCount))
        print(byte: 0x22)
    }

    static func digitCount(_ number: UInt64) -> Int {
        var count = 1
        var rest = number
        while rest >= 10 {
            rest /= 10
            count += 1
        }
        return count
    }
}

extension String {
    /// A decimal's digits, as the wire had them; `-` where none is given.
    public init(_ number: Decimal) {
        var printer = Printer(capacity: 64)
        printer.print(number)
        self = printer.read { String($0) }
    }
}
