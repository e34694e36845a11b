import Matching
import Units

/// Reads the lines of a script. Each function answers what is wrong, nil where nothing is.
struct ScriptReader {
    var script = Script()
    /// Places of the `repeat`s that are not done.
    private var open: [Int] = []
    /// Of each of them: steps that are done at one moment, at most, repetitions counted.
    private var costs: [Int64] = []
    private var ids: [Substring: Int] = [:]
    private var words: [Substring] = []
    private var line = 0
    private var span = Nanos.zero

    mutating func read(_ text: Substring, _ number: Int) -> String? {
        let code = text.prefix { $0 != "#" }
        words = code.split { $0 == " " || $0 == "\t" || $0 == "\r" || $0 == "\r\n" }
        (line, span) = (number, .zero)
        if words.isEmpty { return nil }
        if script.steps.count >= Script.stepsMax { return "more than \(Script.stepsMax) steps" }
        if words[0].hasPrefix("+") {
            guard let wait = ScriptReader.span(words[0].dropFirst()) else { return "no span of time: \(words[0])" }
            span = wait
            words.removeFirst()
        }
        guard let first = words.first else { return "nothing to do after the time" }
        switch first {
        case "list": return list()
        case "halt", "resume", "end": return status(first)
        case "tick", "mid": return price(first)
        case "rate": return rate()
        case "repeat": return begin()
        case "done": return done()
        default: return market()
        }
    }

    mutating func finish() -> String? {
        open.isEmpty ? nil : "repeat in line \(script.steps[open[open.count - 1]].line) is never done"
    }

    private mutating func add(_ deed: Script.Deed) -> String? {
        script.steps.append(Script.Step(line: line, span: span, deed: deed))
        if !costs.isEmpty { costs[costs.count - 1] += 1 }
        return nil
    }

    /// A step that begins with the name of a market.
    private mutating func market() -> String? {
        guard let name = name(words[0]) else { return "unknown step: \(words[0])" }
        guard words.count > 1 else { return "what is to happen on \(name)?" }
        switch words[1] {
        case "buy", "sell": return order(name, words[1] == "buy" ? .bid : .ask)
        case "cancel":
            guard words.count == 3 else { return "cancel takes an id" }
            guard let id = ids[words[2]] else { return "no order above is called \(words[2])" }
            return add(.cancel(name: name, id: id))
        case "replace":
            guard words.count == 6, words[4] == "@" else { return "replace takes an id, a size, @ and a price" }
            guard let id = ids[words[2]] else { return "no order above is called \(words[2])" }
            guard let size = number(words[3]) else { return "no size: \(words[3])" }
            guard let price = number(words[5]) else { return "no price: \(words[5])" }
            return add(.replace(name: name, id: id, size: size, price: price))
        default: return "unknown step: \(words[1])"
        }
    }

    private mutating func order(_ name: String, _ side: BookSide) -> String? {
        guard words.count > 3 else { return "an order takes a size, and @ and a price or market" }
        guard let size = number(words[2]) else { return "no size: \(words[2])" }
        var price: Decimal?
        var at = 4
        if words[3] == "@" {
            guard words.count > 4 else { return "no price after @" }
            guard let read = number(words[4]) else { return "no price: \(words[4])" }
            (price, at) = (read, 5)
        } else if words[3] != "market" {
            return "neither @ nor market: \(words[3])"
        }
        var life = Intent.Life.untilCancelled
        var isPost = false
        var id: Int?
        while at < words.count {
            switch words[at] {
            case "ioc" where life == .untilCancelled && !isPost: life = .immediate
            case "fok" where life == .untilCancelled && !isPost: life = .whole
            case "post" where life == .untilCancelled && !isPost && price != nil: isPost = true
            case "as" where at + 2 == words.count:
                guard let interned = intern(words[at + 1]) else { return "more than \(Script.idsMax) ids" }
                id = interned
                at += 1
            default: return "cannot be said of this order: \(words[at])"
            }
            at += 1
        }
        return add(.order(name: name, side: side, size: size, price: price, life: life, isPost: isPost, id: id))
    }

    private mutating func intern(_ id: Substring) -> Int? {
        if let known = ids[id] { return known }
        guard ids.count < Script.idsMax else { return nil }
        ids[id] = ids.count
        script.idCount = ids.count
        return ids.count - 1
    }

    private mutating func list() -> String? {
        guard words.count > 1, let name = name(words[1]) else { return "list takes a name as BTC-USDT" }
        var values: [Substring: Decimal] = [:]
        let known: [Substring] = ["tick", "lot", "mid", "depth", "weight", "size", "volatility"]
        for word in words.dropFirst(2) {
            let parts = word.split(separator: "=", maxSplits: 1)
            guard parts.count == 2, known.contains(parts[0]) else { return "unknown option: \(word)" }
            guard values[parts[0]] == nil else { return "said twice: \(parts[0])" }
            guard let value = number(parts[1]) else { return "no number: \(word)" }
            values[parts[0]] = value
        }
        guard let tick = values["tick"], let lot = values["lot"], !tick.isZero, !lot.isZero else {
            return "list takes tick= and lot="
        }
        let assets = name.split(separator: "-")
        let terms = Terms(base: String(assets[0]), quote: String(assets[1]), tick: tick, lot: lot)
        var listing = Listing(terms, mid: Ticks(1))
        if values["mid"] == nil { listing.depth = 0 }
        for (option, path) in [
            ("depth", \Listing.depth), ("weight", \Listing.weight), ("volatility", \Listing.volatility),
        ] {
            guard let value = values[Substring(option)] else { continue }
            guard let whole = value.mantissa(at: 0), whole <= 1_000_000 else { return "no whole number: \(option)" }
            listing[keyPath: path] = Int(whole)
        }
        return add(.list(listing, mid: values["mid"], size: values["size"]))
    }

    private mutating func status(_ verb: Substring) -> String? {
        guard words.count == 2, let name = name(words[1]) else { return "\(verb) takes a name as BTC-USDT" }
        return add(verb == "halt" ? .halt(name) : verb == "resume" ? .resume(name) : .end(name))
    }

    private mutating func price(_ verb: Substring) -> String? {
        guard words.count == 3, let name = name(words[1]), let price = number(words[2]), !price.isZero else {
            return "\(verb) takes a name as BTC-USDT and a price"
        }
        return add(verb == "tick" ? .tick(name, price) : .mid(name, price))
    }

    private mutating func rate() -> String? {
        guard words.count == 2, let rate = number(words[1])?.mantissa(at: 0), rate <= Int64(Floor.rateMax) else {
            return "rate takes events in a second, at most \(Floor.rateMax)"
        }
        return add(.rate(Int(rate)))
    }

    private mutating func begin() -> String? {
        guard words.count == 2 else { return "repeat takes a number or forever" }
        guard open.count < Script.depthMax else { return "more than \(Script.depthMax) repeats in each other" }
        var times: Int?
        if words[1] != "forever" {
            guard let read = number(words[1])?.mantissa(at: 0), read > 0, read <= 1_000_000_000 else {
                return "repeat takes a number or forever"
            }
            times = Int(read)
        }
        open.append(script.steps.count)
        costs.append(0)
        return add(.begin(times: times, last: 0))
    }

    private mutating func done() -> String? {
        guard words.count == 1 else { return "done stands alone" }
        guard let first = open.popLast(), case .begin(let times, _) = script.steps[first].deed else {
            return "done without repeat"
        }
        let last = script.steps.count
        let spans = script.steps[(first + 1)...].reduce(span.count) { $0 | $1.span.count }
        var cost = (costs.popLast() ?? 0) + 2
        if spans == 0 {
            guard let times else { return "what repeats forever has to take time" }
            // No overflow: at most 10^9 times a million steps.
            cost *= Int64(times)
            if cost > Script.momentMax { return "more than \(Script.momentMax) steps at one moment" }
        }
        if !costs.isEmpty { costs[costs.count - 1] += cost }
        script.steps[first].deed = .begin(times: times, last: last)
        return add(.done(first: first))
    }
}
