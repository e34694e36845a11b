import Foundation
import Support
import Testing
import Units

@testable import Imitations
@testable import Markets
@testable import Matching
@testable import Venues

@Suite(.timeLimit(.minutes(1)))
struct BinanceAnswerTests {
    @Test("the book by REST bears the number of its last change and as many levels as asked for")
    func depth() throws {
        let client = Client(.binance)
        let (status, body, answer) = client.get("/api/v3/depth?symbol=BTCUSD&limit=5")
        let book = try #require(JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: Any])
        #expect(status == 200 && book["lastUpdateId"] as? Int == 1000)
        let bids = try #require(book["bids"] as? [[String]])
        #expect(bids.count == 5 && bids[0][0].hasSuffix("0000000") && bids[0][0].contains("."))
        #expect(answer.headers.contains { $0 == ("X-MBX-USED-WEIGHT-1M", "5") })
    }

    @Test(
        "what cannot be answered is refused in the venue's words",
        arguments: [
            ("/api/v3/depth", 400, -1102), ("/api/v3/depth?symbol=NOPE", 400, -1121),
            ("/api/v3/depth?symbol=BTCUSD&limit=x", 400, -1100), ("/api/v3/klines?symbol=BTCUSD", 400, -1102),
            ("/api/v3/klines?symbol=BTCUSD&interval=7m", 400, -1120), ("/api/v3/exchangeInfo?symbol=NOPE", 400, -1121),
        ])
    func refusals(target: String, status: Int, code: Int) {
        let (found, body, _) = Client(.binance).get(target)
        #expect(found == status && body.hasPrefix("{\"code\":\(code),\"msg\":\""))
    }

    @Test("other paths are not found, and nothing but GET is allowed")
    func others() {
        let client = Client(.binance)
        #expect(client.get("/api/v4/ping").0 == 404 && client.get("/").0 == 404)
        #expect(client.get("/api/v3/ping", method: "POST").0 == 405)
        #expect(client.get("/api/v3/ping").1 == "{}")
        #expect(client.get("/api/v3/time").1 == #"{"serverTime":1760000000000}"#)
    }

    @Test("every body is JSON, whatever has happened", arguments: [0, 300])
    func bodies(orders: Int) throws {
        let client = Client(.binance)
        client.trade(orders)
        let targets = [
            "exchangeInfo", "exchangeInfo?symbols=%5B%22BTCUSD%22,%22ETHUSD%22%5D", "depth?symbol=SOLUSDT&limit=5000",
            "trades?symbol=BTCUSD", "historicalTrades?symbol=BTCUSD&fromId=3&limit=4", "aggTrades?symbol=BTCUSD",
            "klines?symbol=BTCUSD&interval=5m", "avgPrice?symbol=BTCUSD", "ticker/24hr", "ticker/24hr?symbol=BTCUSD",
            "ticker/bookTicker", "ticker/price", "ticker/price?symbol=DOGEEUR",
        ]
        for target in targets {
            let (status, body, _) = client.get("/api/v3/" + target)
            #expect(status == 200)
            _ = try JSONSerialization.jsonObject(with: Data(body.utf8))
        }
        guard orders > 0 else { return }
        let body = client.get("/api/v3/historicalTrades?symbol=BTCUSD&fromId=3&limit=4").1
        let rows = try #require(JSONSerialization.jsonObject(with: Data(body.utf8)) as? [[String: Any]])
        #expect(rows.map { $0["id"] as? Int } == [3, 4, 5, 6])
    }

    @Test("weight above 6000 a minute is refused until the next minute; who does not stop is banned, longer each time")
    func weights() {
        let client = Client(.binance)
        client.now = .seconds(1_760_000_040)
        for _ in 0..<24 { #expect(client.get("/api/v3/depth?symbol=BTCUSD&limit=5000").0 == 200) }
        let (status, body, answer) = client.get("/api/v3/ping")
        #expect(status == 429 && body.hasPrefix(#"{"code":-1003,"#))
        #expect(answer.headers.contains { $0 == ("Retry-After", "60") })
        #expect(client.get("/api/v3/ping", from: 2).0 == 200)
        client.now = client.now + .seconds(60)
        #expect(client.get("/api/v3/ping").0 == 200)
        for _ in 0..<24 { _ = client.get("/api/v3/depth?symbol=BTCUSD&limit=5000") }
        for _ in 0..<4 { #expect(client.get("/api/v3/ping").0 == 429) }
        let ban = client.get("/api/v3/ping")
        #expect(ban.0 == 418 && ban.2.headers.contains { $0 == ("Retry-After", "120") })
        client.now = client.now + .seconds(119)
        #expect(client.get("/api/v3/ping").0 == 418)
        client.now = client.now + .seconds(1)
        #expect(client.get("/api/v3/ping").0 == 200)
    }

    @Test("a market's state and steps are those of the list; one that is not listed yet is not in it")
    func instruments() {
        let client = Client(.binance)
        client.happen { $0.tell(.halted, 0, $1, &$2) }
        client.happen { $0.tell(.ended, 1, $1, &$2) }
        let new = Terms(base: "NEW", quote: "USD", tick: Decimal(1, exponent: -2), lot: Decimal(1, exponent: 0))
        client.happen { markets, _, _ in markets.add(new, .pending) }
        var body = client.get("/api/v3/exchangeInfo").1
        #expect(body.contains(#"{"symbol":"BTCUSD","status":"HALT""#))
        #expect(body.contains(#"{"symbol":"ETHUSD","status":"BREAK""#))
        #expect(!body.contains("NEWUSD") && client.get("/api/v3/depth?symbol=NEWUSD").0 == 400)
        client.happen { $0.tell(.listed, 4, $1, &$2) }
        client.happen { $0.changeTick(2, finer: 10, $1, &$2) }
        body = client.get("/api/v3/exchangeInfo").1
        #expect(body.contains(#"{"symbol":"NEWUSD","status":"TRADING""#))
        #expect(body.contains(#""tickSize":"0.00000005""#))
        #expect(client.get("/api/v3/depth?symbol=NEWUSD").0 == 200)
    }
}
