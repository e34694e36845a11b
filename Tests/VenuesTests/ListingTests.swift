import Bytes
import Events
import Foundation
import Recordings
import Support
import Testing
import Units
import Wire

@testable import Venues

@Suite(.timeLimit(.minutes(1)))
struct ListingTests {
    private func instrument(
        _ native: String, _ base: String, _ quote: String, _ type: InstrumentType = .spot, settle: String = "",
        expiry: String? = nil, inverse: Bool = false
    ) -> Instrument {
        var it = Instrument(native: native, base: base, quote: quote, type: type)
        it.settle = settle
        it.isInverse = inverse
        if let expiry { it.expiry = expiry.withBytes { Nanos.rfc3339($0, 0..<$0.byteCount) } ?? .zero }
        return it
    }

    @Test("names: spot, perpetual, dated, and the venue's own where the type is not known")
    func canonicalNames() {
        let dated = instrument("BTCUSDT_210924", "BTC", "USDT", .future, settle: "USDT", expiry: "2021-09-24T08:00:00Z")
        #expect(Dialect.binance.canonical(instrument("BTCUSDT", "BTC", "USDT")) == "BTC-USDT")
        #expect(
            Dialect.binanceUsdm.canonical(instrument("BTCUSDT", "BTC", "USDT", .perpetual, settle: "USDT"))
                == "BTC-USDT-PERP")
        #expect(Dialect.binanceUsdm.canonical(dated) == "BTC-USDT-210924")
        #expect(
            Dialect.binanceCoinm.canonical(
                instrument("BTCUSD_PERP", "BTC", "USD", .perpetual, settle: "BTC", inverse: true)) == "BTC-USD-PERP")
        #expect(
            Dialect.krakenFutures.canonical(
                instrument("PI_ETHUSD", "ETH", "USD", .perpetual, settle: "ETH", inverse: true)) == "ETH-USD-PERP-ETH")
        #expect(
            Dialect.krakenFutures.canonical(instrument("PF_ETHUSD", "ETH", "USD", .perpetual, settle: "USD"))
                == "ETH-USD-PERP")
        #expect(Dialect.binance.canonical(instrument("ODD", "A", "B", .unknown)) == "ODD")
        let early = instrument("X", "A", "B", .future, expiry: "2101-02-03T00:00:00Z")
        #expect(Dialect.binanceUsdm.canonical(early) == "A-B-010203")
    }

    @Test("where a venue separates base and quote its names are ours, XBT being BTC and XDG being DOGE")
    func canonicalFromNative() {
        let cases: [(Dialect, String, String?)] = [
            (.kraken, "BTC/USD", "BTC-USD"), (.krakenV1, "XBT/USD", "BTC-USD"), (.krakenV1, "XDG/XBT", "DOGE-BTC"),
            (.krakenV1, "XTZ/ZRX", "XTZ-ZRX"), (.coinbase, "BTC-USD", "BTC-USD"), (.coinbaseExchange, "BTC", nil),
            (.binance, "BTCUSDT", nil), (.krakenFutures, "PI_XBTUSD", nil), (.kraken, "BTCUSD", nil),
            (.kraken, "A/B/C", nil),
            (.kraken, "/USD", nil), (.kraken, "A-B/USD", nil),
        ]
        for (dialect, native, canonical) in cases {
            #expect(dialect.canonical(native: native) == canonical, "\(native)")
        }
    }

    @Test("the venue's name for ours, where it follows from the name")
    func nativeFromCanonical() {
        let cases: [(Dialect, String, String?)] = [
            (.binance, "BTC-USDT", "BTCUSDT"), (.binance, "BTC-USDT-PERP", nil), (.binance, "BTCUSDT", nil),
            (.binance, "-USDT", nil),
            (.binanceUsdm, "BTC-USDT-PERP", "BTCUSDT"), (.binanceUsdm, "BTC-USDT-210924", "BTCUSDT_210924"),
            (.binanceUsdm, "BTC-USDT", nil),
            (.binanceCoinm, "BTC-USD-PERP", "BTCUSD_PERP"), (.binanceCoinm, "BTC-USD-210924", "BTCUSD_210924"),
            (.coinbase, "BTC-USD", "BTC-USD"), (.coinbaseExchange, "BTC-USD", "BTC-USD"), (.coinbase, "A-B-C", nil),
            (.kraken, "BTC-USD", "BTC/USD"), (.krakenV1, "BTC-USD", "XBT/USD"), (.krakenV1, "DOGE-BTC", "XDG/XBT"),
            (.krakenFutures, "BTC-USD-PERP", "PF_XBTUSD"), (.krakenFutures, "BTC-USD-PERP-BTC", "PI_XBTUSD"),
            (.krakenFutures, "ETH-USD-210924-ETH", "FI_ETHUSD_210924"),
            (.krakenFutures, "ETH-USD-240329", "FF_ETHUSD_240329"),
            (.krakenFutures, "XRP-BTC-PERP", nil), (.krakenFutures, "BTC-USD", nil),
        ]
        for (dialect, canonical, native) in cases {
            #expect(dialect.native(canonical) == native, "\(dialect) \(canonical)")
        }
    }

    @Test("where two would have one name the settlement asset is added; where that does not help they keep their own")
    func tellsCollisionsApart() {
        var listing = Listing(.binanceUsdm)
        listing.replace(with: [
            instrument("BTCUSDT", "BTC", "USDT", .perpetual, settle: "USDT"),
            instrument("BTCUSDT2", "BTC", "USDT", .perpetual, settle: "USDC"),
            instrument("ETHUSDT", "ETH", "USDT", .perpetual, settle: "USDT"),
            instrument("TWIN1", "SOL", "USDT", .perpetual, settle: "USDT"),
            instrument("TWIN2", "SOL", "USDT", .perpetual, settle: "USDT"),
            instrument("SPOT1", "XRP", "USDT"), instrument("SPOT2", "XRP", "USDT"),
            instrument("ETHUSDT", "AGAIN", "USDT", .perpetual, settle: "USDT"),
        ])
        let names = (0..<listing.count).map { listing.canonical($0) }
        #expect(
            names == [
                "BTC-USDT-PERP-USDT", "BTC-USDT-PERP-USDC", "ETH-USDT-PERP", "SOL-USDT-PERP-USDT", "TWIN2", "SPOT1",
                "SPOT2",
            ])
        expectOneToOne(listing)
    }

    @Test("Kraken's inverse and linear contracts of one pair have names of their own, whichever come first")
    func tellsKrakensContractsApart() {
        let inverse = instrument("PI_ETHUSD", "ETH", "USD", .perpetual, settle: "ETH", inverse: true)
        let linear = instrument("PF_ETHUSD", "ETH", "USD", .perpetual, settle: "USD")
        for list in [[inverse, linear], [linear, inverse]] {
            var listing = Listing(.krakenFutures)
            listing.replace(with: list)
            let found = ["ETH-USD-PERP-ETH", "ETH-USD-PERP"].map {
                listing.index(named: $0).map { listing.instruments[$0].native }
            }
            #expect(found == ["PI_ETHUSD", "PF_ETHUSD"])
            // One of them alone has the same name.
            listing.replace(with: [list[0]])
            #expect(listing.canonical(0) == Dialect.krakenFutures.canonical(list[0]))
            let gone = listing.index(named: list[1].native)
            #expect(gone == nil)
        }
    }

    @Test("one name, one instrument, whatever a list holds", arguments: 0..<60)
    func isOneToOne(seed: Int) {
        var dice = Dice(seed: UInt64(seed))
        let dialect = Dialect.allCases[seed % Dialect.allCases.count]
        let assets = ["A", "B", "A-B", "", "AB", String(repeating: "L", count: dice.number(1...300))]
        var list: [Instrument] = []
        for _ in 0..<dice.number(1...40) {
            var it = instrument(
                dice.pick(assets) + dice.pick(["", "-", "_"]) + dice.pick(assets), dice.pick(assets), dice.pick(assets),
                dice.pick(InstrumentType.allCases), settle: dice.pick(["", "A", "B"]), inverse: dice.oneIn(2))
            it.expiry = .seconds(Int64(dice.number(0...3)) * 86_400 * 365)
            list.append(it)
        }
        var listing = Listing(dialect)
        listing.replace(with: list)
        expectOneToOne(listing)
        // None is left out but for a name that is too long, or taken in both forms.
        let natives = Set(list.map(\.native))
        let kept = Set(listing.instruments.map(\.native))
        #expect(kept.isSubset(of: natives))
        let count = listing.count
        #expect(count == kept.count)
        for missing in natives.subtracting(kept) {
            let isTaken = listing.index(named: missing) != nil
            #expect(
                isTaken || missing.utf8.count > 255
                    || list.contains { $0.native == missing && dialect.canonical($0).utf8.count > 255 })
        }
    }

    private func expectOneToOne(_ listing: borrowing Listing) {
        var names: Set<String> = []
        for index in 0..<listing.count {
            let (native, name) = (listing.instruments[index].native, listing.canonical(index))
            #expect(names.insert(name).inserted, "\(name) is given twice")
            let found = (listing.index(native: native), listing.index(named: name))
            #expect(found == (index, index), "\(native), \(name)")
        }
    }

    // Not without the shared recordings: then it says so and checks nothing.
    @Test(
        "the recorded lists of the venues are one to one, and names lead back where they can",
        arguments: [
            (Dialect.binance, "binance_spot_2021.jsonl.gz", 1000), (.binanceUsdm, "binance_usdm_2021.jsonl", 100),
            (.coinbaseExchange, "coinbase_exchange_2021_a.jsonl.gz", 100),
            (.coinbase, "coinbase_exchange_2021_a.jsonl.gz", 100),
            (.kraken, "kraken_v1_2021_a.jsonl.gz", 200), (.krakenV1, "kraken_v1_2021_a.jsonl.gz", 200),
            (.krakenFutures, "kraken_futures_2021_a.jsonl.gz", 10),
        ])
    func recordedLists(dialect: Dialect, file: String, least: Int) throws {
        guard let shared = Places.shared else { return print("skipped: no shared recordings for \(file)") }
        let path = shared.appendingPathComponent("captures/\(file)").path
        let lines = try Shell.run("\(file.hasSuffix(".gz") ? "zcat" : "cat") '\(path)' | grep -a '\"http\"'").text
        var seen = 0
        for line in lines.split(separator: "\n") {
            var bytes = Array(line.utf8)
            let list = bytes.withUnsafeMutableBytes { buffer -> [Instrument]? in
                var span = MutableRawSpan(_unsafeBytes: buffer)
                guard case .success(let record) = Record.read(&span), record.kind == .answer else { return nil }
                let url = String(span.bytes, record.url)
                guard dialect.purpose(of: url) == .instruments else { return nil }
                return Instruments.read(span.bytes.extracting(record.body), dialect)
            }
            guard let list else { continue }
            seen += 1
            var listing = Listing(dialect)
            listing.replace(with: list)
            let count = listing.count
            #expect(count == list.count && count >= least)
            expectOneToOne(listing)
            for index in 0..<count {
                let (instrument, name) = (listing.instruments[index], listing.canonical(index))
                if let native = dialect.native(name) { #expect(native == instrument.native, "\(name)") }
                if let back = dialect.canonical(native: instrument.native) { #expect(back == name) }
                #expect(StreamName(venue: dialect.venue, symbol: name) != nil)
                #expect(instrument.status != .unknown || dialect == .krakenV1 || dialect == .kraken)
                // One is announced before it is said what it will be.
                #expect(instrument.type != .unknown || instrument.status == .pending, "\(name)")
                #expect(instrument.tick.isGiven && instrument.lot.isGiven, "\(name)")
            }
        }
        #expect(seen == 1)
    }
}
