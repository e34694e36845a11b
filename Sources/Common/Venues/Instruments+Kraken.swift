import Bytes
import Events
import Text
import Units

extension Instruments {
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
            case "tick_size", "price_increment": instrument.tick = number(&json, text)
            case "pair_decimals", "price_precision":
                instrument.priceDigits = UInt8(clamping: json.whole(text))
            case "lot_decimals", "qty_precision":
                instrument.sizeDigits = UInt8(clamping: json.whole(text))
            case "qty_increment": instrument.lot = number(&json, text)
            case "ordermin", "qty_min": instrument.minimumSize = number(&json, text)
            case "costmin", "cost_min": instrument.minimumValue = number(&json, text)
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
            case "tickSize": instrument.tick = number(&json, text)
            case "contractSize": instrument.contractSize = number(&json, text)
            case "contractValueTradePrecision":
                let digits = json.whole(text)
                instrument.lot =
                    digits >= 0
                    ? step(digits: digits)
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
            instrument.quote = Assets.common(String(words[1].suffix(3)))
        }
        instrument.settle = instrument.isInverse ? instrument.base : instrument.quote
        if words.count == 3 { instrument.type = .future } else { instrument.expiry = .zero }
        // Contracts are whole unless told otherwise.
        if !instrument.lot.isGiven { instrument.lot = Decimal(1, exponent: 0) }
        return instrument
    }
}
