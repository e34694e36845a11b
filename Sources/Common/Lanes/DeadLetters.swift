import Bytes
import Events
public import Units
import Wire

/// Events that were not delivered to anybody, and why: the last ones, for people.
///
/// A ring of 4 MiB and 1,024 events, made when the first one comes; the oldest are evicted, and counted. Of an event of several frames
/// the first one is kept.
public struct DeadLetters: ~Copyable {
    /// Why an event was not delivered.
    public enum Reason: UInt8, BitwiseCopyable, CaseIterable, Sendable {
        /// Its stream was above its rate for longer than an event may be delayed.
        case rate
        /// More waited for their stream's rate than there is room for.
        case full
        /// A snapshot in whose place a newer one came while it waited for its stream's rate, or whose book became void.
        case superseded
        /// It came after its gap had been told.
        case late
        /// There is no room for its stream.
        case refused
        /// A book's event that the book cannot hold: the book was told as stale.
        case unfit
    }

    public struct Letter: BitwiseCopyable, Sendable {
        public let reason: Reason
        /// When it was given up.
        public let at: Nanos
    }

    private static let bytesMax = 4 << 20
    private static let lettersMax = 1024

    /// One, or none before the first letter.
    private var ring = Slots<Ring>(capacity: 1)
    /// By number, wrapping.
    private var letters = Column<Letter>()
    private var counts = Column<UInt64>()

    init() { counts.append(repeating: 0, count: Reason.allCases.count) }

    /// Of all since birth, of one reason.
    public func count(of reason: Reason) -> UInt64 { counts[Int(reason.rawValue)] }

    /// Of all since birth.
    public private(set) var published: UInt64 = 0

    /// Those that are there, by number.
    public var kept: Range<UInt64> { ring.isEmpty ? 0..<0 : ring[0].first..<ring[0].next }

    public var evicted: UInt64 { published - UInt64(kept.count) }

    @inline(never)
    mutating func put(_ event: RawSpan, _ reason: Reason, at now: Nanos) {
        if ring.isEmpty {
            ring.append(Ring(capacity: DeadLetters.bytesMax, entries: DeadLetters.lettersMax))
            letters.append(repeating: Letter(reason: .rate, at: .zero), count: DeadLetters.lettersMax)
        }
        counts[Int(reason.rawValue)] += 1
        published += 1
        let frame = event.extracting(0..<event.firstFrameBytes)
        var entry = Ring.Entry()
        entry.bytes = UInt32(frame.byteCount)
        let number = Int(ring[0].next % UInt64(DeadLetters.lettersMax))
        if ring[0].append(entry, { $0.put(frame, at: 0) }) { letters[number] = Letter(reason: reason, at: now) }
    }

    /// Lends a letter that is kept, and the first frame of its event.
    public func read(_ number: UInt64, _ body: (Letter, RawSpan) -> Void) {
        precondition(kept.contains(number), "a letter that is there")
        let entry = ring[0].entry(number)
        ring[0].read(at: entry.at, count: Int(entry.bytes)) {
            body(letters[Int(number % UInt64(DeadLetters.lettersMax))], $0)
        }
    }
}
