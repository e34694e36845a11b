import Events
import Support
import Testing
import Units

@testable import Venues

/// What a session tells when something of a venue's did not arrive, or arrived wrong.
@Suite(.timeLimit(.minutes(1)))
struct SessionLossTests {
    private func depth(_ symbol: String, _ first: Int, _ last: Int, _ price: String = "1.5", _ size: String = "1")
        -> String
    {
        #"{"e":"depthUpdate","E":1,"s":"\#(symbol)","U":\#(first),"u":\#(last),"b":[["\#(price)","\#(size)"]],"a":[]}"#
    }

    private func trade(_ symbol: String, _ id: Int, _ price: String = "1.5") -> String {
        #"{"e":"trade","E":1,"s":"\#(symbol)","t":\#(id),"p":"\#(price)","q":"2","T":1,"m":false,"M":true}"#
    }

    /// Binance with two books in step, one on each of two connections, and a trade on each.
    private func twoBooks() -> Talk {
        let talk = Talk.connected(.binance) {
            $0.symbols = ["BTC-USDT", "ETH-USDT"]
            $0.channels = [.book, .trade]
            $0.perConnection = 1
        }
        for (connection, symbol) in ["BTCUSDT", "ETHUSDT"].enumerated() {
            talk.message(depth(symbol, 5, 6), on: connection)
            talk.pass(.milliseconds(50))
            talk.snapshot(symbol, 6, bids: #"["1.0","2"]"#, asks: #"["2.0","2"]"#)
            talk.message(trade(symbol, 1), on: connection)
        }
        _ = talk.takeActions()
        _ = talk.takeNotices()
        _ = talk.lines()
        return talk
    }

    private func fetches(_ talk: Talk) -> [String] {
        // Requests keep a distance.
        talk.pass(.milliseconds(50))
        return talk.takeActions().compactMap { if case .fetch(let url) = $0 { url } else { nil } }
    }

    @Test("a missing change: stale with both numbers, one request, what follows is kept, then a new epoch")
    func gapInChanges() {
        let talk = twoBooks()
        talk.message(depth("BTCUSDT", 9, 9))
        #expect(talk.lines() == ["bookStatus BTC-USDT 1:4 stale gap sequence 7 9"])
        talk.message(depth("BTCUSDT", 10, 10, "1.6", "3"))
        talk.message(depth("ETHUSDT", 7, 7), on: 1)
        #expect(talk.lines() == ["bookUpdate ETH-USDT 1:4 b1.5×1"], "nothing is told of a void book, and others go on")
        #expect(fetches(talk).count == 1)
        talk.snapshot("BTCUSDT", 9, bids: #"["1.2","1"]"#, asks: #"["2.0","2"]"#)
        #expect(
            talk.lines() == [
                "bookStatus BTC-USDT 2:1 synced snapshot sequence",
                "bookSnapshot BTC-USDT 2:2 b1.2×1 a2.0×2",
                "bookUpdate BTC-USDT 2:3 b1.6×3",
            ])
        talk.message(depth("BTCUSDT", 11, 11, "1.7", "1"))
        #expect(talk.lines() == ["bookUpdate BTC-USDT 2:4 b1.7×1"])
    }

    @Test("a message that cannot be read: its connection's books are void and its trades have a gap, others go on")
    func malformed() {
        let talk = twoBooks()
        talk.message(#"{"e":"trade","s":"BTCUSDT""#)
        let lines = talk.lines()
        #expect(lines == ["bookStatus BTC-USDT 1:4 stale malformed sequence", "gap BTC-USDT 1:2 malformed 1"])
        #expect(talk.session.tally.malformed == 1)
        talk.message(trade("ETHUSDT", 2), on: 1)
        #expect(talk.lines() == ["trade ETH-USDT 1:2 buy 1.5×2 2"])
    }

    @Test("a connection that closes: books are void at once, and trades that were missed are asked for by number")
    func disconnected() {
        let talk = twoBooks()
        talk.close(0)
        #expect(talk.lines() == ["bookStatus BTC-USDT 1:4 stale disconnected sequence"])
        talk.pass(.seconds(60))
        let connects = talk.takeActions().contains { if case .connect(0, _) = $0 { true } else { false } }
        #expect(connects, "it is connected again")
        talk.open(0)
        talk.message(trade("BTCUSDT", 9))
        #expect(talk.lines() == ["trade BTC-USDT 1:2 buy 1.5×2 9"], "what came is not kept waiting")
        let url = Dialect.binance.tradesURL("BTCUSDT", from: 2, through: 8) ?? ""
        #expect(fetches(talk) == [url])
        talk.answer(
            url,
            #"[{"id":2,"price":"1.1","qty":"3","time":1,"isBuyerMaker":true},{"id":4,"price":"1.2","qty":"3","time":1,"isBuyerMaker":false}]"#
        )
        #expect(
            talk.lines() == [
                "trade BTC-USDT 1:3 sell 1.1×3 2 backfilled",
                "trade BTC-USDT 1:4 buy 1.2×3 4 backfilled",
                "gap BTC-USDT 1:5 disconnected 1 3…3",
                "gap BTC-USDT 1:6 disconnected 4 5…8",
            ], "what nobody tells is a gap")
        talk.message(trade("BTCUSDT", 10))
        #expect(talk.lines() == ["trade BTC-USDT 1:7 buy 1.5×2 10"], "one outage, one request")
    }

    @Test("trades that are still asked for when a session ends are told as missing")
    func finished() {
        let talk = twoBooks()
        talk.message(trade("BTCUSDT", 9))
        talk.message(trade("ETHUSDT", 3), on: 1)
        #expect(fetches(talk).count == 2)
        _ = talk.lines()
        talk.finish()
        #expect(
            talk.lines() == [
                "gap BTC-USDT 1:3 disconnected 7 2…8", "gap ETH-USDT 1:3 disconnected 1 2…2",
            ])
        talk.finish()
        #expect(talk.lines().isEmpty)
    }

    @Test("where trades have no numbers, the next one follows a gap that says from when to when")
    func disconnectedWithoutNumbers() {
        func trade(_ price: String) -> String {
            #"[337,[["\#(price)","2","1534614057.321597","s","l",""]],"trade","XBT/USD"]"#
        }
        let talk = Talk.connected(.krakenV1) { $0.symbols = ["BTC-USD"] }
        talk.message(trade("1.5"))
        _ = talk.lines()
        talk.close(0)
        let closed = talk.now
        talk.pass(.seconds(60))
        talk.open(0)
        talk.message(trade("1.6"))
        let lines = talk.lines()
        #expect(
            lines.first == "gap BTC-USD 1:2 disconnected from \(closed.count) to \(talk.now.count)", "\(lines)")
        talk.message(trade("1.7"))
        #expect(talk.lines().count == 1, "one outage, one gap")
    }

    @Test("a number that does not fit: the book is void, a trade is a gap, and neither touches anything else")
    func range() {
        let talk = twoBooks()
        talk.message(trade("BTCUSDT", 2, "12345678901234567890"))
        #expect(talk.lines() == ["gap BTC-USDT 1:2 range 1 2…2"])
        talk.message(depth("BTCUSDT", 7, 7, "12345678901234567890"))
        #expect(talk.lines() == ["bookStatus BTC-USDT 1:4 stale range sequence"])
    }

    @Test(
        "Coinbase Advanced: a number missing of the connection's row voids its books, and its trades may be missing, too"
    )
    func connectionSequence() {
        let talk = Talk.connected(.coinbase) { $0.symbols = ["BTC-USD"] }
        func book(_ type: String, _ number: Int) -> String {
            #"{"channel":"l2_data","timestamp":"2026-01-01T00:00:00.5Z","sequence_num":\#(number),"events":[{"type":"\#(type)","product_id":"BTC-USD","updates":[{"side":"bid","event_time":"2026-01-01T00:00:00.5Z","price_level":"1","new_quantity":"\#(number + 1)"}]}]}"#
        }
        func trades(_ number: Int) -> String {
            #"{"channel":"market_trades","timestamp":"2026-01-01T00:00:00.5Z","sequence_num":\#(number),"events":[{"type":"update","trades":[{"product_id":"BTC-USD","trade_id":"\#(number)","price":"1","size":"2","time":"2026-01-01T00:00:00.5Z","side":"BUY"}]}]}"#
        }
        talk.message(book("snapshot", 0))
        talk.message(trades(1))
        _ = talk.lines()
        talk.message(book("update", 3))
        #expect(talk.lines() == ["bookStatus BTC-USD 1:4 stale gap sequence 2 3", "gap BTC-USD 1:2 sequence"])
        let leaves = talk.takeActions().contains { if case .disconnect(0) = $0 { true } else { false } }
        #expect(leaves, "only a new connection brings a new snapshot")
        talk.message(book("update", 2))
        #expect(talk.lines().isEmpty, "an older number is a repeat")
    }
}
