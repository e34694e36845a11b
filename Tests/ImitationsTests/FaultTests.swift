import Events
import Support
import Testing
import Units

@testable import Imitations
@testable import Markets
@testable import Venues

/// What goes wrong on the way is seen by our own session wherever it can be, and mended.
@Suite(.timeLimit(.minutes(1)))
struct FaultTests {
    struct Case: CustomStringConvertible, Sendable {
        let dialect: Dialect
        let fault: String
        var description: String { "\(dialect) \(fault)" }
    }

    /// Those that a dialect's sequence, checksum or guard shows.
    static let shown: [Case] = {
        let anywhere = [
            "repeat@chance=1/5", "crossed@chance=1/20", "stall:book@every=2s,for=700ms", "cut@every=2s",
            "cut-inside@chance=1/100", "hostile@chance=1/60,payload=utf8", "hostile@chance=1/60,payload=types",
            "hostile@chance=1/60,payload=truncated", "hostile@chance=1/60,payload=frame", "daily-cut@every=2s",
            "shutdown@every=2s,by=300ms",
        ]
        let numbered = ["drop@chance=1/20", "reorder@chance=1/20"]
        var cases: [Case] = []
        for dialect in Imitation.dialects {
            cases += anywhere.map { Case(dialect: dialect, fault: $0) }
            // Three checksums that fail in a minute leave a book alone until the next connection.
            let count = dialect == .kraken ? ",count=2" : ""
            if dialect != .coinbaseExchange { cases += numbered.map { Case(dialect: dialect, fault: $0 + count) } }
        }
        cases += ["checksum@chance=1/20,count=2"].map { Case(dialect: .kraken, fault: $0) }
        cases += ["old-snapshot@count=3", "429@count=3", "5xx@chance=1/2", "slow@chance=1/2", "418@count=2"].map {
            Case(dialect: .binance, fault: $0)
        }
        return cases
    }()

    @Test("no wrong book that is not stale, and all books back when it is over", arguments: shown)
    func isShown(test: Case) throws {
        // Kraken's checksum covers ten levels: so many are kept and compared.
        let depth = test.dialect == .kraken ? 10 : 0
        let markets = ToyMarkets(Array(ToyMarkets.usual.prefix(2)), depth: 20, seed: 7)
        let theatre = Theatre(test.dialect, seed: 7, depth: depth, compared: depth, markets: markets)
        _ = try theatre.imitation.set(fault: test.fault, at: theatre.now)
        // Books are lost, so that snapshots are asked for while the fault lasts.
        if test.fault.contains("snapshot") || test.fault.first?.isNumber == true || test.fault.hasPrefix("slow") {
            _ = try theatre.imitation.set(fault: "drop@every=500ms", at: theatre.now)
        }
        theatre.play(.seconds(4), perSecond: 40)
        #expect(theatre.imitation.faultList[0].strikes > 0)
        for fault in theatre.imitation.faultList { _ = theatre.imitation.clear(fault: fault.id) }
        #expect(theatre.imitation.faultList.isEmpty)
        theatre.play(.seconds(3), perSecond: 40)
        theatre.judge(isComplete: false)
        #expect(theatre.heard.books.count == 2 && theatre.heard.books.allSatisfy { !$0.value.isVoid })
        switch test.fault.prefix(4) {
        case "cut@", "cut-", "dail", "shut": #expect(theatre.ends > 0)
        case "stal", "repe", "slow":
            #expect(
                theatre.heard.statuses.allSatisfy {
                    test.dialect == .coinbase || !$0.contains("stale") || test.fault.hasPrefix("slow")
                })
        case "drop", "reor", "chec", "cros": #expect(theatre.heard.statuses.contains { $0.contains("stale") })
        default: break
        }
    }

    @Test(
        "a stream that stalls is silent while all others go on, and then tells what it has missed",
        arguments: Imitation.dialects)
    func stalls(dialect: Dialect) throws {
        let theatre = Theatre(dialect, seed: 3)
        theatre.play(.seconds(1), perSecond: 100)
        _ = try theatre.imitation.set(fault: "stall:BTC-USD+book@for=2s", at: theatre.now)
        func count(_ symbol: String) -> Int { theatre.heard.sums.filter { $0.place.symbol == symbol }.count }
        let (stalled, other) = (count("BTC-USD"), count("ETH-USD"))
        theatre.play(.seconds(2) - .milliseconds(100), perSecond: 100)
        #expect(count("BTC-USD") == stalled && count("ETH-USD") > other + 5)
        theatre.play(.seconds(2), perSecond: 100)
        #expect(count("BTC-USD") > stalled + 10)
        theatre.judge()
        #expect(theatre.heard.statuses.allSatisfy { !$0.contains("stale") } && theatre.heard.gaps == 0)
    }

    @Test(
        "a half-open connection neither hears nor says anything, and all is well when it is given up",
        arguments: Imitation.dialects)
    func halfOpen(dialect: Dialect) throws {
        let theatre = Theatre(dialect, seed: 4)
        theatre.play(.seconds(1), perSecond: 100)
        _ = try theatre.imitation.set(fault: "half-open:#0", at: theatre.now)
        theatre.play(.milliseconds(100), perSecond: 100)
        let texts = theatre.texts
        theatre.play(.seconds(2), perSecond: 100)
        #expect(theatre.texts == texts && theatre.ends == 0)
        theatre.giveUp(0)
        theatre.play(.seconds(2), perSecond: 100)
        theatre.judge(isComplete: false)
        #expect(theatre.texts > texts && theatre.heard.books.allSatisfy { !$0.value.isVoid })
    }

    @Test("who is mute pings not, and answers none; when it is over it does again")
    func mutes() throws {
        let client = Client(.binance)
        client.open("/ws/btcusd@trade")
        _ = try client.imitation.set(fault: "mute@for=45s", at: client.now)
        var lines: [String] = []
        for _ in 0..<80 {
            lines += client.pass(.seconds(1))
            client.imitation.pong(connection: 0, at: client.now)
        }
        #expect(lines.first == "0 mutePongs" && lines.contains("0 unmutePongs"))
        let pings = lines.filter { $0.contains("ping") }
        #expect(!pings.isEmpty && lines.firstIndex(of: pings[0])! > lines.firstIndex(of: "0 unmutePongs")!)
    }

    @Test("where nothing vouches for a book a lost change is not seen, and the comparison with the truth sees it")
    func isUnseen() throws {
        let theatre = Theatre(.coinbaseExchange, seed: 5)
        _ = try theatre.imitation.set(fault: "drop@chance=1/10", at: theatre.now)
        theatre.play(.seconds(2), perSecond: 60)
        #expect(theatre.wrongBooks > 0)
    }

    @Test("faults change what is sent and never what the witness says", arguments: Imitation.dialects)
    func witness(dialect: Dialect) throws {
        func frames(_ fault: String?) throws -> [String] {
            let client = Client(dialect, markets: ToyMarkets(seed: 6), witnessed())
            client.open("/")
            if let fault { _ = try client.imitation.set(fault: fault, at: client.now) }
            client.trade(200)
            client.pass(.seconds(1))
            var heard = Heard(isNumbered: dialect == .binance)
            client.imitation.emptyWitness { heard.takeAll($0) }
            return heard.sums.map { "\($0.place) \($0.sum)" } + heard.trades.map { "\($0)" }.sorted()
        }
        let truth = try frames(nil)
        #expect(truth.count > 15)
        for fault in ["drop", "crossed", "stall", "hostile@payload=types"] { #expect(try frames(fault) == truth) }
    }

    private func witnessed() -> ImitationOptions {
        var options = ImitationOptions()
        options.isWitnessed = true
        return options
    }
}
