import Bytes
import Events
import Host
import Tool
import Units
import Wire

/// Frames as they are, at the pace at which they were received, or so many times as fast, or as fast as they are taken.
struct Player: View, ~Copyable {
    private var outbox = Outbox()
    /// When the first event was received, and when it was played.
    private var first: (received: Nanos, played: Nanos)?
    private var lostEvents = 0
    /// What went wrong in the midst of a read, told after it.
    private var failure: Failure?
    /// Nil: without pauses.
    private let pace: Pace?
    private let chunk: Int

    init(_ options: Options) {
        pace = options.pace
        chunk = Descriptor.standardOutput.isPipe() ? 16_384 : 65_536
    }

    mutating func take(_ frames: RawSpan, _ header: Header, offset: Nanos, at: UInt64, from source: Int) {
        if let pace, header.envelope.received.count > 0 { wait(for: header.envelope.received + offset, pace) }
        if outbox.byteCount + frames.byteCount > outbox.limit { flush() }
        outbox.put(whole: frames)
        if outbox.byteCount >= chunk { flush() }
    }

    /// Sleeps until it is time for what was received then; what came before goes out first.
    private mutating func wait(for received: Nanos, _ pace: Pace) {
        guard let first else {
            first = (received, Clock.monotonic())
            return
        }
        let due = first.played + pace.span(of: Nanos(max(0, (received - first.received).count)))
        var left = due - Clock.monotonic()
        if left.count > 1_000_000 { flush() }
        while left.count > 1_000_000, failure == nil, !Interrupts.isStopping {
            guard Interrupts.sleep(milliseconds: Int32(clamping: left.count / 1_000_000)) else { return }
            left = due - Clock.monotonic()
        }
    }

    private mutating func flush() {
        guard failure == nil else { return outbox.empty { $0.byteCount } }
        do throws(Failure) {
            try outbox.empty { span throws(Failure) in
                try Descriptor.standardOutput.write(all: span, "standard output")
                return span.byteCount
            }
        } catch {
            failure = error
        }
    }

    mutating func lost(at: UInt64) { lostEvents += 1 }

    mutating func show(to output: borrowing Descriptor) throws(Failure) {
        flush()
        if let failure { throw failure }
    }

    mutating func finish(to output: borrowing Descriptor) throws(Failure) -> Status {
        try show(to: output)
        if lostEvents > 0 { complain("tap: \(lostEvents) events had a part missing and are not played") }
        return .ok
    }
}
