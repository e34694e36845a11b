import Bytes
import Events
import Flow
import Units
import Wire

/// The books that stand as an input told them: what nobody vouches for any more once it is gone.
///
/// Of a book only states and snapshots are looked at, which are rare. Of books beyond those that the table tells apart nothing is told.
struct StandingBooks: ~Copyable {
    private struct Book {
        let name: StreamName
        var epoch: UInt32 = 0
        var integrity = Integrity.none
        var stands = false
    }

    private var table = StreamTable()
    private var books: [Book] = []

    init() {}

    /// Takes a status or a snapshot of a book.
    mutating func take(_ frame: RawSpan, _ header: Header) {
        guard let index = table.index(frame) else { return }
        if index == books.count {
            let name = StreamName(venue: frame.extracting(header.venue), symbol: frame.extracting(header.symbol))
            books.append(Book(name: name ?? .none))
        }
        books[index].epoch = header.envelope.epoch
        if header.envelope.kind == .bookStatus {
            let status = BookStatus(frame, header)
            books[index].stands = !status.state.isVoid
            books[index].integrity = status.integrity
        } else {
            books[index].stands = true
        }
    }

    /// Says of each that it is `stale`, as its writer is gone. The frames bear position 0, as none of that writer's counts comes.
    mutating func end(received: Nanos, into outbox: inout Outbox) {
        for index in books.indices where books[index].stands {
            books[index].stands = false
            outbox.put(
                BookStatus(.stale, reason: .disconnected, integrity: books[index].integrity),
                Envelope(kind: .bookStatus, channel: .book, epoch: books[index].epoch, received: received),
                books[index].name)
        }
    }
}
