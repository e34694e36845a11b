import Bytes
import Events
import Support
import Testing
import Units

@testable import Venues

@Suite(.timeLimit(.minutes(1)))
struct InstrumentTests {
    private func read(_ text: String, _ dialect: Dialect) -> [Instrument]? {
        text.withBytes { Instruments.read($0, dialect) }
    }

    /// An instrument in words.
    private func say(_ it: Instrument) -> String {
        func text(_ number: Decimal) -> String {
            number.isGiven ? plainText(number.mantissa, exponent: Int(number.exponent)) : "-"
        }
        var words = ["\(it.native) \(it.base)/\(it.quote) \(it.type) \(it.status)"]
        if !it.settle.isEmpty { words.append("settles \(it.settle)") }
        if it.isInverse { words.append("inverse") }
        words.append(
            "tick \(text(it.tick)) lot \(text(it.lot)) size \(text(it.minimumSize))…\(text(it.maximumSize)) value \(text(it.minimumValue))"
        )
        if it.contractSize.isGiven { words.append("contract \(text(it.contractSize))") }
        if it.expiry.count > 0 { words.append("until \(it.expiry.count)") }
        if it.priceDigits != 255 || it.sizeDigits != 255 { words.append("digits \(it.priceDigits) \(it.sizeDigits)") }
        return words.joined(separator: ", ")
    }

    @Test("Binance spot: filters in any order, a value of 0 switches a rule off, what is missing is not given")
    func binanceSpot() {
        let list = read(
            #"""
            {"timezone":"UTC","rateLimits":[{"rateLimitType":"REQUEST_WEIGHT","interval":"MINUTE","limit":6000}],"symbols":[
            {"symbol":"ETHBTC","status":"TRADING","baseAsset":"ETH","quoteAsset":"BTC","filters":[
              {"filterType":"PRICE_FILTER","minPrice":"0.00000100","maxPrice":"100000.00000000","tickSize":"0.00000100"},
              {"stepSize":"0.00100000","filterType":"LOT_SIZE","maxQty":"100000.00000000","minQty":"0.00100000"},
              {"filterType":"MARKET_LOT_SIZE","minQty":"9","maxQty":"9","stepSize":"9"},
              {"filterType":"NOTIONAL","minNotional":"10.0","applyMinToMarket":false}],"permissionSets":[["SPOT"]]},
            {"status":"BREAK","quoteAsset":"USDT","baseAsset":"币安人生","symbol":"币安人生USDT","filters":[
              {"filterType":"PRICE_FILTER","tickSize":"0.00000000"},{"filterType":"LOT_SIZE","minQty":"0","maxQty":"1e400","stepSize":"1"},
              {"minNotional":"0.001","filterType":"MIN_NOTIONAL"}]},
            {"symbol":"OLDBTC","status":"CANCEL_ONLY","baseAsset":"OLD","quoteAsset":"BTC"},
            {"symbol":"","status":"TRADING","baseAsset":"X","quoteAsset":"Y","filters":[]}]}
            """#, .binance)
        #expect(
            list?.map(say) == [
                "ETHBTC ETH/BTC spot trading, tick 0.00000100 lot 0.00100000 size 0.00100000…100000.00000000 value 10.0",
                "币安人生USDT 币安人生/USDT spot halted, tick - lot 1 size -…- value 0.001",
                "OLDBTC OLD/BTC spot cancelOnly, tick - lot - size -…- value -",
            ])
    }

    @Test("Binance futures: perpetual and dated, in dollars and in coins")
    func binanceFutures() {
        let usdm = read(
            #"""
            {"symbols":[{"symbol":"BTCUSDT","contractType":"PERPETUAL","deliveryDate":4133404800000,"status":"TRADING","baseAsset":"BTC","quoteAsset":"USDT","marginAsset":"USDT","filters":[{"filterType":"MIN_NOTIONAL","notional":"5"}]},
            {"symbol":"BTCUSDT_210924","contractType":"CURRENT_QUARTER","deliveryDate":1632470400000,"status":"SETTLING","baseAsset":"BTC","quoteAsset":"USDT","marginAsset":"USDT","filters":[]},
            {"symbol":"XAUUSDT","contractType":"TRADIFI_PERPETUAL","deliveryDate":4133404800000,"status":"PENDING_TRADING","baseAsset":"XAU","quoteAsset":"USDT","marginAsset":"USDT"},
            {"symbol":"ODDUSDT","contractType":"","status":"?","baseAsset":"ODD","quoteAsset":"USDT"}]}
            """#, .binanceUsdm)
        #expect(
            usdm?.map(say) == [
                "BTCUSDT BTC/USDT perpetual trading, settles USDT, tick - lot - size -…- value 5",
                "BTCUSDT_210924 BTC/USDT future ended, settles USDT, tick - lot - size -…- value -, until 1632470400000000000",
                "XAUUSDT XAU/USDT perpetual pending, settles USDT, tick - lot - size -…- value -",
                "ODDUSDT ODD/USDT unknown unknown, tick - lot - size -…- value -",
            ])
        let coinm = read(
            #"""
            {"symbols":[{"symbol":"BTCUSD_PERP","contractType":"PERPETUAL","contractStatus":"TRADING","contractSize":100,"marginAsset":"BTC","baseAsset":"BTC","quoteAsset":"USD","filters":[]},
            {"symbol":"ETHUSD_210924","contractType":"NEXT_QUARTER","contractStatus":"TRADING","contractSize":10,"deliveryDate":1632470400000,"marginAsset":"ETH","baseAsset":"ETH","quoteAsset":"USD","filters":[]}]}
            """#, .binanceCoinm)
        #expect(
            coinm?.map(say) == [
                "BTCUSD_PERP BTC/USD perpetual trading, settles BTC, inverse, tick - lot - size -…- value -, contract 100",
                "ETHUSD_210924 ETH/USD future trading, settles ETH, inverse, tick - lot - size -…- value -, contract 10, until 1632470400000000000",
            ])
    }

    @Test(
        "Binance's words for a state",
        arguments: [
            ("TRADING", InstrumentStatus.trading), ("HALT", .halted), ("BREAK", .halted), ("END_OF_DAY", .halted),
            ("CANCEL_ONLY", .cancelOnly), ("PENDING_TRADING", .pending), ("PRE_TRADING", .pending),
            ("SETTLING", .ended),
            ("CLOSE", .ended), ("DELIVERING", .ended), ("DELIVERED", .ended), ("POST_TRADING", .ended),
            ("SOMETHING", .unknown),
        ])
    func binanceStatus(word: String, status: InstrumentStatus) {
        let list = read(#"{"symbols":[{"symbol":"A","status":"\#(word)"}]}"#, .binance)
        #expect(list?.map(\.status) == [status])
    }

    @Test("Coinbase: both lists, tick from the price's or the quote's step, flags above the status")
    func coinbase() {
        let advanced = read(
            #"""
            {"products":[{"product_id":"BTC-USD","price":"68923.67","base_increment":"0.00000001","quote_increment":"0.01","price_increment":"0.1","quote_min_size":"1","base_min_size":"0.00000001","base_max_size":"3400","status":"online","cancel_only":false,"limit_only":false,"post_only":false,"trading_disabled":false,"product_type":"SPOT","base_currency_id":"BTC","quote_currency_id":"USD","alias":"","alias_to":["BTC-USDC"]},
            {"product_id":"ETH-USD","quote_increment":"0.01","price_increment":"","base_increment":null,"base_max_size":"99999999999999999999","status":"online","limit_only":true,"product_type":"SPOT","base_currency_id":"ETH","quote_currency_id":"USD"},
            {"product_id":"BIT-28JUN24-CDE","status":"","trading_disabled":true,"product_type":"FUTURE","base_currency_id":"","quote_currency_id":"USD"}],"num_products":3}
            """#, .coinbase)
        #expect(
            advanced?.map(say) == [
                "BTC-USD BTC/USD spot trading, tick 0.1 lot 0.00000001 size 0.00000001…3400 value 1",
                "ETH-USD ETH/USD spot limitOnly, tick 0.01 lot - size -…- value -",
                "BIT-28JUN24-CDE /USD unknown halted, tick - lot - size -…- value -",
            ])
        let exchange = read(
            #"""
            [{"id":"SKL-EUR","base_currency":"SKL","quote_currency":"EUR","base_min_size":"5","base_max_size":"1000000","quote_increment":"0.0001","base_increment":"0.1","min_market_funds":"5.0","post_only":false,"limit_only":false,"cancel_only":false,"trading_disabled":false,"status":"online"},
            {"id":"XYZ-EUR","base_currency":"XYZ","quote_currency":"EUR","post_only":true,"status":"online"},
            {"id":"OLD-EUR","base_currency":"OLD","quote_currency":"EUR","cancel_only":true,"status":"delisted"}]
            """#, .coinbaseExchange)
        #expect(
            exchange?.map(say) == [
                "SKL-EUR SKL/EUR spot trading, tick 0.0001 lot 0.1 size 5…1000000 value 5.0",
                "XYZ-EUR XYZ/EUR spot postOnly, tick - lot - size -…- value -",
                "OLD-EUR OLD/EUR spot ended, tick - lot - size -…- value -",
            ])
    }

    @Test(
        "Kraken: REST and WebSocket lists; XBT is BTC, XDG is DOGE; each version keeps its own names; dark pools are none of ours"
    )
    func kraken() {
        let rest = #"""
            {"error":[],"result":{"XXBTZUSD":{"altname":"XBTUSD","wsname":"XBT/USD","base":"XXBT","quote":"ZUSD","pair_decimals":1,"lot_decimals":8,"ordermin":"0.00005","costmin":"0.5","tick_size":"0.1","status":"online"},
            "XDGEUR":{"wsname":"XDG/EUR","pair_decimals":7,"lot_decimals":8,"status":"cancel_only"},
            "XXBTZUSD.d":{"altname":"XBTUSD.d","base":"XXBT","quote":"ZUSD","pair_decimals":1},
            "XTZXBT":{"wsname":"XTZ/XBT","status":"reduce_only"}}}
            """#
        #expect(
            read(rest, .krakenV1)?.map(say) == [
                "XBT/USD BTC/USD spot trading, tick 0.1 lot 0.00000001 size 0.00005…- value 0.5, digits 1 8",
                "XDG/EUR DOGE/EUR spot cancelOnly, tick 0.0000001 lot 0.00000001 size -…- value -, digits 7 8",
                "XTZ/XBT XTZ/BTC spot reduceOnly, tick - lot - size -…- value -",
            ])
        #expect(read(rest, .kraken)?.map(\.native) == ["BTC/USD", "DOGE/EUR", "XTZ/BTC"])
        let pairs = #"""
            {"assets":[],"pairs":[{"symbol":"BTC/USD","base":"BTC","quote":"USD","status":"online","qty_precision":8,"qty_increment":0.00000001,"qty_min":0.00005,"price_precision":1,"price_increment":0.1,"cost_precision":5,"cost_min":"0.5"},
            {"symbol":"ETH/USD","status":"maintenance"},{"symbol":"NOSLASH","status":"online"}]}
            """#
        #expect(
            read(pairs, .kraken)?.map(say) == [
                "BTC/USD BTC/USD spot trading, tick 0.1 lot 0.00000001 size 0.00005…- value 0.5, digits 1 8",
                "ETH/USD ETH/USD spot halted, tick - lot - size -…- value -",
            ])
    }

    @Test(
        "Kraken's words for a state",
        arguments: [
            ("online", InstrumentStatus.trading), ("cancel_only", .cancelOnly), ("post_only", .postOnly),
            ("limit_only", .limitOnly),
            ("reduce_only", .reduceOnly), ("maintenance", .halted), ("work_in_progress", .halted), ("delisted", .ended),
            ("?", .unknown),
        ])
    func krakenStatus(word: String, status: InstrumentStatus) {
        let list = read(#"{"pairs":[{"symbol":"A/B","status":"\#(word)"}]}"#, .kraken)
        #expect(list?.map(\.status) == [status])
    }

    @Test("Kraken Futures: inverse, flexible and vanilla, perpetual and dated; indices are left out")
    func krakenFutures() {
        let list = read(
            #"""
            {"result":"success","instruments":[{"symbol":"pi_xbtusd","type":"futures_inverse","underlying":"rr_xbtusd","tickSize":0.5,"contractSize":1,"tradeable":true},
            {"symbol":"fi_ethusd_210924","type":"futures_inverse","lastTradingTime":"2021-09-24T15:00:00.000Z","tickSize":0.05,"contractSize":1,"tradeable":false},
            {"symbol":"PF_XBTUSD","type":"flexible_futures","base":"BTC","quote":"USD","tickSize":1,"contractSize":1,"contractValueTradePrecision":4,"tradeable":true,"lastTradingTime":null},
            {"symbol":"PF_PEPEUSD","type":"flexible_futures","base":"PEPE","quote":"USD","tickSize":1e-9,"contractValueTradePrecision":-3,"tradeable":true},
            {"symbol":"pv_xrpxbt","type":"futures_vanilla","tickSize":1e-8,"contractSize":1,"tradeable":true},
            {"symbol":"in_xbtusd","type":"spot index"},{"symbol":"PF","type":"flexible_futures"},{"symbol":"PF_USD","type":"flexible_futures"},{"type":null}]}
            """#, .krakenFutures)
        #expect(
            list?.map(say) == [
                "PI_XBTUSD BTC/USD perpetual trading, settles BTC, inverse, tick 0.5 lot 1 size -…- value -, contract 1",
                "FI_ETHUSD_210924 ETH/USD future halted, settles ETH, inverse, tick 0.05 lot 1 size -…- value -, contract 1, until 1632495600000000000",
                "PF_XBTUSD BTC/USD perpetual trading, settles USD, tick 1 lot 0.0001 size -…- value -, contract 1",
                "PF_PEPEUSD PEPE/USD perpetual trading, settles USD, tick 0.000000001 lot 1000 size -…- value -",
                "PV_XRPXBT XRP/BTC perpetual trading, settles BTC, tick 0.00000001 lot 1 size -…- value -, contract 1",
            ])
    }

    /// A small list of each dialect.
    static let lists: [(Dialect, String)] = [
        (
            .binance,
            #"{"symbols":[{"symbol":"A","status":"TRADING","baseAsset":"A\u0042","quoteAsset":"C","filters":[{"filterType":"LOT_SIZE","minQty":"1"}]}]}"#
        ),
        (
            .binanceUsdm,
            #"{"symbols":[{"symbol":"A","contractType":"PERPETUAL","marginAsset":"C","deliveryDate":1,"contractSize":1}]}"#
        ),
        (
            .coinbase,
            #"{"products":[{"product_id":"A-B","status":"online","cancel_only":false,"price_increment":"1","product_type":"SPOT"}]}"#
        ),
        (.coinbaseExchange, #"[{"id":"A-B","status":"online","post_only":false,"quote_increment":"1"}]"#),
        (
            .kraken,
            #"{"result":{"A":{"wsname":"A/B","pair_decimals":1,"lot_decimals":8,"status":"online","tick_size":"1"}}}"#
        ),
        (.kraken, #"{"pairs":[{"symbol":"A/B","price_precision":1,"qty_precision":8,"status":"online","qty_min":1}]}"#),
        (
            .krakenFutures,
            #"{"instruments":[{"symbol":"PF_XBTUSD","type":"flexible_futures","tickSize":1,"tradeable":true,"contractValueTradePrecision":4,"lastTradingTime":"2021-09-24T15:00:00Z"}]}"#
        ),
    ]

    @Test("a list that is cut, or that is something else, is none; corrupt ones never trap", arguments: 0..<lists.count)
    func refusesWhatIsNoList(index: Int) {
        let (dialect, text) = Self.lists[index]
        let bytes = Array(text.utf8)
        #expect(read(text, dialect)?.count == 1)
        for count in 0..<bytes.count {
            #expect(read(String(decoding: bytes.prefix(count), as: Unicode.UTF8.self), dialect) == nil)
        }
        let fence = Fence()
        for seed in 0..<300 {
            var dice = Dice(seed: UInt64(seed))
            var some = bytes
            for _ in 0..<3 {
                let at = dice.number(0...(some.count - 1))
                switch dice.number(0...2) {
                case 0: some[at] = UInt8(dice.number(0...255))
                case 1: some.remove(at: at)
                default:
                    some.insert(contentsOf: Array(dice.pick(["9", "null", "{", "-1e999", "\"", "[]"]).utf8), at: at)
                }
            }
            _ = fence.lend(some) { Instruments.read($0, dialect)?.count }
        }
        for value in ["null", "7", "\"x\"", "true"] { #expect(read(value, dialect) == nil) }
    }
}
