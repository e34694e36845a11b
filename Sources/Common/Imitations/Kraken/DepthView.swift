import Bytes

/// The best levels of a book as those see them who asked for so many: which prices a message must tell of.
///
/// A level that is pushed out of the depth is not told of, as clients cut it off themselves; one that comes into it again is.
struct DepthView: ~Copyable {
    let depth: Int
    let stream: Int
    /// Prices touched since the last message. What they have become is looked up when it is written.
    var touched = Changes()
    /// Levels that have come into each side since then: those which a client still holds although they are out of the depth.
    var newBids = 0
    var newAsks = 0

    init(depth: Int, stream: Int) {
        self.depth = depth
        self.stream = stream
    }

    /// A level was changed on `side`, which holds it already.
    mutating func note(_ side: borrowing Rungs, _ price: Int64, _ change: Rungs.Change, rank: Int) {
        let slack = side.isAsks ? newAsks : newBids
        guard change != .none, rank < depth + slack else { return }
        touched.note(isAsk: side.isAsks, price, 0, number: 1)
        switch change {
        case .inserted:
            if side.isAsks { newAsks += 1 } else { newBids += 1 }
        case .removed where rank < depth && side.count >= depth:
            touched.note(isAsk: side.isAsks, side[depth - 1].price, 0, number: 1)
        default: break
        }
    }

    mutating func removeAll() {
        touched.removeAll()
        newBids = 0
        newAsks = 0
    }
}

extension Board {
    /// Sets a level of the book, and notes who must be told.
    mutating func setForViews(isAsk: Bool, _ price: Int64, _ size: Int64) {
        if isAsk {
            let (change, rank) = asks.set(price, size)
            for view in 0..<views.count { views[view].note(asks, price, change, rank: rank) }
        } else {
            let (change, rank) = bids.set(price, size)
            for view in 0..<views.count { views[view].note(bids, price, change, rank: rank) }
        }
    }
}
