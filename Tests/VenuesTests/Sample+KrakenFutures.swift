@testable import Venues

// Source: docs.kraken.com, "Futures WebSocket", read 2026-07.
extension Sample {
    static let krakenFutures: [Sample] = [
        Sample(
            dialect: .krakenFutures, what: "a book",
            text:
                #"{"feed":"book_snapshot","product_id":"PI_XBTUSD","timestamp":1612269825817,"seq":326072249,"tickSize":null,"bids":[{"price":34892.5,"qty":6385},{"price":34892,"qty":10924}],"asks":[{"price":34911.5,"qty":20598}]}"#,
            lines: [
                "bookSnapshot PI_XBTUSD 326072249…326072249 at 1612269825817000000 b34892.5×6385 b34892×10924 a34911.5×20598"
            ],
            needed: ["product_id", "seq", "bids", "bids.price", "bids.qty", "asks", "asks.price", "asks.qty"],
            unused: ["tickSize"], numbers: ["seq", "bids.price", "bids.qty", "asks.price", "asks.qty"]),
        Sample(
            dialect: .krakenFutures, what: "a level of a book goes",
            text:
                #"{"feed":"book","product_id":"PI_XBTUSD","side":"sell","seq":326094134,"price":34981,"qty":0,"timestamp":1612269953629}"#,
            lines: ["bookDelta PI_XBTUSD 326094134…326094134 at 1612269953629000000 a34981×0"],
            needed: ["product_id", "side", "seq", "price", "qty"], numbers: ["seq", "price", "qty"]),
        Sample(
            dialect: .krakenFutures, what: "a level of a book comes",
            text:
                #"{"feed":"book","product_id":"PI_XBTUSD","side":"buy","seq":326094135,"price":1e-05,"qty":1.5,"timestamp":1612269953630}"#,
            lines: ["bookDelta PI_XBTUSD 326094135…326094135 at 1612269953630000000 b0.00001×1.5"],
            needed: ["product_id", "side", "seq", "price", "qty"], numbers: ["seq", "price", "qty"]),
        Sample(
            dialect: .krakenFutures, what: "a trade",
            text:
                #"{"feed":"trade","product_id":"PI_XBTUSD","uid":"05af78ac-a774-478c-a50c-8b9c234e071e","side":"sell","type":"fill","seq":653355,"time":1612266317519,"qty":15000,"price":34969.5}"#,
            lines: [
                "trade PI_XBTUSD 653355…653355 at 1612266317519000000 sell 34969.5×15000 id 05af78ac-a774-478c-a50c-8b9c234e071e"
            ],
            needed: ["product_id", "qty", "price"], unused: ["type"], numbers: ["seq", "qty", "price"]),
        Sample(
            dialect: .krakenFutures, what: "trades of before, the newest first",
            text:
                #"{"feed":"trade_snapshot","product_id":"PI_XBTUSD","trades":[{"feed":"trade","product_id":"PI_XBTUSD","uid":"caa9c653-420b-4c24-a9f1-462a054d86f1","side":"sell","type":"fill","seq":655508,"time":1612269657781,"qty":440,"price":34893},{"feed":"trade","product_id":"PI_XBTUSD","uid":"45ee9737-1877-4682-bc68-e4ef818ef88a","side":"buy","type":"fill","seq":655507,"time":1612269656839,"qty":9643,"price":34891}]}"#,
            lines: [
                "trade PI_XBTUSD 655507…655507 at 1612269656839000000 buy 34891×9643 id 45ee9737-1877-4682-bc68-e4ef818ef88a backfilled",
                "trade PI_XBTUSD 655508…655508 at 1612269657781000000 sell 34893×440 id caa9c653-420b-4c24-a9f1-462a054d86f1 backfilled",
            ],
            needed: ["product_id", "trades", "trades.product_id", "trades.qty", "trades.price"],
            unused: ["trades.feed", "trades.type"],
            numbers: ["trades.seq", "trades.qty", "trades.price"]),
        Sample(
            dialect: .krakenFutures, what: "a ticker",
            text:
                #"{"time":1612270825253,"product_id":"PI_XBTUSD","funding_rate":-6.2604214e-11,"relative_funding_rate":-2.18e-06,"next_funding_rate_time":1612281600000,"feed":"ticker","bid":34832.5,"ask":34847.5,"bid_size":42864,"ask_size":2300,"volume":262306237,"dtm":0,"leverage":"50x","index":34803.45,"premium":0.1,"last":34852,"change":2.995,"suspended":false,"tag":"perpetual","pair":"XBT:USD","openInterest":107706940,"markPrice":34844.25,"maturityTime":0,"post_only":false}"#,
            lines: [
                "ticker PI_XBTUSD at 1612270825253000000 bid 34832.5 of 42864 ask 34847.5 of 2300 last 34852 volume 262306237"
            ],
            needed: ["product_id"],
            unused: [
                "funding_rate", "relative_funding_rate", "next_funding_rate_time", "dtm", "leverage", "index",
                "premium",
                "change", "suspended", "tag", "pair", "openInterest", "markPrice", "maturityTime", "post_only",
            ],
            numbers: ["bid", "ask", "bid_size", "ask_size", "volume", "last"]),
        Sample(
            dialect: .krakenFutures, what: "a short ticker, without an ask",
            text:
                #"{"feed":"ticker_lite","product_id":"PI_XBTUSD","bid":34932,"ask":null,"change":3.39,"premium":0.1,"volume":264126741,"tag":"perpetual","pair":"XBT:USD","dtm":0,"maturityTime":0}"#,
            lines: ["ticker PI_XBTUSD bid 34932 volume 264126741"],
            needed: ["product_id"], unused: ["change", "premium", "tag", "pair", "dtm", "maturityTime"],
            numbers: ["bid", "volume"]),
        Sample(
            dialect: .krakenFutures, what: "a heartbeat", text: #"{"feed":"heartbeat","time":1534262350627}"#,
            lines: ["heartbeat"]),
        Sample(
            dialect: .krakenFutures, what: "a subscription is accepted",
            text: #"{"event":"subscribed","feed":"book","product_ids":["PI_XBTUSD"]}"#, lines: ["subscribed"],
            needed: ["event"], unused: ["product_ids"]),
        Sample(
            dialect: .krakenFutures, what: "the venue introduces itself", text: #"{"event":"info","version":1}"#,
            lines: ["venueStatus"], unused: ["version"]),
        Sample(
            dialect: .krakenFutures, what: "a refusal", text: #"{"event":"alert","message":"Bad request"}"#,
            lines: ["refused: Bad request"]),
        Sample(
            dialect: .krakenFutures, what: "another refusal",
            text: #"{"event":"error","message":"Invalid product id"}"#,
            lines: ["refused: Invalid product id"]),
    ]
}
