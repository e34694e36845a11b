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

    /// A number; null, the empty string and one that does not fit are not given.
    static func number(_ json: inout JSON, _ text: RawSpan) -> Decimal {
        let number = json.optionalDecimal(text)
        return json.takeOverflow() ? .notGiven : number
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
            case "contractSize": instrument.contractSize = number(&json, text)
            case "deliveryDate": instrument.expiry = Nanos(millis: json.whole(text)) ?? .zero
            case "status", "contractStatus": instrument.status = binanceStatus(string(&json, text))
            case "filters":
                json.enterArray(text)
                while json.nextElement(text) { readBinanceFilter(&json, text, &instrument) }
            default: json.skip(text)
            }
        }
        if let contract {
            instrument.type =
                contract.hasPrefix("PERPETUAL") || contract == "TRADIFI_PERPETUAL"
                ? .perpetual
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
                values.append((key, number(&json, text)))
            default: json.skip(text)
            }
        }
        for (key, value) in values where value.mantissa != 0 {
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
            var quoteStep = Decimal.notGiven
            var isHalted = false
            json.enterObject(text)
            while let key = json.nextKey(text) {
                switch key {
                case "id", "product_id": instrument.native = string(&json, text)
                case "base_currency", "base_currency_id": instrument.base = string(&json, text)
                case "quote_currency", "quote_currency_id": instrument.quote = string(&json, text)
                case "price_increment": instrument.tick = number(&json, text)
                case "quote_increment": quoteStep = number(&json, text)
                case "base_increment": instrument.lot = number(&json, text)
                case "base_min_size": instrument.minimumSize = number(&json, text)
                case "base_max_size": instrument.maximumSize = number(&json, text)
                case "quote_min_size", "min_market_funds": instrument.minimumValue = number(&json, text)
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
            if !instrument.tick.isGiven { instrument.tick = quoteStep }
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
}
