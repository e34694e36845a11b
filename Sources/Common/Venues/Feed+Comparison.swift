import Books
import Bytes
import Events
import Text
import Units
import Wire

extension Feed {
    /// Begins to compare a book that stands with the venue's: from now on its changes go to a second book, too, that a fresh snapshot
    /// will complete.
    mutating func beginComparison(_ index: Int, at now: Nanos) {
        symbols[index].comparison = BookKeeper(rule: dialect.rule, integrity: dialect.integrity)
        symbols[index].comparedSince = now
    }

    /// The snapshot to compare with.
    mutating func takeComparison(
        _ index: Int, _ item: Batch.Item, _ sides: borrowing Sides, depth: Int, at now: Nanos, out: inout Outbox
    ) {
        let outcome = symbols[index].comparison?.snapshot(
            item.head, sides, item.part, depth: depth, effects: &scratch)
        guard outcome == .changed else { return endComparison(index) }
        symbols[index].comparisonReach = Reach(sides, item.part, limit: dialect.snapshotLimit(shown: options.depth))
        while symbols[index].comparison?.nextWaiting(effects: &scratch) != nil {}
        judgeComparison(index, at: now, out: &out)
    }

    /// A change of the book, which stands.
    mutating func compareDelta(
        _ index: Int, _ item: Batch.Item, _ sides: borrowing Sides, at now: Nanos, out: inout Outbox
    ) {
        if symbols[index].overtaken >= 0 { return touchTakeover(index, item, sides) }
        _ = symbols[index].comparison?.delta(item.head, sides, item.part, effects: &scratch)
        judgeComparison(index, at: now, out: &out)
    }

    /// Compares, once both stand at the same change.
    private mutating func judgeComparison(_ index: Int, at now: Nanos, out: inout Outbox) {
        guard symbols[index].keeper?.state.isVoid == false else { return endComparison(index) }
        switch symbols[index].comparison?.state {
        case .synced: break
        case .syncing: return
        default: return endComparison(index)
        }
        guard let held = symbols[index].keeper?.held, symbols[index].comparison?.held == held else { return }
        let wrong = correct(index)
        if !effects.isEmpty {
            let item = Batch.Item(.bookDelta, symbol: .none, head: DeltaHead(first: held, last: held))
            if !tellLevels(.bookUpdate, index, item, 0, at: now, out: &out) {
                breakBook(index, .limit, at: now, out: &out)
            }
        }
        if wrong > 0 { notices.append(.corrected(symbol: symbols[index].native, levels: wrong)) }
        symbols[index].reach = symbols[index].comparisonReach
        endComparison(index)
    }

    private mutating func correct(_ index: Int) -> Int {
        // Read and taken out before, as nothing of a symbol can be read while something else of it is changed.
        let reach = symbols[index].comparisonReach
        let known = symbols[index].reach
        switch symbols[index].comparison.take() {
        case .some(let comparison):
            return symbols[index].keeper?.correct(by: comparison, reach: reach, known: known, effects: &effects) ?? 0
        case .none: return 0
        }
    }

    private mutating func endComparison(_ index: Int) {
        symbols[index].comparison = nil
        symbols[index].comparedSince = nil
    }
}
