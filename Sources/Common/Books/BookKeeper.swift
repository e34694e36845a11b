import Bytes
public import Events

/// Keeps one symbol's book equal to its venue's, or says that it is not: snapshot, changes, what vouches for them, and the
/// guard against a crossed book. Pure: it is told what came and answers what it means.
///
/// Invariant: in the states `synced` and `quiet` the book is the venue's after the change `held`; else it is void.
public struct BookKeeper: ~Copyable {
    public private(set) var book: Book
    public private(set) var state = BookState.syncing
    public let rule: SequenceRule
    public let integrity: Integrity
    /// The venue's number of the newest change in the book.
    public private(set) var held: UInt64 = 0
    private var isFirst = false
    private var pending = PendingDeltas()
    private var checksum: KrakenChecksum?
    private var view: BookView?

    /// `shown`: levels a side to tell of (0 = all held). `integrity`: what vouches for the book; with a checksum it is
    /// Kraken's.
    public init(rule: SequenceRule, integrity: Integrity, shown: Int = 0) {
        book = Book(depth: 0)
        self.rule = rule
        self.integrity = integrity
        if integrity == .checksum || integrity == .both { checksum = KrakenChecksum() }
        shownDepth = shown
        if shown > 0 { view = BookView(depth: shown) }
    }

    /// Levels a side to tell of; 0 = all held.
    private let shownDepth: Int

    /// Levels held on both sides.
    public var levels: Int { book.bidCount + book.askCount }

    /// Digits after the point that the venue's checksum writes prices and sizes with.
    public mutating func useDigits(price: Int8, size: Int8) {
        checksum?.priceDigits = price
        checksum?.sizeDigits = size
    }

    public enum Outcome: Equatable, Sendable {
        /// The book changed; what to tell is in `effects`.
        case changed
        /// Nothing to tell.
        case unchanged
        /// Kept until the snapshot comes.
        case waiting
        /// The book is void from now on: to be told, and a snapshot to be asked for.
        case broken(BookStatus)
        /// The snapshot is older than the changes that are known: a newer one is to be asked for.
        case tooOld
    }

    /// A change came. `checksum`: the venue's, of the book after it.
    public mutating func delta(
        _ head: DeltaHead, _ changes: borrowing Sides, _ part: Sides.Part, checksum wanted: UInt32? = nil,
        effects: inout Sides
    ) -> Outcome {
        effects.removeAll()
        guard !state.isVoid else {
            wait(head, changes, part)
            return .waiting
        }
        switch judge(head) {
        case .old: return .unchanged
        case .gap(let expected, let actual):
            let status = void(.gap, expected: expected, actual: actual)
            // The change that showed the gap is the first that the next snapshot will need.
            wait(head, changes, part)
            return .broken(status)
        case .apply: break
        }
        let fault = book.apply(changes, part, effects: &effects)
        return settle(head, fault, wanted, &effects)
    }

    /// A snapshot came, which holds all changes up to `head.last`, of a book that the venue cuts at `depth` levels a side (0 =
    /// it does not). On `changed` it is synced: `effects` is what to show, and
    /// `nextWaiting` must be called until it is nil.
    public mutating func snapshot(
        _ head: DeltaHead, _ levels: borrowing Sides, _ part: Sides.Part, depth: Int, checksum wanted: UInt32? = nil,
        effects: inout Sides
    ) -> Outcome {
        effects.removeAll()
        guard fits(head.last) else { return .tooOld }
        book.depth = depth
        if let fault = book.replace(with: levels, part) { return .broken(void(BookKeeper.reason(fault))) }
        held = head.last
        isFirst = true
        if let broken = judgeBook(wanted) { return .broken(broken) }
        state = .synced
        view?.removeAll()
        if view == nil { book.copy(to: &effects) } else { view?.update(book, effects: &effects) }
        if checksum == nil || wanted != nil { book.clearTouched() }
        return .changed
    }

    /// The next change that waited for the snapshot, applied; nil when there is none left.
    public mutating func nextWaiting(effects: inout Sides) -> (head: DeltaHead, outcome: Outcome)? {
        effects.removeAll()
        guard !state.isVoid, let (head, part) = pending.next() else {
            pending.removeAll()
            return nil
        }
        switch judge(head) {
        case .old: return (head, .unchanged)
        case .gap(let expected, let actual):
            return (head, .broken(void(.gap, expected: expected, actual: actual)))
        case .apply: break
        }
        let fault = book.apply(pending.levels, part, effects: &effects)
        return (head, settle(head, fault, nil, &effects))
    }

    /// The book cannot be trusted any more. Returns what to tell.
    @discardableResult
    public mutating func void(_ reason: BookReason, expected: UInt64 = 0, actual: UInt64 = 0) -> BookStatus {
        state = .stale
        book.removeAll()
        pending.removeAll()
        return status(reason, expected: expected, actual: actual)
    }

    /// Nothing is heard, as the market is silent for longer than usual or was halted: the book stands but is old. Nil when there is
    /// nothing to tell.
    public mutating func fallQuiet(_ reason: BookReason) -> BookStatus? {
        guard state == .synced else { return nil }
        state = .quiet
        return status(reason)
    }

    /// Something was heard again. Nil when there is nothing to tell.
    public mutating func wake() -> BookStatus? {
        guard state == .quiet else { return nil }
        state = .synced
        return status(.resumed)
    }

    /// The state as it is to be told.
    public func status(_ reason: BookReason, expected: UInt64 = 0, actual: UInt64 = 0) -> BookStatus {
        let depth = shownDepth == 0 ? book.depth : book.depth == 0 ? shownDepth : min(shownDepth, book.depth)
        return BookStatus(
            state, reason: reason, integrity: integrity, depth: UInt32(depth), expected: expected, actual: actual)
    }

    /// Applies what a comparison has found.
    mutating func correct(_ changes: borrowing Sides, _ effects: inout Sides) {
        guard book.apply(changes, changes.whole, effects: &effects) == nil else { return }
        if view != nil {
            effects.removeAll()
            view?.update(book, effects: &effects)
        }
        if checksum == nil { book.clearTouched() }
    }

    private func judge(_ head: DeltaHead) -> SequenceRule.Verdict {
        rule.judge(first: head.first, last: head.last, previous: head.previous, held: held, isFirst: isFirst)
    }

    /// After a change was applied: what vouches for the book, and what is to be told.
    private mutating func settle(
        _ head: DeltaHead, _ fault: Book.Fault?, _ wanted: UInt32?, _ effects: inout Sides
    ) -> Outcome {
        if let fault { return .broken(void(BookKeeper.reason(fault))) }
        held = head.last
        isFirst = false
        if let broken = judgeBook(wanted) { return .broken(broken) }
        if view != nil {
            effects.removeAll()
            view?.update(book, effects: &effects)
        }
        // Where a checksum was not sent, its side still has to be read the next time.
        if checksum == nil || wanted != nil { book.clearTouched() }
        return effects.isEmpty ? .unchanged : .changed
    }

    /// The crossed-book guard and the checksum; nil when the book passes.
    private mutating func judgeBook(_ wanted: UInt32?) -> BookStatus? {
        if book.isCrossed { return void(.crossed) }
        guard let wanted, checksum != nil else { return nil }
        guard let actual = checksum?.checksum(book) else { return void(.range) }
        return actual == wanted ? nil : void(.checksum, expected: UInt64(wanted), actual: UInt64(actual))
    }

    /// Keeps a change for the snapshot to come, where the venue's snapshots do not come in the stream itself.
    private mutating func wait(_ head: DeltaHead, _ changes: borrowing Sides, _ part: Sides.Part) {
        guard rule == .range || rule == .pointer else { return }
        if pending.count > 0 {
            let newest = pending.head(pending.count - 1)
            switch rule.judge(
                first: head.first, last: head.last, previous: head.previous, held: newest.last, isFirst: false)
            {
            case .old: return
            // What waited is of no use without what is missing.
            case .gap: pending.removeAll()
            case .apply: break
            }
        }
        pending.append(head, changes, part)
    }

    /// Whether a snapshot at `last` overlaps what waits: the first change that is newer must follow on it.
    private func fits(_ last: UInt64) -> Bool {
        for index in 0..<pending.count {
            let head = pending.head(index)
            switch rule.judge(
                first: head.first, last: head.last, previous: head.previous, held: last, isFirst: true)
            {
            case .old: continue
            case .apply: return true
            case .gap: return false
            }
        }
        return true
    }

    private static func reason(_ fault: Book.Fault) -> BookReason {
        switch fault {
        case .range: .range
        case .limit: .limit
        }
    }
}
