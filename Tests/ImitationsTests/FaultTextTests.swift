import Support
import Testing
import Units

@testable import Imitations
@testable import Markets
@testable import Matching
@testable import Venues

@Suite(.timeLimit(.minutes(1)))
struct FaultTextTests {
    @Test(
        "a fault's text is read, and listed as it was written",
        arguments: [
            "drop", "drop:*", "drop:BTC-USD", "drop:BTCUSD+trade@chance=1/1000", "reorder@every=30s,count=3",
            "stall:ETH-USD+book@at=10s,for=5s", "cut:#0@at=250ms", "cut-inside@chance=1/50,bytes=17",
            "mute@every=1m,for=5s",
            "slow:/api/v3/depth@by=2s", "5xx@status=502,for=1h", "418@retry=3s,count=1", "hostile:trade@payload=deep",
            "half-open", "daily-cut@every=60s", "shutdown@by=1s", "old-snapshot:BTC-USD@count=2", "crossed", "checksum",
        ])
    func reads(text: String) throws {
        let client = Client(.binance)
        let id = try client.imitation.set(fault: text, at: client.now)
        #expect(client.imitation.faultList.map(\.text) == [text] && client.imitation.faultList[0].id == id)
        let isCleared = client.imitation.clear(fault: id)
        let isThere = client.imitation.clear(fault: id)
        #expect(isCleared && !isThere && client.imitation.faultList.isEmpty)
    }

    @Test(
        "what is no fault is refused, and it is said what to write",
        arguments: [
            ("", "there are drop, repeat"), ("dorp", "there are drop, repeat"), ("drop:XYZ-USD", "BTC-USD"),
            ("drop@at=10", "try at=10s"), ("drop@every=0s", "try every=30s"), ("drop@chance=1", "try chance=1/1000"),
            ("drop@chance=2/1", "try chance=1/1000"), ("drop@count=0", "from 1 to"), ("cut:#x", "try #0"),
            ("hostile@payload=kind", "huge, utf8"), ("5xx@status=404", "from 500 to 599"), ("drop@soon", "at=, every="),
            ("drop@at=99999999999999999999s", "try at=10s"), ("stall@chance=1/2", "try stall@every=30s,for=5s"),
            ("drop@every=1s,for=2s", "must be shorter"), ("drop@", "at=, every="), ("drop:", "BTC-USD"),
        ])
    func refuses(text: String, advice: String) {
        let client = Client(.binance)
        #expect {
            _ = try client.imitation.set(fault: text, at: client.now)
        } throws: { error in
            (error as? FaultDefect)?.text.contains(advice) == true
        }
        #expect(client.imitation.faultList.isEmpty)
    }

    @Test(
        "a fault strikes when it says",
        arguments: [
            ("drop", 100), ("drop@count=7", 7), ("drop@at=3s", 1), ("drop@at=3s,for=2s", 20), ("drop@every=2s", 4),
            ("drop@every=2s,for=500ms", 20), ("drop@for=1s", 10), ("drop@every=2s,count=2", 2),
        ])
    func strikes(text: String, count: Int) throws {
        let client = Client(.binance)
        client.open("/ws/btcusd@depth@100ms")
        _ = try client.imitation.set(fault: text, at: client.now)
        var told = 0
        for turn in 1...100 {
            client.level(0, .bid, 9_000, Int64(turn))
            client.now = client.now - .milliseconds(1)
            told += client.pass(.milliseconds(100)).filter { $0.contains("depthUpdate") }.count
        }
        #expect(abs(100 - told - count) <= 1, "\(100 - told)")
        #expect(client.imitation.faultList[0].strikes == UInt64(100 - told))
    }

    @Test("chance is the seed's: the same seed strikes the same messages, about as often as it says")
    func chance() throws {
        func run(_ seed: UInt64) throws -> [Int] {
            let client = Client(.kraken, seed: seed, markets: ToyMarkets(seed: 5))
            client.open("/v2")
            client.say(#"{"method":"subscribe","params":{"channel":"book","symbol":["BTC/USD"],"depth":1000}}"#)
            _ = try client.imitation.set(fault: "drop@chance=1/10", at: client.now)
            return (1...500).filter { client.level(0, .bid, 9_900, Int64($0)).isEmpty }
        }
        let first = try run(1)
        #expect(try first == run(1))
        #expect(try first != run(2))
        #expect(first.count > 20 && first.count < 90)
    }
}
