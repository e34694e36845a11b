import Books
import Bytes
import Events
import Support
import Testing
import Units

@Suite(.timeLimit(.minutes(1)))
struct KrakenChecksumTests {
    /// Levels from text as `45285.2/0.00100000`.
    private func level(_ text: String) -> Level {
        let numbers = text.split(separator: "/").map { number -> Decimal in
            let parts = number.split(separator: ".")
            let digits = parts.count > 1 ? parts[1].count : 0
            return Decimal(Int64(parts.joined()) ?? 0, exponent: Int8(-digits))
        }
        return Level(price: numbers[0], size: numbers[1])
    }

    private func book(asks: [String], bids: [String]) -> Book {
        var sides = Sides()
        for text in bids { sides.bids.append(level(text)) }
        for text in asks { sides.asks.append(level(text)) }
        var book = Book()
        _ = book.replace(with: sides, sides.whole)
        return book
    }

    // Source: docs.kraken.com, "Spot WebSockets (v2): Book checksum".
    static let v2Asks = [
        "45285.2/0.00100000", "45286.4/1.54571953", "45286.6/1.54571109", "45289.6/1.54560911", "45290.2/0.15890660",
        "45291.8/1.54553491", "45294.7/0.04454749", "45296.1/0.35380000", "45297.5/0.09945542", "45299.5/0.18772827",
    ]
    static let v2Bids = [
        "45283.5/0.10000000", "45283.4/1.54582015", "45282.1/0.10000000", "45281.0/0.10000000", "45280.3/1.54592586",
        "45279.0/0.07990000", "45277.6/0.03310103", "45277.5/0.30000000", "45277.3/1.54602737", "45276.6/0.15445238",
    ]

    @Test("the documents' example of version 2, with the wire's digits and with the instrument's")
    func documentedV2() {
        let book = book(asks: Self.v2Asks, bids: Self.v2Bids)
        var asWritten = KrakenChecksum()
        #expect(asWritten.checksum(book) == 3_310_070_434)
        // Trailing zeros that a wire leaves out count all the same.
        let short = self.book(
            asks: Self.v2Asks.map { $0.replacingSuffix("0000") }, bids: Self.v2Bids.map { $0.replacingSuffix("0000") })
        var asListed = KrakenChecksum(priceDigits: 1, sizeDigits: 8)
        #expect(asListed.checksum(short) == 3_310_070_434)
        var asShort = KrakenChecksum()
        #expect(asShort.checksum(short) != 3_310_070_434)
        // The same levels in other digits of the price.
        asListed.priceDigits = 2
        #expect(asListed.checksum(short) != 3_310_070_434)
        asListed.priceDigits = 1
        #expect(asListed.checksum(short) == 3_310_070_434, "other digits are not what was kept")
    }

    @Test("a real book of version 1")
    func recordedV1() {
        let asks = [
            "354.80000000/1.40000000", "354.84000000/6.88212752", "354.85000000/11.76000000", "355.02000000/7.57500000",
            "355.03000000/15.09600000", "355.22000000/22.72500000", "355.23000000/5.00000000",
            "355.28000000/167.09600000",
            "355.34000000/7.04284869", "355.44000000/136.38890000",
        ]
        let bids = [
            "354.16000000/1.40000000", "354.15000000/5.00000000", "354.14000000/30.30000000", "354.13000000/5.00000000",
            "354.12000000/7.57500000", "354.11000000/22.72500000", "354.08000000/0.17106559", "354.04000000/0.28245396",
            "353.94000000/15.27000000", "353.92000000/2.82900000",
        ]
        var checksum = KrakenChecksum()
        #expect(checksum.checksum(book(asks: asks, bids: bids)) == 2_583_817_756)
    }

    @Test("levels beyond the best ten do not count, and fewer than ten are used as they are")
    func countsTen() {
        var checksum = KrakenChecksum()
        let deep = book(asks: Self.v2Asks + ["45300.0/1.00000000"], bids: Self.v2Bids + ["45000.0/1.00000000"])
        #expect(checksum.checksum(deep) == 3_310_070_434)
        for count in 0...9 {
            let (asks, bids) = (Array(Self.v2Asks.prefix(count)), Array(Self.v2Bids.prefix(9 - count)))
            #expect(checksum.checksum(book(asks: asks, bids: bids)) == plain(asks: asks, bids: bids))
        }
    }

    @Test("a number that would be rounded, does not fit or is negative gives no checksum, and none is remembered")
    func refusesWhatCannotBeWritten() {
        var checksum = KrakenChecksum(priceDigits: 1, sizeDigits: 2)
        let good = book(asks: ["2.0/1.00"], bids: ["1.0/1.00"])
        #expect(checksum.checksum(good) == plain(asks: ["2.0/1.00"], bids: ["1.0/1.00"]))
        for (ask, bid) in [
            ("2.05/1.00", "1.0/1.00"), ("2.0/1.001", "1.0/1.00"), ("2.0/1.00", "1.05/1.00"), ("2.0/1.00", "1.0/1.001"),
            ("2.0/92233720368547759", "1.0/1.00"), ("2.0/1.00", "-1.0/1.00"),
        ] {
            #expect(checksum.checksum(book(asks: [ask], bids: [bid])) == nil, "\(ask) \(bid)")
            #expect(checksum.checksum(good) == plain(asks: ["2.0/1.00"], bids: ["1.0/1.00"]))
        }
    }

    @Test("whatever changes between two questions, the answer is that of the whole book", arguments: 0..<30)
    func cacheIsNeverWrong(seed: Int) {
        var dice = LevelDice(seed: seed)
        dice.prices = 1...(seed % 2 == 0 ? 60 : 400)
        var book = Book(depth: seed % 3 == 0 ? 10 : 0)
        var checksum = KrakenChecksum()
        var sides = Sides()
        var effects = Sides()
        dice.changes(60...60, into: &sides)
        _ = book.replace(with: sides, sides.whole)
        for step in 0..<60 {
            for _ in 0..<dice.dice.number(0...3) {
                dice.changes(1...3, into: &sides)
                effects.removeAll()
                _ = book.apply(sides, sides.whole, effects: &effects)
            }
            if dice.dice.oneIn(20) { book.removeAll() }
            if dice.dice.oneIn(10) {
                let digits: Int8? = dice.dice.oneIn(2) ? nil : Int8(dice.dice.number(8...10))
                checksum.priceDigits = digits
                checksum.sizeDigits = digits
            }
            var levels = Sides()
            book.copy(depth: 10, to: &levels)
            let digits = checksum.priceDigits
            let expected = crc(levels.asks.rows.map { text($0, digits) } + levels.bids.rows.map { text($0, digits) })
            #expect(checksum.checksum(book) == expected, "step \(step)")
            book.clearTouched()
        }
    }

    private func plain(asks: [String], bids: [String]) -> UInt32 {
        crc((asks + bids).map { level in level.split(separator: "/").map { digits(String($0)) }.joined() })
    }

    private func text(_ row: PlainBook.Row, _ wanted: Int8?) -> String {
        let numbers = [(row.price, row.priceExponent), (row.size, row.sizeExponent)]
        return numbers.map { mantissa, exponent in
            var number = plainText(mantissa, exponent: Int(exponent))
            if let wanted {
                if exponent >= 0 { number += "." }
                number += String(repeating: "0", count: Int(wanted) + Int(min(exponent, 0)))
            }
            return digits(number)
        }.joined()
    }

    private func digits(_ number: String) -> String { String(number.filter { $0 != "." }.drop { $0 == "0" }) }

    /// CRC-32 bit by bit.
    private func crc(_ texts: [String]) -> UInt32 {
        var register = ~UInt32(0)
        for byte in texts.joined().utf8 {
            register ^= UInt32(byte)
            for _ in 0..<8 { register = register & 1 == 1 ? register >> 1 ^ 0xEDB8_8320 : register >> 1 }
        }
        return ~register
    }
}

extension String {
    fileprivate func replacingSuffix(_ zeros: String) -> String {
        hasSuffix(zeros) ? String(dropLast(zeros.count)) : self
    }
}
