import Bytes
public import Events

/// A book as the plainest consumer holds it: it applies snapshots and updates as they come and knows nothing else.
public struct Follower: ~Copyable {
    public private(set) var book = Book()
    /// The last status told; nil before the first.
    public private(set) var status: BookStatus?
    /// Whether there is a book.
    public private(set) var isValid = false

    public init() {}

    /// What is wrong with what came.
    public enum Complaint: Equatable, Sendable {
        /// A book's event while the book is void.
        case void
        /// An update before the first snapshot.
        case noSnapshot
        /// The best bid is at or above the best ask.
        case crossed
        /// A level that this reader cannot hold.
        case fault(Book.Fault)
    }

    /// A change of state.
    public mutating func take(_ status: BookStatus) {
        self.status = status
        if status.state.isVoid {
            isValid = false
            book.removeAll()
        }
    }

    /// A whole book.
    public mutating func replace(with levels: borrowing Sides) -> Complaint? {
        let wasVoid = status?.state.isVoid ?? true
        if let fault = book.replace(with: levels, levels.whole) {
            isValid = false
            return .fault(fault)
        }
        isValid = true
        if wasVoid { return .void }
        return book.isCrossed ? .crossed : nil
    }

    /// Changes of the book. `effects` is scratch.
    public mutating func apply(_ changes: borrowing Sides, effects: inout Sides) -> Complaint? {
        guard isValid else { return status?.state.isVoid == true ? .void : .noSnapshot }
        effects.removeAll()
        if let fault = book.apply(changes, changes.whole, effects: &effects) {
            isValid = false
            return .fault(fault)
        }
        return book.isCrossed ? .crossed : nil
    }
}
