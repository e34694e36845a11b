import Books
import Bytes
import Events
import Units
import Wire

/// One row of events in the ring: a stream as it came, or a view of a book's best levels with positions of its own.
struct Track: BitwiseCopyable {
    /// Its stream's number; -1 of the track that all consumers get.
    var stream: Int32
    var channel: Channel
    /// Levels a side; 0 = the stream as it came.
    var depth: Int32 = 0
    /// Events written to the ring, wrapping.
    var written: UInt32 = 0
    /// Of the newest event.
    var epoch: UInt32 = 0
    var position: UInt64 = 0
    /// Number of the stream's book, or of the view; -1 = none.
    var book: Int32 = -1
    var view: Int32 = -1
    /// The next track of the same stream; -1 = none.
    var sibling: Int32 = -1
    /// The first of the events that are remembered for newcomers; -1 = none.
    var memory: Int32 = -1
    /// Consumers that want it.
    var wanting: Int32 = 0
}

/// An event that tells a newcomer what is true: the last ticker, candle, balance of an asset.
struct Memory: ~Copyable {
    /// What it tells of: another event of the same key replaces it.
    var key: UInt64
    var epoch: UInt32 = 0
    var position: UInt64 = 0
    var count = 0
    var block = Block(byteCount: 256)
    /// The next one of the track.
    var link: Int32

    init(key: UInt64, link: Int32) {
        self.key = key
        self.link = link
    }

    /// Whether somebody may need an event of this kind later.
    @inline(__always)
    static func isKept(_ kind: Kind) -> Bool {
        switch kind {
        case .ticker, .instrument, .riskControl, .kline, .balance, .position: true
        default: false
        }
    }

    /// The key of an event; nil: nobody needs it later.
    static func key(of frame: RawSpan, _ header: Header) -> UInt64? {
        switch header.envelope.kind {
        case .ticker, .instrument, .riskControl: 0
        case .kline: UInt64(bitPattern: Payload(header).i64(frame, 16) &- Payload(header).i64(frame, 8))
        case .balance, .position: hash(frame, header.variable..<header.end, UInt64(header.envelope.kind.rawValue))
        default: nil
        }
    }

    private static func hash(_ frame: RawSpan, _ range: Range<Int>, _ start: UInt64) -> UInt64 {
        var hash = start
        for at in stride(from: range.lowerBound, to: range.upperBound, by: 8) {
            hash = (hash ^ frame.u64(at)) &* 0xFF51_AFD7_ED55_8CCD
            hash ^= hash &>> 32
        }
        return hash
    }
}

/// A book as it stands at the end of the ring, and what its newest event said.
struct BookState: ~Copyable {
    let name: StreamName
    var book = Book()
    /// Whether there is one: a snapshot came after the last void status.
    var isValid = false
    /// Whether there ever was one.
    var wasValid = false
    var status: BookStatus?
    /// Of the newest event.
    var envelope = Envelope(kind: .bookStatus, channel: .book)
    /// The venue's, of the book after the newest event; 0 = none.
    var checksum: UInt32 = 0
    /// As the last snapshot said: levels a side at which it was cut.
    var depth: UInt16 = 0

    init(_ name: StreamName) { self.name = name }
}
