import Bytes
import Events
import Flow
import Units
import Wire

/// What a merger knows of an input.
struct MergeSource: ~Copyable {
    /// When its frames are stamped.
    enum Stamp {
        /// With all others before they are written.
        case lazily
        /// By the input's own time, with this offset to the wall clock.
        case atOnce(Nanos)
        /// Not at all: its times count from elsewhere.
        case never
    }

    /// What its received times count from; nil before its `hello`.
    private(set) var origin: TimeOrigin?
    /// Whether the output's last `hello` says the same, or nothing can be said.
    private(set) var isGoverned = false
    private(set) var stamp = Stamp.never
    /// Why it ends, once it has said so.
    var farewell: EndReason?
    var standing = StandingBooks()
    private var hello = Block(byteCount: 0)
    private var helloBytes = 0

    mutating func takeHello(_ frame: RawSpan, _ header: Header) {
        // Whoever speaks has not finished: another program may follow one that had, in the same pipe.
        farewell = nil
        origin = TimeOrigin(frame)
        helloBytes = frame.byteCount
        if hello.byteCount < helloBytes { hello.grow(to: helloBytes) }
        hello.write(0..<helloBytes) { $0.put(frame, at: 0) }
    }

    borrowing func readHello(_ body: (RawSpan) -> Bool) -> Bool { hello.read(0..<helloBytes, body) }

    mutating func judge(_ output: TimeOrigin?, _ stamping: Merger.Stamping) {
        guard let origin, let output else {
            isGoverned = true
            stamp = .never
            return
        }
        isGoverned = origin.agrees(with: output)
        switch stamping {
        case .frames: stamp = .atOnce(origin.wallOffset)
        case .clock(let own):
            let isOurs = origin.timeBase == .monotonic && origin.boot == own.boot && own.boot != (0, 0)
            stamp = isOurs ? .lazily : .never
        }
    }

    static func isHealed(_ channel: Channel) -> Bool {
        switch channel {
        case .book, .trade, .ticker, .kline, .instrument: true
        default: false
        }
    }
}
