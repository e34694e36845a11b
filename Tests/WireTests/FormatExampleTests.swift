import Bytes
import Events
import Support
import Testing
import Text
import Units
import Wire

/// The frames printed in FORMAT.md: each is decoded to what the page says of it, and made anew from that.
@Suite(.timeLimit(.minutes(1)))
struct FormatExampleTests {
    private func example(_ kind: String) throws -> [UInt8] {
        try #require(FormatPage.page.examples.first { $0.json.contains("\"kind\":\(kind)") }).bytes
    }

    private let kraken = StreamName(venue: "kraken", symbol: "BTC-USD")!

    @Test("each example is a good frame, and its parts make it anew", arguments: FormatPage.page.examples.indices)
    func anew(index: Int) {
        let bytes = FormatPage.page.examples[index].bytes
        #expect(bytes.front == .frame(bytes.count))
        #expect(bytes.payloadDefect == nil)
        let header = Header(bytes.span.bytes)
        let name = StreamName(
            venue: bytes.span.bytes.extracting(header.venue), symbol: bytes.span.bytes.extracting(header.symbol))
        var draft = Draft(header.envelope, name!)
        draft.hops = Hop.allCases.map { Header.hop($0, of: bytes.span.bytes) }
        draft.words = stride(from: header.payload, to: header.variable, by: 8).map { bytes.number(at: $0, width: 8) }
        draft.variable = Array(bytes[header.variable...])
        #expect(RandomFrames.bytes([draft]) == bytes)
    }

    @Test("there are seven of them") func count() { #expect(FormatPage.page.examples.count == 7) }

    @Test("the hello") func hello() throws {
        let hello = Hello(
            producer: "ingest kraken", build: "0.1.0", host: "trader-1",
            boot: (0x0123_4567_89AB_CDEF, 0xFEDC_BA98_7654_3210), timeBase: .monotonic,
            wallOffset: Nanos(1_785_999_000_000_000_000))
        let envelope = Envelope(kind: .hello, channel: .control, received: Nanos(361_000_000_000))
        let bytes = written { $0.put(hello, envelope) }
        #expect(bytes == (try example("\"hello\"")))
    }

    @Test("the trade") func trade() throws {
        var envelope = Envelope(
            kind: .trade, channel: .trade, epoch: 1, position: 7, firstSequence: 73_480_042, lastSequence: 73_480_042,
            happened: Nanos(1_786_000_000_123_456_789), received: Nanos(1_001_500_000_000))
        envelope.id = kraken.id(channel: .trade, epoch: 1, position: 7)
        #expect(envelope.id == 0x54F2_BE0E_9D86_6A09)
        let price = Decimal(632_105, exponent: -1)
        let trade = Trade(price: price, size: Decimal(1_250_000, exponent: -8), side: .sell)
        var bytes = written { outbox in "73480042".withBytes { outbox.put(trade, id: $0, envelope, kraken) } }
        bytes.put(41_000, at: 88, width: 8)
        #expect(bytes.sealed() == (try example("\"trade\"")))
    }

    @Test("the ticker") func ticker() throws {
        let name = try #require(StreamName(venue: "binance", symbol: "BTC-USDT"))
        var envelope = Envelope(
            kind: .ticker, channel: .ticker, epoch: 1, position: 3, firstSequence: 50_126_883_345,
            lastSequence: 50_126_883_345, received: Nanos(1_001_600_000_000))
        envelope.id = name.id(channel: .ticker, epoch: 1, position: 3)
        var ticker = Ticker()
        ticker.bid = Decimal(6_321_050, exponent: -2)
        ticker.bidSize = Decimal(125, exponent: -5)
        ticker.ask = Decimal(6_321_051, exponent: -2)
        ticker.askSize = Decimal(2_000_000, exponent: -5)
        let bytes = written { $0.put(ticker, envelope, name) }
        #expect(bytes == (try example("\"ticker\"")))
    }

    @Test("the snapshot and the update of a book") func book() throws {
        var envelope = Envelope(
            kind: .bookSnapshot, channel: .book, flags: .snapshot, epoch: 1, position: 2,
            happened: Nanos(1_786_000_000_000_000_000), received: Nanos(1_001_000_000_000))
        envelope.id = kraken.id(channel: .book, epoch: 1, position: 2)
        var sides = Sides()
        sides.bids.append(Level(price: 632_105, size: 1_250_000, priceExponent: -1, sizeExponent: -8))
        sides.bids.append(Level(price: 632_100, size: 200_000_000, priceExponent: -1, sizeExponent: -8))
        sides.asks.append(Level(price: 632_106, size: 50_000_000, priceExponent: -1, sizeExponent: -8))
        let snapshot = written {
            $0.put(.bookSnapshot, sides, depth: 10, checksum: 2_642_075_393, envelope, kraken)
        }
        #expect(snapshot == (try example("\"bookSnapshot\"")))

        envelope.flags = []
        envelope.position = 3
        envelope.id = kraken.id(channel: .book, epoch: 1, position: 3)
        envelope.happened = Nanos(1_786_000_000_500_000_000)
        envelope.received = Nanos(1_001_500_000_000)
        sides.removeAll()
        sides.bids.append(Level(price: 632_105, size: 0, priceExponent: -1, sizeExponent: -8))
        sides.asks.append(Level(price: 632_106, size: 75, priceExponent: -1, sizeExponent: -2))
        sides.asks.append(Level(price: 64, size: 1, priceExponent: 3, sizeExponent: 0))
        let update = written { $0.put(.bookUpdate, sides, depth: 0, checksum: 0, envelope, kraken) }
        #expect(update == (try example("\"bookUpdate\"")))
    }

    @Test("the gap") func gap() throws {
        var envelope = Envelope(
            kind: .gap, channel: .trade, epoch: 1, position: 8, received: Nanos(1_004_000_000_000))
        envelope.id = kraken.id(channel: .trade, epoch: 1, position: 8)
        var gap = Gap(reason: .disconnected)
        gap.from = Nanos(1_001_500_000_000)
        gap.to = Nanos(1_004_000_000_000)
        let bytes = written { $0.put(gap, envelope, kraken) }
        #expect(bytes == (try example("\"gap\"")))
    }

    @Test("the kind that is not known") func unknown() throws {
        let bytes = try example("200")
        let header = Header(bytes.span.bytes)
        #expect(header.envelope.kind.rawValue == 200)
        #expect(!header.envelope.kind.isKnown)
        #expect(header.envelope.channel == .instrument)
        #expect(header.envelope.id == kraken.id(channel: .instrument, epoch: 1, position: 1))
        #expect(bytes.number(at: header.payload, width: 8) == 77)
        #expect(Array(bytes[header.variable...]) == Array("whatever".utf8))
    }
}
