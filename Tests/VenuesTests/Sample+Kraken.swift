@testable import Venues

// Source: docs.kraken.com, "Spot WebSockets v2", read 2026-07.
extension Sample {
    private static let book: Set<String> = [
        "data", "data.symbol", "data.bids.price", "data.bids.qty", "data.asks.price", "data.asks.qty",
    ]

    static let kraken: [Sample] = [
        Sample(
            dialect: .kraken, what: "a book",
            text:
                #"{"channel":"book","type":"snapshot","data":[{"symbol":"BTC/USD","bids":[{"price":45283.5,"qty":0.10000000}],"asks":[{"price":45285.2,"qty":0.00100000}],"checksum":3310070434,"timestamp":"2023-10-06T17:35:55.440295Z"}]}"#,
            lines: ["bookSnapshot BTC/USD at 1696613755440295000 b45283.5×0.10000000 a45285.2×0.00100000 #3310070434"],
            needed: book.union(["type"]),
            numbers: ["data.bids.price", "data.bids.qty", "data.asks.price", "data.asks.qty"]),
        Sample(
            dialect: .kraken, what: "a change of a book, with one price twice",
            text:
                #"{"channel":"book","type":"update","data":[{"symbol":"BTC/USD","bids":[{"price":45283.4,"qty":0.25},{"price":45283.4,"qty":0}],"asks":[],"checksum":2114181697,"timestamp":"2023-10-06T17:35:55.440295Z"}]}"#,
            lines: ["bookDelta BTC/USD at 1696613755440295000 b45283.4×0.25 b45283.4×0 #2114181697"],
            needed: ["type", "data", "data.symbol", "data.bids.price", "data.bids.qty"],
            numbers: ["data.bids.price", "data.bids.qty"]),
        Sample(
            dialect: .kraken, what: "numbers in their other form",
            text:
                #"{"channel":"book","type":"update","data":[{"symbol":"SHIB/USD","bids":[{"price":1.5e-05,"qty":1E+3}],"asks":[],"checksum":0}]}"#,
            lines: ["bookDelta SHIB/USD b0.000015×1000 #0"],
            needed: ["type", "data", "data.symbol", "data.bids.price", "data.bids.qty"]),
        Sample(
            dialect: .kraken, what: "a trade",
            text:
                #"{"channel":"trade","type":"update","data":[{"symbol":"BTC/USD","side":"buy","price":105944.2,"qty":0.00027625,"ord_type":"limit","trade_id":10218208,"timestamp":"2023-10-06T17:35:55.440295Z"}]}"#,
            lines: ["trade BTC/USD 10218208…10218208 at 1696613755440295000 buy 105944.2×0.00027625 id 10218208"],
            needed: ["type", "data", "data.symbol", "data.price", "data.qty"], unused: ["data.ord_type"],
            numbers: ["data.price", "data.qty", "data.trade_id"]),
        Sample(
            dialect: .kraken, what: "trades of before",
            text:
                #"{"channel":"trade","type":"snapshot","data":[{"symbol":"BTC/USD","side":"sell","price":1.5,"qty":2,"trade_id":1,"timestamp":"2023-10-06T17:35:55Z"},{"symbol":"BTC/USD","side":"buy","price":1.6,"qty":3,"trade_id":2,"timestamp":"2023-10-06T17:35:55Z"}]}"#,
            lines: [
                "trade BTC/USD 1…1 at 1696613755000000000 sell 1.5×2 id 1 backfilled",
                "trade BTC/USD 2…2 at 1696613755000000000 buy 1.6×3 id 2 backfilled",
            ],
            needed: ["type", "data", "data.symbol", "data.price", "data.qty"],
            numbers: ["data.price", "data.qty", "data.trade_id"]),
        Sample(
            dialect: .kraken, what: "a ticker",
            text:
                #"{"channel":"ticker","type":"snapshot","data":[{"symbol":"BTC/USD","bid":105944.2,"bid_qty":2.5,"ask":105944.3,"ask_qty":3.2,"last":105899.4,"volume":163.28,"vwap":105904.3,"low":104711.0,"high":106613.1,"change":250.0,"change_pct":0.24,"timestamp":"2023-10-06T17:35:55.440295Z"}]}"#,
            lines: [
                "ticker BTC/USD at 1696613755440295000 bid 105944.2 of 2.5 ask 105944.3 of 3.2 last 105899.4 volume 163.28 high 106613.1 low 104711.0"
            ],
            needed: ["type", "data", "data.symbol"], unused: ["data.vwap", "data.change", "data.change_pct"],
            numbers: [
                "data.bid", "data.bid_qty", "data.ask", "data.ask_qty", "data.last", "data.volume", "data.low",
                "data.high",
            ]),
        Sample(
            dialect: .kraken, what: "a candle",
            text:
                #"{"channel":"ohlc","type":"update","data":[{"symbol":"BTC/USD","interval":1,"interval_begin":"2023-10-04T16:25:00.000000000Z","timestamp":"2023-10-04T16:26:00.000000Z","open":106038.2,"high":106044.3,"low":106038.1,"close":106040.1,"volume":30.92,"vwap":106039.6,"trades":12}]}"#,
            lines: [
                "kline BTC/USD 1696436700000000000–1696436760000000000 o 106038.2 h 106044.3 l 106038.1 c 106040.1 v 30.92 n12"
            ],
            needed: ["type", "data", "data.symbol", "data.interval", "data.interval_begin"],
            unused: ["data.timestamp", "data.vwap"],
            numbers: ["data.open", "data.high", "data.low", "data.close", "data.volume", "data.trades"]),
        Sample(
            dialect: .kraken, what: "the venue's state",
            text:
                #"{"channel":"status","type":"update","data":[{"version":"2.0.0","system":"online","api_version":"v2","connection_id":13834774380200032777}]}"#,
            lines: ["venueStatus"],
            unused: ["data.version", "data.system", "data.api_version", "data.connection_id"]),
        Sample(dialect: .kraken, what: "a heartbeat", text: #"{"channel":"heartbeat"}"#, lines: ["heartbeat"]),
        Sample(
            dialect: .kraken, what: "the answer to a ping",
            text:
                #"{"method":"pong","req_id":101,"time_in":"2023-09-24T14:10:23.799685Z","time_out":"2023-09-24T14:10:23.799703Z"}"#,
            lines: ["pong"], unused: ["req_id", "time_in", "time_out"]),
        Sample(
            dialect: .kraken, what: "a subscription is accepted",
            text:
                #"{"method":"subscribe","result":{"channel":"book","symbol":"BTC/USD","depth":10,"snapshot":true},"success":true,"time_in":"2023-10-06T18:20:56.506266Z","time_out":"2023-10-06T18:20:56.506285Z","req_id":1}"#,
            lines: ["subscribed"],
            unused: [
                "result", "result.channel", "result.symbol", "result.depth", "result.snapshot", "time_in", "time_out",
                "req_id",
            ]),
        Sample(
            dialect: .kraken, what: "a refusal",
            text:
                #"{"method":"subscribe","error":"Currency pair not supported FOO/BAR","success":false,"symbol":"FOO/BAR","req_id":1}"#,
            lines: ["refused FOO/BAR: Currency pair not supported FOO/BAR"], unused: ["req_id"]),
        Sample(
            dialect: .kraken, what: "the list of instruments",
            text: #"{"channel":"instrument","type":"snapshot","data":{"assets":[],"pairs":[{"symbol":"BTC/USD"}]}}"#,
            lines: ["instruments"], needed: ["type", "data"],
            unused: ["data.assets", "data.pairs", "data.pairs.symbol"]),
        Sample(
            dialect: .kraken, what: "a change of some instruments",
            text: #"{"channel":"instrument","type":"update","data":{"assets":[],"pairs":[{"symbol":"BTC/USD"}]}}"#,
            lines: ["instruments"], needed: ["type", "data"],
            unused: ["data.assets", "data.pairs", "data.pairs.symbol"]),
    ]

    // Source: docs.kraken.com, "Spot WebSockets v1".
    static let krakenV1: [Sample] = [
        Sample(
            dialect: .krakenV1, what: "a book",
            text:
                #"[0,{"as":[["5541.30000","2.50700000","1534614248.123678"],["5541.80000","0.33000000","1534614098.345543"]],"bs":[["5541.20000","1.52900000","1534614248.765567"]]},"book-100","XBT/USD"]"#,
            lines: [
                "bookSnapshot XBT/USD at 1534614248765567000 b5541.20000×1.52900000 a5541.30000×2.50700000 a5541.80000×0.33000000 depth 100"
            ],
            numbers: ["as", "bs"]),
        Sample(
            dialect: .krakenV1, what: "a change of one side",
            text:
                #"[1234,{"a":[["5541.30000","2.50700000","1534614248.456738"],["5542.50000","0.00000000","1534614248.456738"]],"c":"974942666"},"book-10","XBT/USD"]"#,
            lines: [
                "bookDelta XBT/USD at 1534614248456738000 a5541.30000×2.50700000 a5542.50000×0.00000000 #974942666"
            ],
            needed: ["a"], numbers: ["a"]),
        Sample(
            dialect: .krakenV1, what: "a change of both sides, one level published again",
            text:
                #"[1234,{"a":[["5541.30000","2.50700000","1534614248.456738","r"]]},{"b":[["5541.30000","0.00000000","1534614335.345903"]],"c":"974942666"},"book-10","XBT/USD"]"#,
            lines: [
                "bookDelta XBT/USD at 1534614335345903000 b5541.30000×0.00000000 a5541.30000×2.50700000 #974942666"
            ],
            numbers: ["a", "b"]),
        Sample(
            dialect: .krakenV1, what: "trades",
            text:
                #"[0,[["5541.20000","0.15850568","1534614057.321597","s","l",""],["6060.00000","0.02455000","1534614057.324998","b","l",""]],"trade","XBT/USD"]"#,
            lines: [
                "trade XBT/USD at 1534614057321597000 sell 5541.20000×0.15850568",
                "trade XBT/USD at 1534614057324998000 buy 6060.00000×0.02455000",
            ]),
        Sample(
            dialect: .krakenV1, what: "a ticker",
            text:
                #"[0,{"a":["5525.40000",1,"1.000"],"b":["5525.10000",1,"1.500"],"c":["5525.10000","0.00398963"],"v":["2634.11501494","3591.17907851"],"p":["5631.44067","5653.78939"],"t":[11493,16267],"l":["5505.00000","5504.00000"],"h":["5783.00000","5784.00000"],"o":["5760.70000","5763.40000"]},"ticker","XBT/USD"]"#,
            lines: [
                "ticker XBT/USD bid 5525.10000 of 1.500 ask 5525.40000 of 1.000 last 5525.10000 of 0.00398963 volume 3591.17907851 high 5784.00000 low 5504.00000 open 5763.40000"
            ],
            unused: ["p", "t"]),
        Sample(
            dialect: .krakenV1, what: "a candle",
            text:
                #"[42,["1542057314.748456","1542057360.000000","3586.70000","3586.80000","3586.60000","3586.75000","3586.68894","0.03373000",2],"ohlc-5","XBT/USD"]"#,
            lines: [
                "kline XBT/USD at 1542057314748456000 1542057060000000000–1542057360000000000 o 3586.70000 h 3586.80000 l 3586.60000 c 3586.75000 v 0.03373000 n2"
            ]),
        Sample(dialect: .krakenV1, what: "a heartbeat", text: #"{"event":"heartbeat"}"#, lines: ["heartbeat"]),
        Sample(
            dialect: .krakenV1, what: "the venue's state",
            text: #"{"connectionID":8628615390848610000,"event":"systemStatus","status":"online","version":"1.0.0"}"#,
            lines: ["venueStatus"], unused: ["connectionID", "version"]),
        Sample(
            dialect: .krakenV1, what: "a subscription is accepted",
            text:
                #"{"channelID":10001,"channelName":"book-10","event":"subscriptionStatus","pair":"XBT/EUR","status":"subscribed","subscription":{"depth":10,"name":"book"}}"#,
            lines: ["subscribed XBT/EUR"],
            unused: ["channelID", "channelName", "subscription", "subscription.depth", "subscription.name"]),
        Sample(
            dialect: .krakenV1, what: "a refusal",
            text:
                #"{"errorMessage":"Subscription depth not supported","event":"subscriptionStatus","pair":"XBT/USD","status":"error","subscription":{"depth":42,"name":"book"}}"#,
            lines: ["refused XBT/USD: Subscription depth not supported"],
            unused: ["subscription", "subscription.depth", "subscription.name"]),
        Sample(
            dialect: .krakenV1, what: "the answer to a ping", text: #"{"event":"pong","reqid":42}"#, lines: ["pong"],
            unused: ["reqid"]),
    ]
}
