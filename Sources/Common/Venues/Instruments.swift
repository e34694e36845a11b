import Bytes
public import Events
import Text
import Units

/// Readers of the venues' lists of instruments. Not the hot path: they make strings.
public enum Instruments {
    /// Reads the list in `text` from offset `start`; nil with a defect. What is no instrument of this dialect is left out.
    public static func read(_ text: RawSpan, from start: Int = 0, _ dialect: Dialect) -> [Instrument]? {
        var json = JSON(from: start)
        var list: [Instrument] = []
        switch dialect {
        case .binance, .binanceUsdm, .binanceCoinm: readBinance(&json, text, &list)
        case .coinbase, .coinbaseExchange: readCoinbase(&json, text, &list)
        case .kraken, .krakenV1: readKraken(&json, text, dialect, &list)
        case .krakenFutures: readKrakenFutures(&json, text, &list)
        }
        return json.isSound ? list : nil
    }

    /// The text of the next string, its escapes resolved.
    static func string(_ json: inout JSON, _ text: RawSpan) -> String {
        let place = json.string(text)
        guard place.escaped else { return String(text, place.range) }
        var bytes: [UInt8] = []
        _ = JSON.unescape(text, place.range) { byte in
            bytes.append(byte)
            return true
        }
        return String(decoding: bytes, as: Unicode.UTF8.self)
    }

    /// A string, or "" for a value of another type, which is skipped.
    static func optionalString(_ json: inout JSON, _ text: RawSpan) -> String {
        if json.peek(text) == 0x22 { return string(&json, text) }
        json.skip(text)
        return ""
    }

    /// A step of 10^-n.
    static func step(digits: Int64) -> Decimal { Decimal(1, exponent: Int8(clamping: -min(max(digits, 0), 18))) }
}

extension Instruments {
    /// `{"symbols":[{"symbol":…,"filters":[…]}]}`
    static func readBinance(_ json: inout JSON, _ text: RawSpan, _ list: inout [Instrument]) {
        json.enterObject(text)
        while let key = json.nextKey(text) {
            guard key == "symbols" else {
                json.skip(text)
                continue
            }
            json.enterArray(text)
            while json.nextElement(text) {
                if let instrument = readBinanceSymbol(&json, text) { list.append(instrument) }
            }
        }
    }

    private static func readBinanceSymbol(_ json: inout JSON, _ text: RawSpan) -> Instrument? {
        var instrument = Instrument(native: "", base: "", quote: "", type: .spot)
        var contract: String?
        json.enterObject(text)
        while let key = json.nextKey(text) {
            switch key {
            case "symbol": instrument.native = string(&json, text)
            case "baseAsset": instrument.base = string(&json, text)
            case "quoteAsset": instrument.quote = string(&json, text)
            case "marginAsset": instrument.settle = string(&json, text)
            case "contractType": contract = string(&json, text)
            case "contractSize": instrument.contractSize = json.decimal(text)
            case "deliveryDate": instrument.expiry = Nanos(millis: json.whole(text)) ?? .zero
            case "status", "contractStatus": instrument.status = binanceStatus(string(&json, text))
            case "filters":
                json.enterArray(text)
                while json.nextElement(text) { readBinanceFilter(&json, text, &instrument) }
            default: json.skip(text)
            }
        }
        if let contract {
            instrument.type = contract.hasPrefix("PERPETUAL") || contract == "TRADIFI_PERPETUAL" ? .perpetual
                : contract.isEmpty ? .unknown : .future
            instrument.isInverse = !instrument.settle.isEmpty && instrument.settle == instrument.base
        }
        if instrument.type != .future { instrument.expiry = .zero }
        return instrument.native.isEmpty ? nil : instrument
    }

    /// Filters come in any order, each with its own fields; a value of 0 switches a rule off.
    private static func readBinanceFilter(_ json: inout JSON, _ text: RawSpan, _ instrument: inout Instrument) {
        var filter = ""
        var values: [(Key, Decimal)] = []
        json.enterObject(text)
        while let key = json.nextKey(text) {
            switch key {
            case "filterType": filter = string(&json, text)
            case "tickSize", "stepSize", "minQty", "maxQty", "minNotional", "notional":
                values.append((key, json.decimal(text)))
            default: json.skip(text)
            }
        }
        for (key, value) in values where !value.isZero {
            switch (filter, key) {
            case ("PRICE_FILTER", "tickSize"): instrument.tick = value
            case ("LOT_SIZE", "stepSize"): instrument.lot = value
            case ("LOT_SIZE", "minQty"): instrument.minimumSize = value
            case ("LOT_SIZE", "maxQty"): instrument.maximumSize = value
            case ("NOTIONAL", "minNotional"), ("MIN_NOTIONAL", "minNotional"), ("MIN_NOTIONAL", "notional"):
                instrument.minimumValue = value
            default: break
            }
        }
    }

    private static func binanceStatus(_ word: String) -> InstrumentStatus {
        switch word {
        case "TRADING": .trading
        case "HALT", "BREAK", "END_OF_DAY": .halted
        case "CANCEL_ONLY": .cancelOnly
        case "PENDING_TRADING", "PRE_TRADING": .pending
        case "SETTLING", "CLOSE", "DELIVERING", "DELIVERED", "PRE_DELIVERING", "PRE_SETTLE", "POST_TRADING": .ended
        default: .unknown
        }
    }

    /// Advanced Trade: `{"products":[…]}`; Exchange: `[…]`.
    static func readCoinbase(_ json: inout JSON, _ text: RawSpan, _ list: inout [Instrument]) {
        if json.peek(text) == 0x5B { return readProducts(&json, text, &list) }
        json.enterObject(text)
        while let key = json.nextKey(text) {
            if key == "products" { readProducts(&json, text, &list) } else { json.skip(text) }
        }
    }

    private static func readProducts(_ json: inout JSON, _ text: RawSpan, _ list: inout [Instrument]) {
        json.enterArray(text)
        while json.nextElement(text) {
            var instrument = Instrument(native: "", base: "", quote: "", type: .spot)
            var status = ""
            var isHalted = false
            json.enterObject(text)
            while let key = json.nextKey(text) {
                switch key {
                case "id", "product_id": instrument.native = string(&json, text)
                case "base_currency", "base_currency_id": instrument.base = string(&json, text)
                case "quote_currency", "quote_currency_id": instrument.quote = string(&json, text)
                case "price_increment": instrument.tick = json.optionalDecimal(text)
                case "quote_increment":
                    let step = json.optionalDecimal(text)
                    if !instrument.tick.isGiven { instrument.tick = step }
                case "base_increment": instrument.lot = json.optionalDecimal(text)
                case "base_min_size": instrument.minimumSize = json.optionalDecimal(text)
                case "base_max_size": instrument.maximumSize = json.optionalDecimal(text)
                case "quote_min_size", "min_market_funds": instrument.minimumValue = json.optionalDecimal(text)
                case "status": status = optionalString(&json, text)
                case "product_type":
                    if string(&json, text) != "SPOT" { instrument.type = .unknown }
                case "cancel_only" where json.peek(text) != 0x22: mark(&json, text, &instrument, .cancelOnly)
                case "limit_only" where json.peek(text) != 0x22: mark(&json, text, &instrument, .limitOnly)
                case "post_only" where json.peek(text) != 0x22: mark(&json, text, &instrument, .postOnly)
                case "trading_disabled" where json.peek(text) != 0x22: isHalted = json.bool(text) || isHalted
                default: json.skip(text)
                }
            }
            if status == "delisted" { instrument.status = .ended }
            if isHalted { instrument.status = .halted }
            if instrument.status == .unknown, status == "online" { instrument.status = .trading }
            if !instrument.native.isEmpty { list.append(instrument) }
        }
    }

    private static func mark(
        _ json: inout JSON, _ text: RawSpan, _ instrument: inout Instrument, _ status: InstrumentStatus
    ) {
        if json.bool(text) { instrument.status = status }
    }

    /// REST `AssetPairs`: `{"result":{"XXBTZUSD":{…}}}`; WebSocket v2 `instrument`: `{"pairs":[…]}`.
    static func readKraken(_ json: inout JSON, _ text: RawSpan, _ dialect: Dialect, _ list: inout [Instrument]) {
        json.enterObject(text)
        while let key = json.nextKey(text) {
            switch key {
            case "result":
                json.enterObject(text)
                while json.nextKey(text) != nil {
                    if let instrument = readPair(&json, text, dialect) { list.append(instrument) }
                }
            case "pairs":
                json.enterArray(text)
                while json.nextElement(text) {
                    if let instrument = readPair(&json, text, dialect) { list.append(instrument) }
                }
            default: json.skip(text)
            }
        }
    }

    /// A pair without `wsname` has no stream (the dark pools), and so is none of ours.
    private static func readPair(_ json: inout JSON, _ text: RawSpan, _ dialect: Dialect) -> Instrument? {
        var instrument = Instrument(native: "", base: "", quote: "", type: .spot)
        json.enterObject(text)
        while let key = json.nextKey(text) {
            switch key {
            case "wsname", "symbol": instrument.native = string(&json, text)
            case "tick_size", "price_increment": instrument.tick = json.decimal(text)
            case "pair_decimals", "price_precision":
                instrument.priceDigits = UInt8(clamping: json.whole(text))
            case "lot_decimals", "qty_precision":
                instrument.sizeDigits = UInt8(clamping: json.whole(text))
            case "qty_increment": instrument.lot = json.decimal(text)
            case "ordermin", "qty_min": instrument.minimumSize = json.decimal(text)
            case "costmin", "cost_min": instrument.minimumValue = json.decimal(text)
            case "status": instrument.status = krakenStatus(string(&json, text))
            default: json.skip(text)
            }
        }
        let words = instrument.native.split(separator: "/")
        guard words.count == 2 else { return nil }
        instrument.base = Assets.common(String(words[0]))
        instrument.quote = Assets.common(String(words[1]))
        // REST names pairs as v1 does (XBT/USD), WebSocket v2 as everybody does (BTC/USD).
        if dialect == .kraken { instrument.native = instrument.base + "/" + instrument.quote }
        if !instrument.tick.isGiven, instrument.priceDigits <= 18 {
            instrument.tick = step(digits: Int64(instrument.priceDigits))
        }
        if !instrument.lot.isGiven, instrument.sizeDigits <= 18 {
            instrument.lot = step(digits: Int64(instrument.sizeDigits))
        }
        return instrument
    }

    private static func krakenStatus(_ word: String) -> InstrumentStatus {
        switch word {
        case "online": .trading
        case "cancel_only": .cancelOnly
        case "post_only": .postOnly
        case "limit_only": .limitOnly
        case "reduce_only": .reduceOnly
        case "maintenance", "offline", "work_in_progress": .halted
        case "delisted": .ended
        default: .unknown
        }
    }

    /// `{"instruments":[{"symbol":"pi_xbtusd","type":"futures_inverse",…}]}`; indices and rates are left out.
    static func readKrakenFutures(_ json: inout JSON, _ text: RawSpan, _ list: inout [Instrument]) {
        json.enterObject(text)
        while let key = json.nextKey(text) {
            guard key == "instruments" else {
                json.skip(text)
                continue
            }
            json.enterArray(text)
            while json.nextElement(text) {
                if let instrument = readContract(&json, text) { list.append(instrument) }
            }
        }
    }

    private static func readContract(_ json: inout JSON, _ text: RawSpan) -> Instrument? {
        var instrument = Instrument(native: "", base: "", quote: "", type: .perpetual)
        var type = ""
        json.enterObject(text)
        while let key = json.nextKey(text) {
            switch key {
            // Messages have it in capitals.
            case "symbol": instrument.native = string(&json, text).uppercased()
            case "type": type = optionalString(&json, text)
            case "base": instrument.base = Assets.common(optionalString(&json, text).uppercased())
            case "quote": instrument.quote = Assets.common(optionalString(&json, text).uppercased())
            case "tickSize": instrument.tick = json.optionalDecimal(text)
            case "contractSize": instrument.contractSize = json.optionalDecimal(text)
            case "contractValueTradePrecision":
                let digits = json.whole(text)
                instrument.lot = digits >= 0 ? step(digits: digits)
                    : Decimal(1, exponent: Int8(clamping: min(-digits, 18)))
            case "lastTradingTime" where json.peek(text) == 0x22:
                let time = json.string(text)
                instrument.expiry = Nanos.rfc3339(text, time.range) ?? .zero
            case "tradeable": instrument.status = json.bool(text) ? .trading : .halted
            default: json.skip(text)
            }
        }
        guard type == "futures_inverse" || type == "flexible_futures" || type == "futures_vanilla" else { return nil }
        instrument.isInverse = type == "futures_inverse"
        // PI_XBTUSD, FI_XBTUSD_210924: kind, base and quote of three letters, day.
        let words = instrument.native.split(separator: "_").map(String.init)
        guard words.count >= 2, words[1].count > 3 else { return nil }
        if instrument.base.isEmpty || instrument.quote.isEmpty {
            instrument.base = Assets.common(String(words[1].dropLast(3)))
            instrument.quote = String(words[1].suffix(3))
        }
        instrument.settle = instrument.isInverse ? instrument.base : instrument.quote
        if words.count == 3 { instrument.type = .future } else { instrument.expiry = .zero }
        // Contracts are whole unless told otherwise.
        if !instrument.lot.isGiven { instrument.lot = Decimal(1, exponent: 0) }
        return instrument
    }
}
