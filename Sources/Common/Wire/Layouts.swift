import Events

extension Layout {
    /// The layouts of the kinds from 1 on.
    public static let all: [Layout] = [
        Layout(
            .hello, .control, words: 5,
            [
                Field("wallOffset", 0, .span), Field("bootId", 8, .hex16), Field("formatMinor", 24, .u16),
                Field("timeBase", 26, TimeBase.form), Field("producer", 28, .text(limit: 256)),
                Field("build", 30, .text(limit: 256)), Field("host", 32, .text(limit: 256)),
            ]),
        Layout(
            .instrument, .instrument, words: 10,
            [
                Field("tick", 8, .decimal(exponent: 0)), Field("lot", 16, .decimal(exponent: 1)),
                Field("minimumSize", 24, .decimal(exponent: 2)), Field("maximumSize", 32, .decimal(exponent: 3)),
                Field("minimumValue", 40, .decimal(exponent: 4)), Field("contractSize", 48, .decimal(exponent: 5)),
                Field("type", 6, InstrumentType.form), Field("status", 7, InstrumentStatus.form),
                Field("expiry", 56, .time), Field("inverse", 64, .bool), Field("native", 66, .text(limit: 64)),
                Field("base", 68, .text(limit: 64)), Field("quote", 70, .text(limit: 64)),
                Field("settle", 72, .text(limit: 64)),
            ]),
        Layout(.bookSnapshot, .book, words: 2, book),
        Layout(.bookUpdate, .book, words: 2, book),
        Layout(
            .bookStatus, .book, words: 3,
            [
                Field("status", 0, BookState.form), Field("reason", 1, BookReason.form),
                Field("integrity", 2, Integrity.form), Field("depth", 4, .u32), Field("expected", 8, .u64),
                Field("actual", 16, .u64),
            ]),
        Layout(
            .trade, .trade, words: 3,
            [
                Field("price", 0, .decimal(exponent: 16)), Field("size", 8, .decimal(exponent: 17)),
                Field("side", 18, Side.form), Field("count", 20, .u32),
                Field("tradeId", 19, .text(limit: 64, byte: true)),
            ]),
        Layout(
            .ticker, .ticker, words: 12,
            [
                Field("bid", 16, .decimal(exponent: 0)), Field("bidSize", 24, .decimal(exponent: 1)),
                Field("ask", 32, .decimal(exponent: 2)), Field("askSize", 40, .decimal(exponent: 3)),
                Field("last", 48, .decimal(exponent: 4)), Field("lastSize", 56, .decimal(exponent: 5)),
                Field("volume", 64, .decimal(exponent: 6)), Field("high", 72, .decimal(exponent: 7)),
                Field("low", 80, .decimal(exponent: 8)), Field("open", 88, .decimal(exponent: 9)),
            ]),
        Layout(
            .kline, .kline, words: 12,
            [
                Field("opened", 8, .time), Field("closes", 16, .time), Field("open", 24, .decimal(exponent: 0)),
                Field("high", 32, .decimal(exponent: 1)), Field("low", 40, .decimal(exponent: 2)),
                Field("close", 48, .decimal(exponent: 3)), Field("volume", 56, .decimal(exponent: 4)),
                Field("quoteVolume", 64, .decimal(exponent: 5)), Field("takerVolume", 72, .decimal(exponent: 6)),
                Field("takerQuoteVolume", 80, .decimal(exponent: 7)), Field("trades", 88, .u32),
                Field("final", 92, .bool),
            ]),
        Layout(
            .merged, .merged, words: 4,
            [
                Field("mergeId", 0, .u64), Field("windowOpened", 8, .time), Field("windowClosed", 16, .time),
                Field("endedBy", 24, WindowEnd.form), Field("fragments", 28, .frames),
            ]),
        Layout(
            .consolidatedBook, .consolidated, words: 2,
            [
                Field("bids", 0, .venueLevels), Field("asks", 4, .venueLevels), Field("venues", 8, .text(limit: 1024)),
            ]),
        Layout(
            .gap, nil, words: 8,
            [
                Field("reason", 0, GapReason.form), Field("missed", 8, .u64), Field("fromPosition", 16, .u64),
                Field("toPosition", 24, .u64), Field("fromSequence", 32, .u64), Field("toSequence", 40, .u64),
                Field("from", 48, .time), Field("to", 56, .time),
            ]),
        Layout(
            .intent, .order, words: 6,
            [
                Field("action", 2, IntentAction.form), Field("side", 3, Side.form),
                Field("orderType", 4, OrderType.form),
                Field("timeInForce", 5, TimeInForce.form), Field("postOnly", 6, .bool), Field("reduceOnly", 7, .bool),
                Field("price", 8, .decimal(exponent: 0)), Field("size", 16, .decimal(exponent: 1)),
                Field("validUntil", 24, .time), Field("intentSequence", 32, .u64),
                Field("consumer", 40, .text(limit: 64)), Field("clientOrderId", 42, .text(limit: 64)),
                Field("target", 44, .text(limit: 64)),
            ]),
        Layout(
            .execReport, .order, words: 12,
            [
                Field("state", 8, OrderState.form), Field("side", 9, Side.form), Field("orderType", 10, OrderType.form),
                Field("liquidity", 11, Liquidity.form), Field("reject", 12, RejectReason.form),
                Field("price", 16, .decimal(exponent: 0)), Field("size", 24, .decimal(exponent: 1)),
                Field("filled", 32, .decimal(exponent: 2)), Field("remaining", 40, .decimal(exponent: 3)),
                Field("averagePrice", 48, .decimal(exponent: 4)), Field("lastPrice", 56, .decimal(exponent: 5)),
                Field("lastSize", 64, .decimal(exponent: 6)), Field("fee", 72, .decimal(exponent: 7)),
                Field("consumer", 80, .text(limit: 64)), Field("clientOrderId", 82, .text(limit: 64)),
                Field("venueOrderId", 84, .text(limit: 64)), Field("tradeId", 86, .text(limit: 64)),
                Field("feeAsset", 88, .text(limit: 64)), Field("text", 14, .text(limit: 1024)),
            ]),
        Layout(
            .balance, .account, words: 4,
            [
                Field("total", 8, .decimal(exponent: 0)), Field("available", 16, .decimal(exponent: 1)),
                Field("locked", 24, .decimal(exponent: 2)), Field("asset", 4, .text(limit: 64)),
                Field("account", 6, .text(limit: 64)),
            ]),
        Layout(
            .position, .account, words: 8,
            [
                Field("size", 8, .decimal(exponent: 0)), Field("entryPrice", 16, .decimal(exponent: 1)),
                Field("markPrice", 24, .decimal(exponent: 2)), Field("liquidationPrice", 32, .decimal(exponent: 3)),
                Field("unrealised", 40, .decimal(exponent: 4)), Field("realised", 48, .decimal(exponent: 5)),
                Field("account", 56, .text(limit: 64)),
            ]),
        Layout(
            .command, nil, words: 3,
            [
                Field("messageId", 0, .u64), Field("verb", 8, CommandVerb.form), Field("enabled", 9, .bool),
                Field("consumer", 10, .text(limit: 64)), Field("target", 12, .text(limit: 256)),
                Field("arguments", 16, .longText(limit: 65_536)),
            ]),
        Layout(
            .acknowledgement, nil, words: 3,
            [
                Field("messageId", 0, .u64), Field("accepted", 8, .bool), Field("code", 9, AnswerCode.form),
                Field("consumer", 10, .text(limit: 64)), Field("text", 16, .longText(limit: 65_536)),
            ]),
        Layout(
            .resume, .control, words: 2,
            [
                Field("lane", 0, Channel.form), Field("fromEpoch", 4, .u32), Field("fromPosition", 8, .u64),
                Field("name", 2, .text(limit: 64)),
            ]),
        Layout(
            .cursor, .control, words: 2,
            [
                Field("lane", 0, Channel.form), Field("synced", 1, .bool), Field("atEpoch", 4, .u32),
                Field("atPosition", 8, .u64), Field("name", 2, .text(limit: 64)),
            ]),
        Layout(
            .riskControl, .risk, words: 4,
            [
                Field("status", 2, RiskStatus.form), Field("breach", 3, Breach.form), Field("killSwitch", 4, .bool),
                Field("breakerOpen", 5, .bool), Field("limit", 8, .decimal(exponent: 0)),
                Field("measured", 16, .decimal(exponent: 1)), Field("consumer", 24, .text(limit: 64)),
                Field("text", 26, .text(limit: 1024)),
            ]),
        Layout(
            .extension, nil, words: 1,
            [
                Field("name", 0, .text(limit: 64)), Field("data", 4, .bytes(limit: 102_400)),
            ]),
        Layout(.heartbeat, .control, words: 2, [Field("count", 0, .u64), Field("wallTime", 8, .time)]),
        Layout(
            .end, .control, words: 2,
            [
                Field("reason", 0, EndReason.form), Field("frames", 8, .u64), Field("text", 2, .text(limit: 1024)),
            ]),
        Layout(
            .telemetry, .control, words: 3,
            [
                Field("type", 0, TelemetryType.form), Field("severity", 1, Severity.form), Field("value", 8, .u64),
                Field("metadata", 16, .longText(limit: 65_536)),
            ]),
    ]

    private static let book = [
        Field("depth", 10, .u16), Field("checksum", 12, .u32), Field("bids", 0, .levels), Field("asks", 4, .levels),
    ]
}

extension Field {
    fileprivate init(_ name: String, _ offset: Int, _ form: Form) {
        self.init(name: name, offset: offset, form: form)
    }
}
