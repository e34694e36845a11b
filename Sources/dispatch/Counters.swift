import Bytes
import Edges
import Events
import Lanes
import Units
import Wire

/// What `dispatch` tells of itself once a second: sums, and what was folded, dropped or missed since.
struct Counters {
    /// As far as told: sums over all consumers.
    private var coalesced: UInt64 = 0
    private var overruns: UInt64 = 0
    /// Of streams above their rate.
    private var folded: UInt64 = 0
    private var late: UInt64 = 0
    /// By reason.
    private var letters = [UInt64](repeating: 0, count: DeadLetters.Reason.allCases.count)

    mutating func tell(_ lane: borrowing MarketLane, visitors: Int, to telemetry: inout Telemetry, at now: Nanos) {
        var coalesced = lane.departed.coalesced
        var overruns = lane.departed.overruns
        var backlog = 0
        for index in 0..<lane.readers.count where lane.readers[index].isOpen {
            coalesced += lane.readers[index].tally.coalesced
            overruns += lane.readers[index].tally.overruns
            backlog = max(backlog, lane.backlog(of: index))
        }
        let tally = lane.tally
        let (streams, held, dead) = (lane.streams, lane.held, lane.letters.published)
        telemetry.tell(
            .counters, .info, value: tally.taken,
            [
                ("taken", "\(tally.taken)"), ("written", "\(tally.written)"), ("repeated", "\(tally.repeated)"),
                ("late", "\(tally.late)"), ("missing", "\(tally.missing)"), ("void", "\(tally.void)"),
                ("refused", "\(tally.refused)"), ("folded", "\(tally.coalesced)"), ("dropped", "\(tally.dropped)"),
                ("deadLetters", "\(dead)"), ("consumers", "\(visitors)"), ("streams", "\(streams)"),
                ("held", "\(held)"), ("backlogBytes", "\(backlog)"), ("coalesced", "\(coalesced)"),
            ], at: now)
        if coalesced > self.coalesced {
            tellFolded(coalesced - self.coalesced, [("cause", "slow")], &telemetry, now)
        }
        if overruns > self.overruns {
            let fields = [("cause", "slow"), ("buffer_depth", "\(backlog)")]
            telemetry.tell(.backpressureApplied, .warning, value: overruns - self.overruns, fields, at: now)
        }
        self.coalesced = coalesced
        self.overruns = overruns
        tellRates(lane, &telemetry, now)
        tellLetters(lane, &telemetry, now)
    }

    private func tellFolded(
        _ count: UInt64, _ fields: [(String, String)], _ telemetry: inout Telemetry, _ now: Nanos
    ) {
        telemetry.tell(.coalescingApplied, .info, value: count, fields + [("dropped_count", "\(count)")], at: now)
    }

    /// What streams above their rate had to suffer; the one that is worst off is named.
    private mutating func tellRates(_ lane: borrowing MarketLane, _ telemetry: inout Telemetry, _ now: Nanos) {
        let folded = lane.tally.coalesced
        if folded > self.folded {
            let fields = [("cause", "rate"), ("stream_key", lane.foldedStream ?? "")]
            tellFolded(folded - self.folded, fields, &telemetry, now)
        }
        self.folded = folded
        guard let (stream, depth) = lane.pressed else { return }
        let fields = [("cause", "rate"), ("stream_key", stream), ("buffer_depth", "\(depth)")]
        telemetry.tell(.backpressureApplied, .warning, value: UInt64(depth), fields, at: now)
    }

    /// Of each reason how many dead letters there are more, and the last of them.
    private mutating func tellLetters(_ lane: borrowing MarketLane, _ telemetry: inout Telemetry, _ now: Nanos) {
        for reason in DeadLetters.Reason.allCases {
            let count = lane.letters.count(of: reason)
            let more = count - letters[Int(reason.rawValue)]
            letters[Int(reason.rawValue)] = count
            guard more > 0 else { continue }
            let last = Counters.last(lane, reason)
            if reason == .late {
                telemetry.tell(.lateEventDropped, .info, value: more, last?.lateness ?? [], at: now)
            }
            let fields = [("event_id", "\(last?.id ?? 0)"), ("reason", "\(reason)")]
            telemetry.tell(.deadLetterPublished, .error, value: more, fields, at: now)
        }
    }

    private struct Last {
        let id: UInt64
        let lateness: [(String, String)]
    }

    /// The newest letter of a reason that is still there.
    private static func last(_ lane: borrowing MarketLane, _ reason: DeadLetters.Reason) -> Last? {
        var found: Last?
        for number in lane.letters.kept.reversed() where found == nil {
            lane.letters.read(number) { letter, frame in
                guard letter.reason == reason else { return }
                let header = Header(frame)
                let late = max(.zero, letter.at - header.envelope.received)
                found = Last(
                    id: header.envelope.id,
                    lateness: [
                        ("provider", String(frame, header.venue)), ("symbol", String(frame, header.symbol)),
                        ("seq_provider", "\(header.envelope.lastSequence)"),
                        ("lateness_ms", "\(late.count / 1_000_000)"),
                    ])
            }
        }
        return found
    }
}
