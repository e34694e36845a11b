import Bytes
import Events
import Host
import Lanes
import Text
import Units
import Wire

/// Tells a monitor what happens, as datagrams of frames: lost when nobody listens, and never waited for.
struct Telemetry: ~Copyable {
    private var sender: DatagramSender?
    private var outbox = Outbox(capacity: 1 << 12, limit: 1 << 18)
    private let isOn: Bool
    /// As far as told: sums over all consumers.
    private var coalesced: UInt64 = 0
    private var overruns: UInt64 = 0
    private var late: UInt64 = 0

    init(to path: String?) throws(Failure) {
        isOn = path != nil
        sender = nil
        if let path { sender = try DatagramSender(to: path) }
    }

    mutating func tell(
        _ type: TelemetryType, _ severity: Severity, value: UInt64, _ fields: [(StaticString, UInt64)] = [],
        at now: Nanos
    ) {
        guard isOn else { return }
        var page = Printer(capacity: 256)
        page.print("{")
        for (index, field) in fields.enumerated() {
            page.print(index > 0 ? ",\"" : "\"")
            page.print(field.0)
            page.print("\":")
            page.print(field.1)
        }
        page.print("}")
        let metadata = page.read { String($0) }
        let envelope = Envelope(kind: .telemetry, channel: .control, received: now)
        outbox.put(telemetry: type, severity, value: value, metadata: metadata, envelope)
        outbox.empty { span in
            sender?.send(span)
            return span.byteCount
        }
    }

    /// The counters, once a second; and what was folded, dropped or missed since.
    mutating func tellCounters(_ lane: borrowing MarketLane, visitors: Int, at now: Nanos) {
        guard isOn else { return }
        var folded: UInt64 = 0
        var overrun: UInt64 = 0
        var backlog = 0
        for index in 0..<lane.readers.count where lane.readers[index].isOpen {
            folded += lane.readers[index].tally.coalesced
            overrun += lane.readers[index].tally.overruns
            backlog = max(backlog, lane.backlog(of: index))
        }
        let tally = lane.tally
        tell(
            .counters, .info, value: tally.taken,
            [
                ("taken", tally.taken), ("written", tally.written), ("repeated", tally.repeated), ("late", tally.late),
                ("missing", tally.missing), ("void", tally.void), ("refused", tally.refused),
                ("consumers", UInt64(visitors)), ("streams", UInt64(lane.streams)), ("held", UInt64(lane.held)),
                ("backlogBytes", UInt64(backlog)), ("coalesced", folded),
            ], at: now)
        if folded > coalesced {
            tell(.coalescingApplied, .info, value: folded - coalesced, [("dropped_count", folded - coalesced)], at: now)
        }
        if overrun > overruns {
            tell(
                .backpressureApplied, .warning, value: overrun - overruns, [("buffer_depth", UInt64(backlog))], at: now)
        }
        if tally.late > late { tell(.lateEventDropped, .info, value: tally.late - late, at: now) }
        // A consumer that has left takes its counts with it.
        coalesced = folded
        overruns = overrun
        late = tally.late
    }
}
