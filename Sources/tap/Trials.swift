import Bytes
import Events
import Units

/// Compares the trades heard of a symbol with those published: between the first and the last heard each once and in order, but for those
/// that a gap names.
struct TradeTrial {
    /// Places in what was heard, by identity.
    private var places: [UInt64: Int] = [:]
    private var isPrepared = false
    private var matched: [Bool] = []
    /// The place of the last live one.
    private var last = -1
    private var hasHeard = false
    /// Numbers that gaps name.
    private var named: [ClosedRange<UInt64>] = []
    private(set) var missing = 0
    private(set) var told = 0
    /// Those published since the last that was heard.
    private var pending = 0
    private var pendingFirst: UInt64 = 0
    private var pendingLast: UInt64 = 0

    private mutating func prepare(_ heard: borrowing Heard, _ differences: inout Differences) {
        isPrepared = true
        matched = Array(repeating: false, count: heard.sales.count)
        for place in 0..<heard.sales.count {
            let sale = heard.sales[place]
            if sale.isGap {
                if sale.id > 0, sale.id <= sale.content { named.append(sale.id...sale.content) }
                continue
            }
            guard places[sale.id] == nil else {
                matched[place] = true
                differences.add("\(heard.title), offset \(sale.offset): a trade comes a second time")
                continue
            }
            places[sale.id] = place
        }
    }

    /// `number`: by which a gap names it.
    mutating func take(
        id: UInt64, content: UInt64, side: Side, number: UInt64, _ heard: borrowing Heard,
        _ differences: inout Differences
    ) {
        if !isPrepared { prepare(heard, &differences) }
        guard let place = places[id] else {
            if pending == 0 { pendingFirst = number }
            pendingLast = number
            pending += 1
            return
        }
        let sale = heard.sales[place]
        if matched[place] {
            differences.add("\(heard.title): the witness has a trade twice, \(number)")
            return
        }
        matched[place] = true
        if sale.content != content || sale.side != side && sale.side != .unknown && side != .unknown {
            differences.add("\(heard.title), offset \(sale.offset): trade \(number) was another")
        }
        if hasHeard, pending > 0 { judge(place, heard, &differences) }
        hasHeard = true
        pending = 0
        guard !sale.isBackfilled else { return }
        if place < last {
            differences.add("\(heard.title), offset \(sale.offset): trade \(number) comes too early")
        }
        last = max(last, place)
    }

    /// Whether gaps name all of these, one alone or several in turn.
    private func areNamed(_ numbers: ClosedRange<UInt64>) -> Bool {
        var next = numbers.lowerBound
        while next <= numbers.upperBound {
            guard let range = named.first(where: { $0.contains(next) }), range.upperBound < .max else { return false }
            next = range.upperBound + 1
        }
        return true
    }

    /// Those between the last that was heard and this one.
    private mutating func judge(_ place: Int, _ heard: borrowing Heard, _ differences: inout Differences) {
        let isNamed = areNamed(pendingFirst...max(pendingFirst, pendingLast))
        let isTold =
            place > last
            && (max(last, 0)..<place).contains { between in
                heard.sales[between].isGap && heard.sales[between].id == 0
            }
        guard !isNamed, !isTold else {
            told += pending
            return
        }
        missing += pending
        let offset = heard.sales[place].offset
        differences.add(
            "\(heard.title), offset \(offset): \(pending) trades from \(pendingFirst) to \(pendingLast) are missing")
    }

    mutating func finish(_ heard: borrowing Heard, _ differences: inout Differences) {
        if !isPrepared { prepare(heard, &differences) }
        for place in 0..<heard.sales.count where !heard.sales[place].isGap && !matched[place] {
            differences.add("\(heard.title), offset \(heard.sales[place].offset): a trade that never was")
        }
    }
}

/// Compares the tickers heard of a symbol with those published: each was published at its moment, and they come in order.
struct TickerTrial {
    private var next = 0
    private var isNumbered = false
    private var isPrepared = false
    /// The first field in which the one to be found differs from one of its moment.
    private var field: String?

    private mutating func prepare(
        sequence: UInt64, _ heard: borrowing Heard, _ differences: inout Differences
    ) {
        isPrepared = true
        isNumbered = sequence > 0
        for place in 1..<max(heard.quotes.count, 1) where moment(heard, place) < moment(heard, place - 1) {
            differences.add("\(heard.title), offset \(heard.quotes[place].offset): a ticker comes too late")
        }
    }

    private func moment(_ heard: borrowing Heard, _ place: Int) -> UInt64 {
        let quote = heard.quotes[place]
        return isNumbered ? quote.sequence : UInt64(clamping: quote.happened.count)
    }

    mutating func take(
        _ fields: TickerFields, sequence: UInt64, happened: Nanos, _ heard: borrowing Heard,
        _ differences: inout Differences
    ) {
        if !isPrepared { prepare(sequence: sequence, heard, &differences) }
        let moment = isNumbered ? sequence : UInt64(clamping: happened.count)
        while next < heard.quotes.count {
            let told = self.moment(heard, next)
            if told > moment { return }
            if told == moment {
                field = heard.quotes[next].fields.difference(from: fields)
                // Another of the same moment may be it.
                guard field == nil else { return }
            } else {
                refuse(heard, &differences)
            }
            next += 1
            field = nil
        }
    }

    private func refuse(_ heard: borrowing Heard, _ differences: inout Differences) {
        let what = field.map { "its \($0) was another" } ?? "none was published then"
        differences.add("\(heard.title), offset \(heard.quotes[next].offset), ticker: \(what)")
    }

    mutating func finish(_ heard: borrowing Heard, _ differences: inout Differences) {
        while next < heard.quotes.count {
            refuse(heard, &differences)
            next += 1
            field = nil
        }
    }
}
