public import Wire

/// The other end: sends from where the receiver wants it, and knows what the receiver has kept.
///
/// Pure; one a connection. What is sent comes from a spool or a journal, whose places it is given.
///
/// Invariant: `kept <= sent`, once both are of one epoch.
public struct LaneSender: Equatable, Sendable {
    /// An epoch of a journal: it begins behind `before` and ends with `end`.
    public struct Epoch: Equatable, Sendable {
        public let number: UInt32
        /// Positions of the frame before its first one, and of its last one.
        public let before, end: UInt64

        public init(_ number: UInt32, before: UInt64, end: UInt64) {
            self.number = number
            self.before = before
            self.end = end
        }
    }

    /// The place of the last frame that was sent or left out; nil before the receiver said what it wants.
    public private(set) var sent: Place?
    /// What the receiver has said that it keeps.
    public private(set) var kept: Place?
    /// The last cursor that was sent.
    private var marked: Place?
    /// Where the receiver counts.
    private var told: Place?

    public init() {}

    /// What the receiver wants first: the place before the first frame that is sent.
    ///
    /// - Parameter epochs: those of which something is kept, oldest first, the one that runs last.
    public mutating func begin(_ wanted: Place, _ epochs: [Epoch]) -> Place? {
        guard let oldest = epochs.first, let newest = epochs.last else { return nil }
        let start: Place
        if let known = epochs.first(where: { $0.number == wanted.epoch }) {
            let position = min(max(wanted.position, 1) - 1, known.end)
            start = Place(epoch: known.number, position: max(position, known.before))
        } else if wanted.epoch == 0, wanted.position == 0 {
            // Nothing of what was.
            start = Place(epoch: newest.number, position: newest.end)
        } else if let later = epochs.first(where: { $0.number > wanted.epoch }) {
            start = Place(epoch: later.number, position: later.before)
        } else {
            start = Place(epoch: oldest.number, position: oldest.before)
        }
        sent = start
        marked = start
        told = start
        kept = start
        return start
    }

    /// A frame is sent; the cursor that has to go before it, where it is not the one that the receiver counts on.
    public mutating func send(_ place: Place) -> Place? {
        let isNext = told?.next == place
        sent = place
        told = place
        guard !isNext else { return nil }
        marked = Place(epoch: place.epoch, position: place.position - 1)
        return marked
    }

    /// A frame is left out, as it is not for this receiver.
    public mutating func skip(_ place: Place) { sent = place }

    /// The cursor that is to be sent now; nil when nothing was sent since the last one.
    public mutating func mark() -> Place? {
        guard let sent, sent != marked else { return nil }
        marked = sent
        told = sent
        return sent
    }

    /// The receiver has kept all up to here; false when it was never sent, which is no receiver's to say.
    public mutating func keep(_ place: Place) -> Bool {
        guard let sent, place <= sent, let kept else { return false }
        self.kept = max(kept, place)
        return true
    }
}
