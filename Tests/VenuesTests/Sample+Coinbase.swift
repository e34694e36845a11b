@testable import Venues

// Source: docs.cdp.coinbase.com, "Advanced Trade WebSocket channels" and "Exchange WebSocket channels", read 2026-07.
extension Sample {
    static let coinbase: [Sample] = [
        Sample(
            dialect: .coinbase, what: "a book",
            text:
                #"{"channel":"l2_data","client_id":"","timestamp":"2026-04-07T14:30:00.123456Z","sequence_num":0,"events":[{"type":"snapshot","product_id":"BTC-USD","updates":[{"side":"bid","event_time":"1970-01-01T00:00:00Z","price_level":"68900.00","new_quantity":"1.50000000"},{"side":"offer","event_time":"1970-01-01T00:00:00Z","price_level":"68901.00","new_quantity":"0.50000000"}]}]}"#,
            lines: [
                "bookSnapshot BTC-USD at 1775572200123456000 b68900.00×1.50000000 a68901.00×0.50000000", "sequence 0",
            ],
            needed: [
                "events.type", "events.product_id", "events.updates", "events.updates.side",
                "events.updates.price_level", "events.updates.new_quantity",
            ],
            unused: ["client_id", "events.updates.event_time"],
            numbers: ["events.updates.price_level", "events.updates.new_quantity"]),
        Sample(
            dialect: .coinbase, what: "a change of a book",
            text:
                #"{"channel":"l2_data","client_id":"","timestamp":"2026-04-07T14:30:01.456789Z","sequence_num":1,"events":[{"type":"update","product_id":"BTC-USD","updates":[{"side":"bid","event_time":"2026-04-07T14:30:01.456789Z","price_level":"68900.00","new_quantity":"2.00000000"},{"side":"offer","event_time":"2026-04-07T14:30:01.456789Z","price_level":"68901.00","new_quantity":"0.00000000"}]}]}"#,
            lines: [
                "bookDelta BTC-USD at 1775572201456789000 b68900.00×2.00000000 a68901.00×0.00000000", "sequence 1",
            ],
            needed: [
                "events.type", "events.product_id", "events.updates", "events.updates.side",
                "events.updates.price_level", "events.updates.new_quantity",
            ],
            unused: ["client_id", "events.updates.event_time"],
            numbers: ["events.updates.price_level", "events.updates.new_quantity"]),
        Sample(
            dialect: .coinbase, what: "two books in one message",
            text:
                #"{"channel":"l2_data","timestamp":"2026-04-07T14:30:00Z","sequence_num":7,"events":[{"type":"update","product_id":"BTC-USD","updates":[{"side":"bid","price_level":"1","new_quantity":"2"}]},{"type":"update","product_id":"ETH-USD","updates":[{"side":"offer","price_level":"3","new_quantity":"4"}]}]}"#,
            lines: [
                "bookDelta BTC-USD at 1775572200000000000 b1×2", "bookDelta ETH-USD at 1775572200000000000 a3×4",
                "sequence 7",
            ],
            needed: [
                "events.type", "events.product_id", "events.updates", "events.updates.side",
                "events.updates.price_level", "events.updates.new_quantity",
            ],
            numbers: ["events.updates.price_level", "events.updates.new_quantity"]),
        Sample(
            dialect: .coinbase, what: "trades, the newest first, whose side is not known",
            text:
                #"{"channel":"market_trades","client_id":"","timestamp":"2026-04-07T14:30:03Z","sequence_num":5,"events":[{"type":"update","trades":[{"trade_id":"995098701","product_id":"BTC-USD","price":"68900.51","size":"0.00150000","side":"SELL","time":"2026-04-07T14:30:02.9Z"},{"trade_id":"995098700","product_id":"BTC-USD","price":"68900.50","size":"0.00250000","side":"BUY","time":"2026-04-07T14:30:02.789012Z"}]}]}"#,
            lines: [
                "trade BTC-USD 995098700…995098700 at 1775572202789012000 unknown 68900.50×0.00250000 id 995098700",
                "trade BTC-USD 995098701…995098701 at 1775572202900000000 unknown 68900.51×0.00150000 id 995098701",
                "sequence 5",
            ],
            needed: [
                "events.type", "events.trades", "events.trades.product_id", "events.trades.price", "events.trades.size",
            ],
            unused: ["client_id"], numbers: ["events.trades.trade_id", "events.trades.price", "events.trades.size"]),
        Sample(
            dialect: .coinbase, what: "trades of before, with the maker's side",
            text:
                #"{"channel":"market_trades","timestamp":"2026-04-07T14:30:03Z","sequence_num":0,"events":[{"type":"snapshot","trades":[{"trade_id":"7","product_id":"BTC-USD","price":"1.5","size":"2","side":"BUY","time":"2026-04-07T14:30:02Z"}]}]}"#,
            lines: ["trade BTC-USD 7…7 at 1775572202000000000 sell 1.5×2 id 7 backfilled", "sequence 0"],
            needed: [
                "events.type", "events.trades", "events.trades.product_id", "events.trades.price", "events.trades.size",
            ],
            numbers: ["events.trades.trade_id", "events.trades.price", "events.trades.size"], side: .maker),
        Sample(
            dialect: .coinbase, what: "a trade with the taker's side",
            text:
                #"{"channel":"market_trades","timestamp":"2026-04-07T14:30:03Z","sequence_num":0,"events":[{"type":"update","trades":[{"trade_id":"7","product_id":"BTC-USD","price":"1.5","size":"2","side":"SELL","time":"2026-04-07T14:30:02Z"}]}]}"#,
            lines: ["trade BTC-USD 7…7 at 1775572202000000000 sell 1.5×2 id 7", "sequence 0"],
            needed: [
                "events.type", "events.trades", "events.trades.product_id", "events.trades.price", "events.trades.size",
            ],
            side: .taker),
        Sample(
            dialect: .coinbase, what: "a ticker",
            text:
                #"{"channel":"ticker","client_id":"","timestamp":"2026-04-07T14:30:00Z","sequence_num":4,"events":[{"type":"snapshot","tickers":[{"type":"ticker","product_id":"BTC-USD","price":"68900.50","volume_24_h":"15328.12","low_24_h":"67500.00","high_24_h":"69200.00","low_52_w":"25000.00","high_52_w":"73800.00","price_percent_chg_24_h":"1.85","best_bid":"68900.00","best_bid_quantity":"1.5","best_ask":"68901.00","best_ask_quantity":"0.5"}]}]}"#,
            lines: [
                "ticker BTC-USD at 1775572200000000000 bid 68900.00 of 1.5 ask 68901.00 of 0.5 last 68900.50 volume 15328.12 high 69200.00 low 67500.00",
                "sequence 4",
            ],
            needed: ["events.type", "events.tickers", "events.tickers.product_id"],
            unused: [
                "client_id", "events.tickers.type", "events.tickers.low_52_w", "events.tickers.high_52_w",
                "events.tickers.price_percent_chg_24_h",
            ],
            numbers: [
                "events.tickers.price", "events.tickers.volume_24_h", "events.tickers.low_24_h",
                "events.tickers.high_24_h", "events.tickers.best_bid", "events.tickers.best_bid_quantity",
                "events.tickers.best_ask", "events.tickers.best_ask_quantity",
            ]),
        Sample(
            dialect: .coinbase, what: "a candle of five minutes",
            text:
                #"{"channel":"candles","client_id":"","timestamp":"2026-04-07T14:30:00Z","sequence_num":2,"events":[{"type":"update","candles":[{"start":"1775521800","high":"68950.1","low":"68800","open":"68900.5","close":"68910.25","volume":"42.15","product_id":"BTC-USD"}]}]}"#,
            lines: [
                "kline BTC-USD at 1775572200000000000 1775521800000000000–1775522100000000000 o 68900.5 h 68950.1 l 68800 c 68910.25 v 42.15 n0",
                "sequence 2",
            ],
            needed: ["events.type", "events.candles", "events.candles.product_id", "events.candles.start"],
            unused: ["client_id"],
            numbers: [
                "events.candles.high", "events.candles.low", "events.candles.open", "events.candles.close",
                "events.candles.volume",
            ]),
        Sample(
            dialect: .coinbase, what: "a heartbeat",
            text:
                #"{"channel":"heartbeats","client_id":"","timestamp":"2026-04-07T14:30:10Z","sequence_num":9,"events":[{"current_time":"2026-04-07 14:30:10.000000000+00:00 m=+1.5","heartbeat_counter":42}]}"#,
            lines: ["sequence 9", "heartbeat"],
            unused: ["client_id", "events.current_time", "events.heartbeat_counter"]),
        Sample(
            dialect: .coinbase, what: "the list of subscriptions",
            text:
                #"{"channel":"subscriptions","client_id":"","timestamp":"2026-04-07T14:30:00Z","sequence_num":1,"events":[{"subscriptions":{"level2":["BTC-USD"]}}]}"#,
            lines: ["sequence 1", "subscribed"],
            unused: ["client_id", "events.subscriptions", "events.subscriptions.level2"]),
        Sample(
            dialect: .coinbase, what: "a refusal", text: #"{"type":"error","message":"authentication \"failure\""}"#,
            lines: [#"refused: authentication "failure""#]),
    ]

    static let coinbaseExchange: [Sample] = [
        Sample(
            dialect: .coinbaseExchange, what: "a book",
            text:
                #"{"type":"snapshot","product_id":"BTC-USD","bids":[["10101.10","0.45054140"],["10101.00","1"]],"asks":[["10102.55","0.57753524"]]}"#,
            lines: ["bookSnapshot BTC-USD b10101.10×0.45054140 b10101.00×1 a10102.55×0.57753524"],
            needed: ["product_id", "bids", "asks"], numbers: ["bids", "asks"]),
        Sample(
            dialect: .coinbaseExchange, what: "a change of a book",
            text:
                #"{"type":"l2update","product_id":"BTC-USD","time":"2019-08-14T20:42:27.265Z","changes":[["buy","10101.80000000","0.162567"],["sell","10102.55","0.00000000"]]}"#,
            lines: ["bookDelta BTC-USD at 1565815347265000000 b10101.80000000×0.162567 a10102.55×0.00000000"],
            needed: ["product_id", "changes"], numbers: []),
        Sample(
            dialect: .coinbaseExchange, what: "a trade, sold by the maker",
            text:
                #"{"type":"match","trade_id":10,"sequence":50,"maker_order_id":"ac928c66-ca53-498f-9c13-a110027a60e8","taker_order_id":"132fb6ae-456b-4654-b4e0-d681ac05cea1","time":"2014-11-07T08:19:27.028459Z","product_id":"BTC-USD","size":"5.23512","price":"400.23","side":"sell"}"#,
            lines: ["trade BTC-USD 50…50 at 1415348367028459000 buy 400.23×5.23512 id 10"],
            needed: ["product_id", "size", "price"], unused: ["maker_order_id", "taker_order_id"],
            numbers: ["sequence", "size", "price"]),
        Sample(
            dialect: .coinbaseExchange, what: "the trade before all others",
            text:
                #"{"type":"last_match","trade_id":9,"sequence":49,"time":"2014-11-07T08:19:27.028459Z","product_id":"BTC-USD","size":"1","price":"400","side":"buy"}"#,
            lines: ["trade BTC-USD 49…49 at 1415348367028459000 sell 400×1 id 9 backfilled"],
            needed: ["product_id", "size", "price"], numbers: ["sequence", "size", "price"]),
        Sample(
            dialect: .coinbaseExchange, what: "a ticker",
            text:
                #"{"type":"ticker","sequence":37475248783,"product_id":"ETH-USD","price":"1285.22","open_24h":"1310.79","volume_24h":"245532.79269678","low_24h":"1280.52","high_24h":"1313.8","volume_30d":"9788783.60117027","best_bid":"1285.04","best_bid_size":"0.46688654","best_ask":"1285.27","best_ask_size":"1.56637040","side":"buy","time":"2022-10-19T23:28:22.061769Z","trade_id":370843401,"last_size":"11.4396987"}"#,
            lines: [
                "ticker ETH-USD 37475248783…37475248783 at 1666222102061769000 bid 1285.04 of 0.46688654 ask 1285.27 of 1.56637040 last 1285.22 of 11.4396987 volume 245532.79269678 high 1313.8 low 1280.52 open 1310.79"
            ],
            needed: ["product_id"], unused: ["volume_30d"],
            numbers: [
                "sequence", "price", "open_24h", "volume_24h", "low_24h", "high_24h", "best_bid", "best_bid_size",
                "best_ask", "best_ask_size", "last_size",
            ]),
        Sample(
            dialect: .coinbaseExchange, what: "the list of subscriptions",
            text: #"{"type":"subscriptions","channels":[{"name":"level2","product_ids":["BTC-USD"]}]}"#,
            lines: ["subscribed"],
            unused: ["channels", "channels.name", "channels.product_ids"]),
        Sample(
            dialect: .coinbaseExchange, what: "a heartbeat",
            text:
                #"{"type":"heartbeat","sequence":90,"last_trade_id":20,"product_id":"BTC-USD","time":"2014-11-07T08:19:28.464459Z"}"#,
            lines: ["heartbeat"], unused: ["last_trade_id"]),
        Sample(
            dialect: .coinbaseExchange, what: "a refusal",
            text: #"{"type":"error","message":"Failed to subscribe","reason":"level2 requires authentication"}"#,
            lines: ["refused: level2 requires authentication"]),
        Sample(
            dialect: .coinbaseExchange, what: "a refusal without a reason",
            text: #"{"type":"error","message":"Malformed JSON"}"#, lines: ["refused: Malformed JSON"]),
    ]
}
