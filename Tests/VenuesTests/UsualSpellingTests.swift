import Bytes
import Support
import Testing
import Text

@testable import Venues

/// Most readers try a venue's usual spelling first and read piece by piece only what is spelt otherwise: both must find the same.
@Suite(.timeLimit(.minutes(1)))
struct UsualSpellingTests {
    /// The usual messages, as recorded; numbers and texts in them are exchanged by the tests.
    static let messages: [(Dialect, String)] = [
        (
            .binance,
            #"{"stream":"bnbbtc@depth@100ms","data":{"e":"depthUpdate","E":1672515782136,"s":"BNBBTC","U":157,"u":160,"b":[["0.0024","10"]],"a":[["0.0026","100"],["7","0.000"]]}}"#
        ),
        (
            .binanceUsdm,
            #"{"e":"depthUpdate","E":123456789,"T":123456788,"s":"BTCUSDT","U":157,"u":160,"pu":149,"b":[["0.0024","10"]],"a":[["0.0026","100"]]}"#
        ),
        (
            .binanceCoinm,
            #"{"e":"depthUpdate","E":123456789,"T":123456788,"s":"BTCUSD_PERP","ps":"BTCUSD","U":157,"u":160,"pu":149,"b":[["1.5","10"]],"a":[]}"#
        ),
        (
            .binance,
            #"{"e":"trade","E":1672515782136,"s":"BNBBTC","t":12345,"p":"0.001","q":"100","b":88,"a":50,"T":1672515782135,"m":true,"M":true}"#
        ),
        (
            .binance,
            #"{"e":"trade","E":1672515782136,"s":"BNBBTC","t":12345,"p":"0.001","q":"100","T":1672515782135,"m":false,"M":true}"#
        ),
        (
            .binanceUsdm,
            #"{"stream":"x","data":{"e":"trade","E":1672515782136,"T":1672515782135,"s":"BTCUSDT","t":12345,"p":"0.001","q":"100","X":"MARKET","m":true}}"#
        ),
        (
            .binanceUsdm,
            #"{"stream":"x","data":{"e":"aggTrade","E":123456789,"s":"BTCUSDT","a":5933014,"p":"0.001","q":"100","f":100,"l":105,"T":123456785,"m":false}}"#
        ),
        (
            .binanceUsdm,
            #"{"e":"aggTrade","E":123456789,"a":5933014,"s":"BTCUSDT","p":"0.001","q":"100","f":100,"l":105,"T":123456785,"m":true,"M":true}"#
        ),
        (.binance, #"{"u":400900217,"s":"BNBUSDT","b":"25.3","B":"31.2","a":"25.4","A":"40.6"}"#),
        (
            .binanceUsdm,
            #"{"e":"bookTicker","u":400900217,"s":"BTCUSDT","b":"25.3","B":"31.2","a":"25.4","A":"40.6","T":1568014460891,"E":1568014460893}"#
        ),
        (
            .binanceCoinm,
            #"{"u":17242169,"e":"bookTicker","s":"BTCUSD_200626","ps":"BTCUSD","b":"9548.1","B":"52","a":"9548.5","A":"11","T":1591268628155,"E":1591268628166}"#
        ),
        (
            .coinbase,
            #"{"channel":"l2_data","client_id":"","timestamp":"2026-04-07T14:30:00.123456Z","sequence_num":4,"events":[{"type":"update","product_id":"BTC-USD","updates":[{"side":"bid","event_time":"2026-04-07T14:30:01.456789Z","price_level":"68900.00","new_quantity":"2.00000000"},{"side":"offer","event_time":"2026-04-07T14:30:01.456789Z","price_level":"68901.00","new_quantity":"0"}]}]}"#
        ),
        (
            .coinbase,
            #"{"channel":"l2_data","timestamp":"2026-04-07T14:30:00.5Z","sequence_num":0,"events":[{"type":"snapshot","product_id":"A-B","updates":[{"side":"offer","event_time":"1970-01-01T00:00:00Z","price_level":"1","new_quantity":"2"}]},{"type":"update","product_id":"C-D","updates":[{"side":"bid","event_time":"","price_level":"3","new_quantity":"4"}]}]}"#
        ),
        (
            .coinbase,
            #"{"channel":"market_trades","timestamp":"2026-08-12T19:27:48.098821666Z","sequence_num":0,"events":[{"type":"snapshot","trades":[{"product_id":"BTC-USD","trade_id":"1069726291","price":"63310.25","size":"0.00000043","time":"2026-08-12T19:27:47.532655Z","side":"BUY"},{"product_id":"BTC-USD","trade_id":"1069726290","price":"63310.2","size":"0.5","time":"2026-08-12T19:27:47.184047Z","side":"SELL"}]}]}"#
        ),
        (
            .coinbase,
            #"{"channel":"market_trades","client_id":"","timestamp":"2026-04-07T14:30:03.1Z","sequence_num":5,"events":[{"type":"update","trades":[{"trade_id":"995098700","product_id":"BTC-USD","price":"68900.50","size":"0.00150000","side":"BUY","time":"2026-04-07T14:30:02.789012Z"}]}]}"#
        ),
        (
            .coinbaseExchange,
            #"{"type":"l2update","product_id":"BTC-USD","changes":[["buy","10101.80","0.162567"],["sell","2","0"]],"time":"2019-08-14T20:42:27.265000Z"}"#
        ),
        (
            .kraken,
            #"{"channel":"book","type":"update","data":[{"symbol":"BTC/USD","bids":[{"price":45283.4,"qty":0.25},{"price":1.5,"qty":0}],"asks":[],"checksum":2114181697,"timestamp":"2023-10-06T17:35:55.440295Z"}]}"#
        ),
        (
            .krakenV1,
            #"[1920,{"b":[["0.042950","0.00000000","1618678163.318329"]],"c":"4058690033"},"book-1000","SC/EUR"]"#
        ),
        (
            .krakenV1,
            #"[1920,{"a":[["0.042950","0.5","1618678163.318329","r"]]},{"b":[["0.04","0.7","1618678163.318330"]],"c":"4058690033"},"book-1000","SC/EUR"]"#
        ),
        (
            .krakenFutures,
            #"{"feed":"book","product_id":"PI_ETHUSD","side":"buy","seq":1,"price":2.5,"qty":3.0,"timestamp":1626994958167}"#
        ),
    ]

    func piecewise(_ dialect: Dialect, _ bytes: [UInt8]) -> Reading {
        Reading(bytes) { text, batch in
            switch dialect {
            case .binance, .binanceUsdm, .binanceCoinm: BinanceMessages.readAny(text, into: &batch)
            case .coinbase: CoinbaseMessages.readAny(text, side: .unknown, into: &batch)
            case .coinbaseExchange: CoinbaseExchangeMessages.readAny(text, into: &batch)
            case .kraken: KrakenMessages.readAny(text, into: &batch)
            case .krakenV1: KrakenV1Messages.readAny(text, into: &batch)
            case .krakenFutures: KrakenFuturesMessages.readAny(text, into: &batch)
            }
        }
    }

    private func check(_ dialect: Dialect, _ text: String) {
        let bytes = Array(text.utf8)
        let (usual, other) = (Reading(dialect, bytes), piecewise(dialect, bytes))
        #expect(usual == other, "\(text)")
    }

    /// Numbers that one reader or the other might take for something else.
    private static let numbers = [
        "0", "-0", "1", "-1", "00", "01", "0.", ".5", "1.", "+1", "1e5", "1E-5", "1e999", "0.00000001",
        "123456789012345678",
        "9223372036854775807", "9223372036854775808", "18446744073709551616", "99999999999999999999999", "4294967295",
        "4294967296",
        "1.000000000000000000", "12345678.87654321", "1234567890123456.5", "7258118400000", "7258118400001", "1e3", "",
        " 1", "1 ",
        "null", "\"5\"", "1\u{0}",
    ]
    private static let times = [
        "2019-08-14T20:42:27Z", "2019-08-14T20:42:27.2Z", "2019-08-14T20:42:27.1234567Z",
        "2019-08-14T20:42:27.123456789123Z",
        "2019-08-14T20:42:27.123456", "2019-08-14T24:42:27.123456Z", "2019-08-14T23:60:27.123456Z",
        "2019-08-14T23:59:60.123456Z",
        "2019-08-14T23:59:61.123456Z", "2019-02-29T20:42:27.123456Z", "2020-02-29T20:42:27.123456Z",
        "2019-13-14T20:42:27.123456Z",
        "2019-00-14T20:42:27.123456Z", "2019-08-00T20:42:27.123456Z", "2019-08-14t20:42:27.123456z",
        "2019-08-14 20:42:27.123456Z",
        "2019-08-14T20:42:27.123456+02:00", "1969-12-31T23:59:59.999999Z", "1970-01-01T00:00:00.000000Z",
        "2200-01-01T00:00:00.000000Z",
        "2200-01-01T00:00:00.000001Z", "2019-08-14T20:42:27.12345aZ", "２019-08-14T20:42:27.123456Z", "", "0",
        "1618678163", "1618678163.3",
        "1618678163.318329999", "7258118400.000000", "7258118400.000001", "-1.000000", "0.000000", "1e9",
        "01618678163.318329",
    ]

    @Test("both readers find the same in the usual spelling with any number, time or text in it", arguments: messages)
    func agreeOnValues(dialect: Dialect, text: String) {
        check(dialect, text)
        let tree = Tree(text)
        for path in tree.paths {
            guard case .leaf(let leaf) = tree[path] else { continue }
            let isQuoted = leaf.hasPrefix("\"")
            for value in Self.numbers + Self.times + [
                "é", "\\u0041", "a\"b", "\u{7F}", "BTC-USD", "buy", "sell", "true",
            ] {
                var changed = tree
                changed[path] = .leaf(isQuoted ? "\"\(value)\"" : value)
                check(dialect, changed.text)
            }
        }
    }

    @Test("both readers find the same when a byte is changed, lost or comes twice", arguments: messages)
    func agreeOnBytes(dialect: Dialect, text: String) {
        let bytes = Array(text.utf8)
        for at in bytes.indices {
            for change in 0..<5 {
                var some = bytes
                switch change {
                case 0: some[at] ^= 1
                case 1: some.remove(at: at)
                case 2: some.insert(bytes[at], at: at)
                case 3: some.insert(0x20, at: at)
                default: some[at] = 0x22
                }
                let (usual, other) = (Reading(dialect, some), piecewise(dialect, some))
                if usual != other {
                    Issue.record("\(String(decoding: some, as: Unicode.UTF8.self)): \(usual), \(other)")
                }
            }
        }
        for count in bytes.indices {
            #expect(Reading(dialect, Array(bytes.prefix(count))) == piecewise(dialect, Array(bytes.prefix(count))))
        }
    }

    @Test("fields left out, twice or in another order are read alike", arguments: messages)
    func agreeOnFields(dialect: Dialect, text: String) {
        let tree = Tree(text)
        for path in tree.paths {
            check(dialect, tree.replacing(path) { _ in [] }.text)
            check(dialect, tree.replacing(path) { [$0, $0] }.text)
            check(dialect, tree.replacing(path) { [$0, Tree.Member("zz", Tree("1"))] }.text)
        }
        for seed in 0..<20 {
            var dice = Dice(seed: UInt64(seed))
            check(dialect, tree.shuffled(using: &dice).text)
        }
    }
}
