import Bytes
import Events
import Units

/// Kraken's checksum of a book: CRC-32 over the digits of the best ten asks, then of the best ten bids, of each the price
/// and the size, without the point and without leading zeros.
///
/// Source: docs.kraken.com, "Spot WebSockets (v2): Book checksum", read 2026-07. Each side's digits are kept until one of
/// its best ten changes: most messages touch one side only.
public struct KrakenChecksum: ~Copyable {
    /// Digits after the point that prices and sizes are written with; nil: those of the wire's text.
    public var priceDigits: Int8? { didSet { isWritten = false } }
    public var sizeDigits: Int8? { didSet { isWritten = false } }
    private var text = Block(byteCount: 2 * KrakenChecksum.sideBytes)
    private var askBytes = 0
    private var bidBytes = 0
    /// Whether both sides' digits are there, written with the digits wanted now.
    private var isWritten = false

    private static let levels = 10
    /// Ten levels of two numbers of at most 20 characters.
    private static let sideBytes = levels * 2 * 20

    public init(priceDigits: Int8? = nil, sizeDigits: Int8? = nil) {
        self.priceDigits = priceDigits
        self.sizeDigits = sizeDigits
    }

    /// The checksum of `book`, or nil where a number cannot be written with the digits wanted.
    /// `book.touched…` must cover the time since the last call.
    public mutating func checksum(_ book: borrowing Book) -> UInt32? {
        let isAnew = !isWritten
        isWritten = false
        if isAnew || book.touchedAsk < KrakenChecksum.levels {
            guard let end = write(book.asks, book.exponent, at: 0) else { return nil }
            askBytes = end
        }
        if isAnew || book.touchedBid < KrakenChecksum.levels {
            guard let end = write(book.bids, book.exponent, at: KrakenChecksum.sideBytes) else { return nil }
            bidBytes = end - KrakenChecksum.sideBytes
        }
        isWritten = true
        let asks = text.read(0..<askBytes) { CRC32.add($0, to: CRC32.start) }
        return ~text.read(KrakenChecksum.sideBytes..<(KrakenChecksum.sideBytes + bidBytes)) { CRC32.add($0, to: asks) }
    }

    /// Behind the digits of the best ten of `side`; nil where a number cannot be written.
    private mutating func write(_ side: borrowing Ladder, _ exponent: Int8, at start: Int) -> Int? {
        var at = start
        var place = side.best
        for _ in 0..<KrakenChecksum.levels {
            guard let here = place else { break }
            place = side.worse(than: here)
            let level = side.level(here, exponent: exponent)
            guard let price = KrakenChecksum.number(level.exactPrice, priceDigits),
                let size = KrakenChecksum.number(level.exactSize, sizeDigits)
            else { return nil }
            at = print(price, at: at)
            at = print(size, at: at)
        }
        return at
    }

    /// The number as whole digits; nil where it would be rounded, does not fit or is negative.
    private static func number(_ number: Decimal, _ digits: Int8?) -> UInt64? {
        let mantissa = number.mantissa(at: digits.map { -$0 } ?? min(number.exponent, 0))
        return mantissa.flatMap { UInt64(exactly: $0) }
    }

    private mutating func print(_ number: UInt64, at start: Int) -> Int {
        var length = 1
        var rest = number
        while rest >= 10 {
            rest /= 10
            length += 1
        }
        text.write(start..<(start + length)) { span in
            var rest = number
            for at in stride(from: length - 1, through: 0, by: -1) {
                span.put(UInt8(truncatingIfNeeded: 0x30 + rest % 10), at: at)
                rest /= 10
            }
        }
        return start + length
    }
}
