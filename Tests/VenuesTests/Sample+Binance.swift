@testable import Venues

// Source: binance-spot-api-docs and developers.binance.com, read 2026-07.
extension Sample {
    static let binance: [Sample] = [
        Sample(
            dialect: .binance, what: "a change of a book",
            text:
                #"{"e":"depthUpdate","E":1672515782136,"s":"BNBBTC","U":157,"u":160,"b":[["0.0024","10"],["0.00230000","0.00000000"]],"a":[["0.0026","100"]]}"#,
            lines: ["bookDelta BNBBTC 157…160 at 1672515782136000000 b0.0024×10 b0.00230000×0.00000000 a0.0026×100"],
            needed: ["s", "U", "u", "b", "a"], numbers: ["U", "u", "b", "a"]),
        Sample(
            dialect: .binance, what: "a change that changes nothing",
            text:
                #"{"stream":"bnbbtc@depth@100ms","data":{"e":"depthUpdate","E":1672515782136,"s":"BNBBTC","U":161,"u":161,"b":[],"a":[]}}"#,
            lines: ["bookDelta BNBBTC 161…161 at 1672515782136000000"],
            needed: ["data.s", "data.U", "data.u", "data.b", "data.a"], unused: ["stream"]),
        Sample(
            dialect: .binanceUsdm, what: "a change of a future's book",
            text:
                #"{"e":"depthUpdate","E":123456789,"T":123456788,"s":"BTCUSDT","ps":"BTCUSDT","st":1,"U":157,"u":160,"pu":149,"b":[["0.0024","10"]],"a":[["0.0026","100"]]}"#,
            lines: ["bookDelta BTCUSDT 157…160 after 149 at 123456788000000 b0.0024×10 a0.0026×100"],
            needed: ["s", "U", "u", "b", "a"], unused: ["ps", "st"], numbers: ["U", "u", "pu", "b", "a"]),
        Sample(
            dialect: .binance, what: "a trade, bought by the maker",
            text:
                #"{"e":"trade","E":1672515782136,"s":"BNBBTC","t":12345,"p":"0.001","q":"100","T":1672515782135,"m":true,"M":true}"#,
            lines: ["trade BNBBTC 12345…12345 at 1672515782135000000 sell 0.001×100 id 12345"],
            needed: ["s", "p", "q", "m"], unused: ["M"], numbers: ["t", "p", "q"]),
        Sample(
            dialect: .binanceUsdm, what: "an aggregate of trades, sold by the maker",
            text:
                #"{"stream":"btcusdt@aggTrade","data":{"e":"aggTrade","E":123456789,"s":"BTCUSDT","a":5933014,"p":"0.001","q":"100","f":100,"l":105,"T":123456785,"m":false}}"#,
            lines: ["trade BTCUSDT 100…105 at 123456785000000 buy 0.001×100 of 6 id 5933014"],
            needed: ["data.s", "data.p", "data.q", "data.m"], unused: ["stream"],
            numbers: ["data.a", "data.p", "data.q", "data.f", "data.l"]),
        Sample(
            dialect: .binance, what: "best bid and ask, without an event's name",
            text:
                #"{"u":400900217,"s":"BNBUSDT","b":"25.35190000","B":"31.21000000","a":"25.36520000","A":"40.66000000"}"#,
            lines: ["ticker BNBUSDT 400900217…400900217 bid 25.35190000 of 31.21000000 ask 25.36520000 of 40.66000000"],
            needed: ["s"], numbers: ["u", "b", "B", "a", "A"]),
        Sample(
            dialect: .binanceCoinm, what: "best bid and ask of a future",
            text:
                #"{"e":"bookTicker","u":17242169,"s":"BTCUSD_200626","ps":"BTCUSD","b":"9548.1","B":"52","a":"9548.5","A":"11","T":1591268628155,"E":1591268628166}"#,
            lines: ["ticker BTCUSD_200626 17242169…17242169 at 1591268628155000000 bid 9548.1 of 52 ask 9548.5 of 11"],
            needed: ["s", "b", "B", "a", "A"], unused: ["ps"], numbers: ["u", "b", "B", "a", "A"]),
        Sample(
            dialect: .binance, what: "a candle that is not final",
            text:
                #"{"e":"kline","E":1672515782136,"s":"BNBBTC","k":{"t":1672515780000,"T":1672515839999,"s":"BNBBTC","i":"1m","f":100,"L":200,"o":"0.0010","c":"0.0020","h":"0.0025","l":"0.0015","v":"1000","n":100,"x":false,"q":"1.0000","V":"500","Q":"0.500","B":"123456"}}"#,
            lines: [
                "kline BNBBTC at 1672515782136000000 1672515780000000000–1672515840000000000 o 0.0010 h 0.0025 l 0.0015 c 0.0020 v 1000 q 1.0000 tv 500 tq 0.500 n100"
            ],
            needed: ["s", "k", "k.t", "k.T"], unused: ["k.s", "k.i", "k.f", "k.L", "k.B"],
            numbers: ["k.o", "k.c", "k.h", "k.l", "k.v", "k.n", "k.q", "k.V", "k.Q"]),
        Sample(
            dialect: .binance, what: "a final candle without trades",
            text:
                #"{"e":"kline","E":1672515840001,"s":"BNBBTC","k":{"t":1672515780000,"T":1672515839999,"s":"BNBBTC","i":"1m","f":-1,"L":-1,"o":"0.0010","c":"0.0010","h":"0.0010","l":"0.0010","v":"0","n":0,"x":true,"q":"0","V":"0","Q":"0","B":"0"}}"#,
            lines: [
                "kline BNBBTC at 1672515840001000000 1672515780000000000–1672515840000000000 o 0.0010 h 0.0010 l 0.0010 c 0.0010 v 0 q 0 tv 0 tq 0 n0 final"
            ],
            needed: ["s", "k", "k.t", "k.T"], unused: ["k.s", "k.i", "k.f", "k.L", "k.B"]),
        Sample(
            dialect: .binance, what: "a subscription is accepted", text: #"{"result":null,"id":1}"#,
            lines: ["subscribed"],
            unused: ["result", "id"]),
        Sample(
            dialect: .binance, what: "a list of subscriptions", text: #"{"result":["btcusdt@aggTrade"],"id":3}"#,
            lines: ["subscribed"], unused: ["result", "id"]),
        Sample(
            dialect: .binance, what: "a refusal",
            text: #"{"code":2,"msg":"Invalid request: missing field `method` at line 1 column 73","id":"x"}"#,
            lines: ["refused: Invalid request: missing field `method` at line 1 column 73"], unused: ["code", "id"]),
        Sample(
            dialect: .binance, what: "a refusal in an object",
            text: #"{"error":{"code":3,"msg":"Invalid JSON"},"id":null}"#,
            lines: ["refused"], unused: ["id", "error", "error.code", "error.msg"]),
        Sample(
            dialect: .binance, what: "the end of a connection is announced",
            text: #"{"stream":"!serverShutdown","data":{"e":"serverShutdown","E":1770123456789}}"#, lines: ["closing"],
            unused: ["stream"]),
        Sample(
            dialect: .binance, what: "a part of a book, which is not used",
            text:
                #"{"stream":"bnbbtc@depth5","data":{"lastUpdateId":160,"bids":[["0.0024","10"]],"asks":[["0.0026","100"]]}}"#,
            lines: ["other"], unused: ["stream", "data.lastUpdateId", "data.bids", "data.asks"]),
    ]

    /// Events that are not used; some have fields of the same names with other contents.
    static let strangers: [(Dialect, String)] = [
        (
            .binance,
            #"{"e":"24hrTicker","E":1672515782136,"s":"BNBBTC","p":"0.0015","P":"250.00","w":"0.0018","x":"0.0009","c":"0.0025","Q":"10","b":"0.0024","B":"10","a":"0.0026","A":"100","o":"0.0010","h":"0.0025","l":"0.0010","v":"10000","q":"18","O":0,"C":86400000,"F":0,"L":18150,"n":18151}"#
        ),
        (
            .binance,
            #"{"stream":"!miniTicker@arr","data":[{"e":"24hrMiniTicker","E":1672515782136,"s":"BNBBTC","c":"0.0025","o":"0.0010"}]}"#
        ),
        (.binance, #"[{"e":"24hrMiniTicker","E":1672515782136,"s":"BNBBTC","c":"0.0025","o":"0.0010"}]"#),
        (.binanceUsdm, #"{"e":"forceOrder","E":1568014460893,"o":{"s":"BTCUSDT","S":"SELL","p":"9910","q":"0.014"}}"#),
        (
            .binanceUsdm,
            #"{"e":"markPriceUpdate","E":1562305380000,"s":"BTCUSDT","p":"11794.15","i":"11784.62","r":"0.00038167","T":1562306400000}"#
        ),
        (
            .binance,
            #"{"b":{"q":1},"k":5,"E":"noon","a":true,"T":null,"e":"somethingNew","s":["BNBBTC"],"U":-7.5,"m":"yes"}"#
        ),
        (
            .coinbase,
            #"{"channel":"futures_balance_summary","client_id":"","timestamp":"2026-04-07T14:30:00Z","sequence_num":3,"events":{"type":7}}"#
        ),
        (
            .coinbase,
            #"{"channel":"status","timestamp":"2026-04-07T14:30:00Z","sequence_num":0,"events":[{"type":"snapshot","products":[{"id":"BTC-USD"}]}]}"#
        ),
        (
            .coinbaseExchange,
            #"{"type":"received","time":"2014-11-07T08:19:27.028459Z","product_id":"BTC-USD","sequence":10,"order_id":"d50ec984-77a8-460a-b958-66f114b0de9b","size":"1.34","price":"502.1","side":"buy","order_type":"limit"}"#
        ),
        (
            .coinbaseExchange,
            #"{"type":"status","products":[],"currencies":[],"changes":"none","bids":{},"sequence":"?"}"#
        ),
        (
            .kraken,
            #"{"channel":"level3","type":"update","data":[{"symbol":"BTC/USD","bids":[{"event":"add","order_id":"O1","limit_price":1.5}],"checksum":"?"}]}"#
        ),
        (.kraken, #"{"channel":"executions","type":"update","data":{"symbol":7},"sequence":8}"#),
        (
            .krakenV1,
            #"[0,["5698.40000","5700.00000","1542057299.545897","1.01234567","0.98765432"],"spread","XBT/USD"]"#
        ),
        (.krakenV1, #"{"event":"somethingNew","status":{"a":1},"pair":[1,2],"reqid":7}"#),
        (
            .krakenFutures,
            #"{"feed":"fills","username":"x","fills":[{"instrument":"PI_XBTUSD","price":1,"seq":100,"buy":true}],"seq":"?","price":{}}"#
        ),
        (.krakenFutures, #"{"event":"pong","bids":7}"#),
    ]
}
