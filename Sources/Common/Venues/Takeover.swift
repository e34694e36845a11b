import Books
import Bytes
import Events
import Units
import Wire

/// A book that another connection's snapshot took the place of: kept beside it for a moment, and fed by its own connection, so that what
/// was wrong in one of them shows.
struct Takeover: ~Copyable {
    var old: BookKeeper
    /// Levels that differed at first and were not touched since: a change, of whichever connection is behind, explains the rest.
    var differing = Sides()

    init(_ old: consuming BookKeeper) { self.old = old }

    /// Levels a side that are followed at most; what is beyond is not counted.
    static let differingMax = 256
    /// How long both books are there at least: longer than one connection lags behind the other.
    static let patience = Nanos.seconds(1)

    /// These levels changed: however they differed, they do not any more once both connections have told it.
    mutating func touch(_ sides: borrowing Sides, _ part: Sides.Part) {
        Takeover.remove(sides.bids, part.bids, from: &differing.bids)
        Takeover.remove(sides.asks, part.asks, from: &differing.asks)
    }

    private static func remove(
        _ changes: borrowing Column<Level>, _ range: Range<Int>, from levels: inout Column<Level>
    ) {
        for change in range where !levels.isEmpty {
            let price = changes[change].exactPrice
            for index in 0..<levels.count where levels[index].exactPrice == price {
                levels.remove(at: index)
                break
            }
        }
    }
}

extension Feed {
    /// A snapshot of the connection that takes a book over is about to replace it.
    mutating func beginTakeover(_ index: Int, at now: Nanos) {
        // A second snapshot there, or a book that was void: nothing to compare.
        guard symbols[index].comparedSince == nil, symbols[index].isBookThere,
            let old = symbols[index].keeper.take()
        else { return endTakeover(index) }
        symbols[index].takeover = Takeover(old)
        symbols[index].comparedSince = now
        symbols[index].keeper = BookKeeper(rule: dialect.rule, integrity: dialect.integrity, shown: options.depth)
        useDigits(index)
    }

    /// Both books are there: what differs is followed.
    mutating func noteDifferences(_ index: Int) {
        guard var takeover = symbols[index].takeover.take() else { return }
        switch symbols[index].keeper {
        case .some(let keeper):
            takeover.old.differences(to: keeper, limit: Takeover.differingMax, found: &takeover.differing)
        case .none: break
        }
        guard !takeover.differing.isEmpty else { return endTakeover(index) }
        symbols[index].takeover = consume takeover
    }

    /// A change came over the connection that carries the book now.
    mutating func touchTakeover(_ index: Int, _ item: Batch.Item, _ sides: borrowing Sides) {
        guard var takeover = symbols[index].takeover.take() else { return }
        takeover.touch(sides, item.part)
        symbols[index].takeover = consume takeover
    }

    /// A book's event came over the connection that carried it before.
    mutating func followOvertaken(_ index: Int, _ item: Batch.Item, _ sides: borrowing Sides) {
        guard item.content == .bookDelta, !item.isOutOfRange, var takeover = symbols[index].takeover.take() else {
            return endTakeover(index)
        }
        takeover.touch(sides, item.part)
        _ = takeover.old.delta(item.head, sides, item.part, effects: &scratch)
        symbols[index].takeover = consume takeover
    }

    /// Whether a book was taken over so recently that what differs may be on its way.
    func isComparing(_ index: Int, at now: Nanos) -> Bool {
        guard symbols[index].overtaken >= 0, let since = symbols[index].comparedSince else { return false }
        return now < since + Takeover.patience
    }

    /// The connection that carried these books before ends: what still differs, and nobody changed, was wrong.
    mutating func judgeTakeovers(_ carried: [Int]) {
        for index in carried {
            guard let takeover = symbols[index].takeover.take() else { continue }
            endTakeover(index)
            guard symbols[index].isBookThere, !takeover.old.state.isVoid else { continue }
            var wrong = 0
            switch symbols[index].keeper {
            case .some(let keeper): wrong = takeover.old.countDifferences(to: keeper, among: takeover.differing)
            case .none: break
            }
            if wrong > 0 { notices.append(.corrected(symbol: symbols[index].native, levels: wrong)) }
        }
    }

    /// Nothing more is compared.
    mutating func endTakeover(_ index: Int) {
        guard symbols[index].overtaken >= 0 else { return }
        symbols[index].takeover = nil
        symbols[index].overtaken = -1
        symbols[index].comparedSince = nil
    }
}
