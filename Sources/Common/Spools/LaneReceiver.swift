public import Wire

/// One end of the critical lane: takes count of what it gets, says from where on it wants to go on, and what it has kept.
///
/// Pure. It lives as long as its name, across connections; what it has kept is written down by its owner, who gives it back at a start.
///
///     connection ─▶ `resume` (the first frame wanted) ─▶ `cursor` (begin) ─▶ frames: new or repeated ─▶ `cursor` … ─▶ `kept`
///
/// Invariant: `kept <= had`; each frame of an epoch is `new` once, in order.
public struct LaneReceiver: Equatable, Sendable {
    public enum Verdict: Equatable, Sendable {
        /// A frame to use: the next one.
        case new
        /// It was there before.
        case repeated
        /// The sender begins, or goes on as it should.
        case fine
        /// The sender has so many frames no more that were wanted.
        case missing(UInt64)
        /// The sender does not keep to the lane: the connection is to be cut.
        case defect(String)
    }

    /// The last frame that was taken; of epoch 0 before the first.
    public private(set) var had: Place
    /// The last frame that is kept, whatever happens.
    public private(set) var kept: Place
    /// What the sender of this connection has sent last; nil before it has begun.
    private var at: Place?

    public init(had: Place = Place()) {
        self.had = had
        kept = had
    }

    /// A new connection: the first frame wanted, for `resume`.
    public mutating func connect() -> Place {
        at = nil
        return had.next
    }

    /// The sender says where it stands: first where it begins, then how far it has come; what lies between its frames and that is not
    /// for this receiver.
    public mutating func take(_ place: Place) -> Verdict {
        guard let at else { return begin(place) }
        // A new epoch begins between two frames; the place is the one before its first frame.
        guard place.epoch == at.epoch else {
            return place > at ? begin(place) : .defect("a lane that goes back to an older epoch")
        }
        guard place.position >= at.position else { return .defect("a cursor behind the frames before it") }
        self.at = place
        had = max(had, place)
        return .fine
    }

    private mutating func begin(_ place: Place) -> Verdict {
        guard place.epoch > 0 else { return .defect("a lane without an epoch") }
        at = place
        guard place.epoch == had.epoch else {
            // Another epoch: what it holds is new.
            had = place
            return .fine
        }
        guard place.position > had.position else { return .fine }
        let missing = place.position - had.position
        had = place
        return .missing(missing)
    }

    /// A frame came.
    public mutating func takeFrame() -> Verdict {
        guard let before = at else { return .defect("a frame before the lane has begun") }
        at = before.next
        guard before.next.epoch == had.epoch, before.next.position > had.position else { return .repeated }
        had = before.next
        return .new
    }

    /// All that was taken is kept now: what the sender is to be told, when it is more than before.
    public mutating func keep() -> Place? {
        guard kept != had else { return nil }
        kept = had
        return had
    }
}
