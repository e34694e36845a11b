public import Books
import Bytes
import Events
import Flow
public import Units
public import Wire

/// What a consumer knows when it decides, and where it puts what it wants: `(event, scene) → intents`, without clock or connection.
public struct Scene: ~Copyable {
    /// By the machine's monotonic clock: when what is decided on was read.
    public internal(set) var now = Nanos.zero
    /// Books followed, at most; of others nothing is held.
    public static let booksMax = 4096
    private var table = StreamTable()
    private var books = Slots<Follower>()
    private var sides = Sides()
    private var effects = Sides()
    /// Whether orders of this consumer are let through, as far as was told; off until then.
    public internal(set) var isTrading = false
    /// Of the routes, as the last answer had it.
    public internal(set) var routingVersion: UInt32 = 0
    /// Events that were named as missing by gaps, and counted ones that nobody had any more.
    public internal(set) var missed: UInt64 = 0
    /// Times that the connection stood.
    public internal(set) var connections: UInt64 = 0
    var intents: [Intent] = []

    init() {}

    /// An intent, which leaves once the event is done with.
    public mutating func want(_ intent: Intent) { intents.append(intent) }

    /// Lends the book of the symbol that an event belongs to; nil where it does not stand.
    public mutating func book<R>(of frame: RawSpan, _ header: Header, _ body: (borrowing Book) -> R) -> R? {
        var header = header
        header.envelope.channel = .book
        guard let index = table.index(frame), index < books.count, books[index].isValid else { return nil }
        return body(books[index].book)
    }

    /// Follows what is told of books; counts gaps.
    mutating func take(_ event: RawSpan, _ header: Header) {
        switch header.envelope.kind {
        case .gap: missed += max(1, Gap(event, header).missed)
        case .bookStatus:
            guard let index = place(event, header) else { return }
            books[index].take(BookStatus(event, header))
        case .bookSnapshot, .bookUpdate:
            guard let index = place(event, header) else { return }
            gather(event)
            _ =
                header.envelope.kind == .bookSnapshot
                ? books[index].replace(with: sides) : books[index].apply(sides, effects: &effects)
        default: break
        }
    }

    private mutating func place(_ event: RawSpan, _ header: Header) -> Int? {
        guard let index = table.index(event), index < Scene.booksMax else { return nil }
        while books.count <= index { books.append(Follower()) }
        return index
    }

    /// The levels of all frames of an event.
    private mutating func gather(_ event: RawSpan) {
        sides.removeAll()
        sides.append(levelsOf: event)
    }

    /// After a cut connection no book can be trusted: each is told anew.
    mutating func voidAll() {
        for index in 0..<books.count { books[index].take(BookStatus(.stale, reason: .disconnected)) }
    }
}
