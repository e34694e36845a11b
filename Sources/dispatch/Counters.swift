import Bytes
import Edges
import Events
import Lanes
import Units

/// What `dispatch` tells of itself once a second: sums, and what was folded, dropped or missed since.
struct Counters {
    /// As far as told: sums over all consumers.
    private var coalesced: UInt64 = 0
    private var overruns: UInt64 = 0
    private var late: UInt64 = 0

    mutating func tell(_ lane: borrowing MarketLane, visitors: Int, to telemetry: inout Telemetry, at now: Nanos) {
        var folded: UInt64 = 0
        var overrun: UInt64 = 0
        var backlog = 0
        for index in 0..<lane.readers.count where lane.readers[index].isOpen {
            folded += lane.readers[index].tally.coalesced
            overrun += lane.readers[index].tally.overruns
            backlog = max(backlog, lane.backlog(of: index))
        }
        let tally = lane.tally
        let (streams, held) = (lane.streams, lane.held)
        telemetry.tell(
            .counters, .info, value: tally.taken,
            [
                ("taken", "\(tally.taken)"), ("written", "\(tally.written)"), ("repeated", "\(tally.repeated)"),
                ("late", "\(tally.late)"), ("missing", "\(tally.missing)"), ("void", "\(tally.void)"),
                ("refused", "\(tally.refused)"), ("consumers", "\(visitors)"), ("streams", "\(streams)"),
                ("held", "\(held)"), ("backlogBytes", "\(backlog)"), ("coalesced", "\(folded)"),
            ], at: now)
        if folded > coalesced {
            let count = folded - coalesced
            telemetry.tell(.coalescingApplied, .info, value: count, [("dropped_count", "\(count)")], at: now)
        }
        if overrun > overruns {
            let depth = "\(backlog)"
            telemetry.tell(
                .backpressureApplied, .warning, value: overrun - overruns, [("buffer_depth", depth)], at: now)
        }
        if tally.late > late { telemetry.tell(.lateEventDropped, .info, value: tally.late - late, at: now) }
        // A consumer that has left takes its counts with it.
        coalesced = folded
        overruns = overrun
        late = tally.late
    }
}
