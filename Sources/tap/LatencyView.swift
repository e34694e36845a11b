import Bytes
import Events
import Flow
import Host
import Text
import Units
import Wire

/// Where time went: how long events took from each stage boundary to the next, as their hop stamps say, and until they came here.
struct LatencyView: View, ~Copyable {
    /// A way from one boundary to the next that some event went.
    private struct Segment {
        let title: String
        var times = Histogram()
    }

    /// By where a segment ends: a hop, or one beyond them for what came here.
    private var segments: [Segment?] = Array(repeating: nil, count: Hop.allCases.count + 1)
    private var total = Histogram()
    private var decision = Histogram()
    private var execution = Histogram()
    /// Nanoseconds of all events' ways that no segment covers.
    private var uncovered: UInt64 = 0
    private var unstamped = 0
    /// Whether received times count from this boot, and events are read as they come: then our own clock says when they did.
    private var isOurs = false
    /// When the bytes that are being looked at were read; nil before the first of them.
    private var now: Nanos?
    private var screen: Screen
    private let boot = Machine.boot()
    private let limit: Nanos?

    init(_ options: Options) {
        screen = Screen(options.isThrough ? 2 : 1)
        limit = options.failAbove
    }

    mutating func govern(_ origin: TimeOrigin, isLive: Bool) {
        isOurs = isLive && origin.timeBase == .monotonic && origin.boot == boot && boot != (0, 0)
    }

    mutating func take(_ frames: RawSpan, _ header: Header, offset: Nanos, at: UInt64, from source: Int) {
        // History, states that are told to newcomers and what has no time say nothing about how fast anything was.
        let envelope = header.envelope
        // Each of these bears the flag, as each replaces the one before it.
        let isAlwaysWhole = envelope.kind == .consolidatedBook
        guard envelope.received.count > 0, envelope.channel != .control,
            !envelope.flags.contains(.backfilled), !envelope.flags.contains(.snapshot) || isAlwaysWhole
        else { return }
        if now == nil { now = Clock.monotonic() }
        var last: UInt64 = 0
        var from = "received"
        var covered: UInt64 = 0
        for hop in Hop.allCases {
            let stamp = Header.hop(hop, of: frames)
            guard stamp > 0 else { continue }
            covered += add(hop.rawValue, from, "\(hop)", stamp > last ? stamp - last : 0)
            last = max(last, stamp)
            from = "\(hop)"
        }
        if isOurs, let now, now >= envelope.received {
            let arrived = UInt64((now - envelope.received).count)
            covered += add(Hop.allCases.count, from, "here", arrived > last ? arrived - last : 0)
            last = max(last, arrived)
        }
        guard last > 0 else {
            unstamped += 1
            return
        }
        total.add(last)
        uncovered += last - min(last, covered)
        let decided = Header.hop(.decided, of: frames)
        guard decided > 0 else { return }
        decision.add(decided)
        if last > decided { execution.add(last - decided) }
    }

    private mutating func add(_ end: Int, _ from: String, _ to: String, _ time: UInt64) -> UInt64 {
        if segments[end] == nil { segments[end] = Segment(title: "\(from) → \(to)") }
        segments[end]?.times.add(time)
        return time
    }

    mutating func lost(at: UInt64) {}

    mutating func show(to output: borrowing Descriptor) throws(Failure) {
        now = nil
        guard screen.isDue(), !total.isEmpty else { return }
        try screen.draw(page(), to: output)
    }

    mutating func finish(to output: borrowing Descriptor) throws(Failure) -> Status {
        try screen.end(page(), to: output)
        guard let limit else { return .ok }
        guard !total.isEmpty else { throw Failure(.no, "no event was timed") }
        let slow = total.quantile(99, of: 100)
        guard slow > UInt64(limit.count) else { return .ok }
        let bound = LatencyView.text(UInt64(limit.count))
        throw Failure(.no, "99 of 100 events took up to \(LatencyView.text(slow)), which is above \(bound)")
    }

    private func page() -> Printer {
        var table = Table(["from → to", "events", "p50", "p99", "p99.9", "most"], right: 1..<6)
        for segment in segments.compactMap({ $0 }) { table.add(row(segment.title, segment.times)) }
        if !decision.isEmpty { table.add(row("decision: received → decided", decision)) }
        if !execution.isEmpty { table.add(row("execution: decided → the last stamp", execution)) }
        table.add(row("all", total))
        var page = Printer()
        table.print(to: &page)
        if total.sum > 0 {
            // In hundredths of a percent.
            let part = UInt64(UInt128(uncovered) * 10_000 / UInt128(total.sum))
            page.print("residual \(part / 100).\(part % 100 < 10 ? "0" : "")\(part % 100) %\n")
        }
        if unstamped > 0 { page.print("\(unstamped) events bear no stamp\n") }
        return page
    }

    private func row(_ title: String, _ times: Histogram) -> [String] {
        [title, "\(times.count)"]
            + [(1, 2), (99, 100), (999, 1000)].map { LatencyView.text(times.quantile($0, of: $1)) }
            + [LatencyView.text(times.largest)]
    }

    /// A span in the unit in which it is read most easily, with three digits at least: `812 ns`, `4.31 µs`, `1.20 s`.
    static func text(_ nanos: UInt64) -> String {
        let units: [(name: String, size: UInt64)] = [("s", 1_000_000_000), ("ms", 1_000_000), ("µs", 1000)]
        for unit in units where nanos >= unit.size {
            let hundredths = nanos / (unit.size / 100)
            let rest = hundredths % 100
            return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest) \(unit.name)"
        }
        return "\(nanos) ns"
    }
}
