import Books
import Bytes
import Events
import Support
import Testing

/// A keeper together with a consumer who knows only what the keeper tells, both held against the truth after every input.
struct KeeperWatch: ~Copyable {
    var keeper: BookKeeper
    private let shown: Int
    private var seen = PlainBook()
    private var effects = Sides()
    private(set) var gaps = 0

    init(rule: SequenceRule, integrity: Integrity = .sequence, shown: Int = 0) {
        keeper = BookKeeper(rule: rule, integrity: integrity, shown: shown)
        self.shown = shown
    }

    var isSynced: Bool { !keeper.state.isVoid }

    /// `truth`: the venue's book after a number.
    mutating func delta(
        _ head: DeltaHead, _ sides: borrowing Sides, checksum: UInt32? = nil, truth: (UInt64) -> PlainBook
    ) -> BookKeeper.Outcome {
        let wasVoid = !isSynced
        let outcome = keeper.delta(head, sides, sides.whole, checksum: checksum, effects: &effects)
        if wasVoid { #expect(outcome == .waiting && effects.count == 0, "nothing is told of a void book") }
        if outcome == .changed { seen.apply(effects) }
        judge(outcome, truth)
        return outcome
    }

    /// A snapshot, and then the changes that waited for it.
    @discardableResult
    mutating func snapshot(
        _ number: UInt64, _ sides: borrowing Sides, depth: Int = 0, checksum: UInt32? = nil,
        truth: (UInt64) -> PlainBook
    ) -> BookKeeper.Outcome {
        let wasVoid = !isSynced
        let outcome = keeper.snapshot(
            DeltaHead(first: number, last: number), sides, sides.whole, depth: depth, checksum: checksum,
            effects: &effects)
        if outcome == .changed {
            seen = PlainBook(effects)
        } else if outcome == .tooOld {
            #expect(isSynced == !wasVoid && effects.count == 0, "a snapshot that does not fit changes nothing")
        }
        judge(outcome, truth)
        guard outcome == .changed else { return outcome }
        while let (_, outcome) = keeper.nextWaiting(effects: &effects) {
            if outcome == .changed { seen.apply(effects) }
            judge(outcome, truth)
        }
        return outcome
    }

    private mutating func judge(_ outcome: BookKeeper.Outcome, _ truth: (UInt64) -> PlainBook) {
        if case .broken(let status) = outcome {
            #expect(!isSynced && status.state == .stale)
            if status.reason == .gap { gaps += 1 }
        }
        guard isSynced else {
            let levels = keeper.levels
            #expect(levels == 0, "a void book is empty")
            return
        }
        let truth = truth(keeper.held)
        let difference = difference(keeper.book, truth)
        #expect(difference == nil, "at \(keeper.held)")
        #expect(seen == (shown == 0 ? truth : truth.cut(to: shown)), "what a consumer holds at \(keeper.held)")
    }
}
