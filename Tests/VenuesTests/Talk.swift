import Books
import Bytes
import Events
import Support
import Testing
import Units
import Wire

@testable import Venues

/// A session, and somebody who plays its venue and its shell. Every frame is judged; what was asked and told is kept until taken.
final class Talk {
    var session: Session
    private var outbox = Outbox(capacity: 1 << 12)
    private(set) var judge = FrameJudge()
    /// Goes on a millisecond with each input.
    var now = Nanos.seconds(1_700_000_000)
    private var actions: [Action] = []
    private var notices: [Notice] = []

    let dialect: Dialect

    /// Live unless told otherwise: nothing is followed that was not asked for.
    init(_ dialect: Dialect, _ change: (inout SessionOptions) -> Void = { _ in }) {
        self.dialect = dialect
        var options = SessionOptions()
        options.usesTimers = false
        change(&options)
        session = Session(dialect, options)
    }

    /// A session that has its list and whose connections are open.
    static func connected(_ dialect: Dialect, _ change: (inout SessionOptions) -> Void = { _ in }) -> Talk {
        let talk = Talk(dialect, change)
        talk.session.start()
        talk.list()
        for action in talk.takeActions() {
            if case .connect(let connection, _) = action { talk.open(connection) }
        }
        _ = talk.takeActions()
        _ = talk.lines()
        return talk
    }

    /// The answer with two instruments that tests speak of.
    func list() { answer(dialect.instrumentsURL, Talk.lists[dialect] ?? "") }

    func message(_ text: String, on connection: Int = 0) {
        step(text) { session.message($0, connection: connection, at: now, out: &outbox) }
    }

    func answer(_ url: String, _ text: String, usedWeight: Int? = nil) {
        step(text) { session.answer(url: url, $0, usedWeight: usedWeight, at: now, out: &outbox) }
    }

    func fail(_ url: String, _ status: Int, usedWeight: Int? = nil) {
        step { _ in
            session.failed(url: url, status: status, after: nil, usedWeight: usedWeight, at: now, out: &outbox)
        }
    }

    /// The answer to a request for the book of a symbol.
    func snapshot(_ native: String, _ last: UInt64, bids: String, asks: String) {
        answer(
            dialect.snapshotURL(native) ?? "", #"{"lastUpdateId":\#(last),"bids":[\#(bids)],"asks":[\#(asks)]}"#)
    }

    func open(_ connection: Int) { step { _ in session.opened(connection: connection, at: now, out: &outbox) } }
    func close(_ connection: Int) { step { _ in session.closed(connection: connection, at: now, out: &outbox) } }

    /// Time passes, and the session is told when it wants to be.
    func pass(_ span: Nanos) {
        let end = now + span
        while let deadline = session.deadline, deadline <= end {
            now = max(now, deadline)
            step { _ in session.tick(at: now, out: &outbox) }
            now = now - .milliseconds(1)
            // What does not move would never end.
            guard let next = session.deadline, next > deadline else { break }
        }
        now = end
    }

    func tick() { step { _ in session.tick(at: now, out: &outbox) } }

    private func step(_ text: String = "", _ body: (RawSpan) -> Void) {
        now = now + .milliseconds(1)
        text.withBytes { body($0) }
        actions += session.actions
        notices += session.notices
        session.actions.removeAll()
        session.notices.removeAll()
        outbox.read { judge.take($0, dialect: dialect.venue) }
        outbox.empty { $0.byteCount }
        let tally = session.tally
        if tally.messages != tally.understood + tally.other + tally.malformed { Issue.record("the tally: \(tally)") }
    }

    /// What was written since it was last asked, a line a frame.
    func lines() -> [String] {
        defer { judge.lines.removeAll() }
        return judge.lines
    }

    func takeActions() -> [Action] {
        actions += session.actions
        session.actions.removeAll()
        defer { actions.removeAll() }
        return actions
    }

    func takeNotices() -> [Notice] {
        defer { notices.removeAll() }
        return notices
    }

    func book(_ symbol: String) -> PlainBook? { judge.book(symbol) }

    static let lists: [Dialect: String] = [
        .binance:
            #"{"symbols":[{"symbol":"BTCUSDT","status":"TRADING","baseAsset":"BTC","quoteAsset":"USDT","filters":[]},{"symbol":"ETHUSDT","status":"TRADING","baseAsset":"ETH","quoteAsset":"USDT","filters":[]},{"symbol":"OLDUSDT","status":"CLOSE","baseAsset":"OLD","quoteAsset":"USDT","filters":[]}]}"#,
        .binanceUsdm:
            #"{"symbols":[{"symbol":"BTCUSDT","contractType":"PERPETUAL","status":"TRADING","baseAsset":"BTC","quoteAsset":"USDT","marginAsset":"USDT","filters":[]},{"symbol":"ETHUSDT","contractType":"PERPETUAL","status":"TRADING","baseAsset":"ETH","quoteAsset":"USDT","marginAsset":"USDT","filters":[]}]}"#,
        .binanceCoinm:
            #"{"symbols":[{"symbol":"BTCUSD_PERP","contractType":"PERPETUAL","contractStatus":"TRADING","baseAsset":"BTC","quoteAsset":"USD","marginAsset":"BTC","filters":[]},{"symbol":"ETHUSD_PERP","contractType":"PERPETUAL","contractStatus":"TRADING","baseAsset":"ETH","quoteAsset":"USD","marginAsset":"ETH","filters":[]}]}"#,
        .coinbase:
            #"{"products":[{"product_id":"BTC-USD","base_currency_id":"BTC","quote_currency_id":"USD","status":"online"},{"product_id":"ETH-USD","base_currency_id":"ETH","quote_currency_id":"USD","status":"online"}]}"#,
        .coinbaseExchange:
            #"[{"id":"BTC-USD","base_currency":"BTC","quote_currency":"USD","status":"online"},{"id":"ETH-USD","base_currency":"ETH","quote_currency":"USD","status":"online"}]"#,
        .kraken:
            #"{"error":[],"result":{"XXBTZUSD":{"wsname":"XBT/USD","pair_decimals":1,"lot_decimals":8,"status":"online"},"XETHZUSD":{"wsname":"ETH/USD","pair_decimals":2,"lot_decimals":8,"status":"online"}}}"#,
        .krakenV1:
            #"{"error":[],"result":{"XXBTZUSD":{"wsname":"XBT/USD","pair_decimals":1,"lot_decimals":8,"status":"online"},"XETHZUSD":{"wsname":"ETH/USD","pair_decimals":2,"lot_decimals":8,"status":"online"}}}"#,
        .krakenFutures:
            #"{"instruments":[{"symbol":"PF_XBTUSD","type":"flexible_futures","base":"BTC","quote":"USD","tradeable":true},{"symbol":"PI_ETHUSD","type":"futures_inverse","tradeable":true}]}"#,
    ]
}
