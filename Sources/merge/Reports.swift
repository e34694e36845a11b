import Edges
import Events
import Flow
import Host
import Merges
import Tool
import Units

/// What people and monitors are told of a merge.
struct Reports: ~Copyable {
    private var telemetry: Telemetry
    private let isQuiet: Bool
    private var suppressed: UInt64 = 0
    private var late: UInt64 = 0
    /// Streams that were refused.
    private(set) var unnumbered: String?

    init(_ options: Options) throws(Failure) {
        telemetry = try Telemetry(to: options.telemetry)
        isQuiet = options.isQuiet
    }

    func say(_ what: String) {
        if !isQuiet { complain("merge: \(what)") }
    }

    /// What happens in windows goes to the monitor; people see it in the tally.
    mutating func tell(_ notices: [Merger.Notice], at now: Nanos) {
        for notice in notices {
            switch notice {
            case .suppressed(let key, let missing):
                suppressed += 1
                telemetry.tell(
                    .mergeSuppressedPartial, .warning, value: UInt64(missing.count),
                    [("merge_key", key), ("missing_providers", missing.joined(separator: ","))], at: now)
            case .late(let venue, let symbol, let sequence, let by):
                late += 1
                telemetry.tell(
                    .lateEventDropped, .info,
                    [
                        ("provider", venue), ("symbol", symbol), ("seq_provider", "\(sequence)"),
                        ("lateness_ms", "\(by.count / 1_000_000)"),
                    ], at: now)
            case .unnumbered(let stream): unnumbered = unnumbered ?? stream
            }
        }
    }

    mutating func tellCounters(_ tally: Tally, windows: borrowing Windows, waiting: Int, inputs: Int, at now: Nanos) {
        telemetry.tell(
            .counters, .info,
            [
                ("frames_in", "\(tally.taken)"), ("frames_out", "\(tally.written)"), ("inputs", "\(inputs)"),
                ("windows_opened", "\(windows.openedCount)"), ("windows_closed", "\(windows.closedCount)"),
                ("suppressed_frames", "\(tally.suppressed)"), ("late_events", "\(tally.late)"),
                ("absorbed", "\(tally.absorbed)"), ("incomplete", "\(tally.incomplete)"),
                ("waiting_bytes", "\(waiting)"),
            ], at: now)
    }

    mutating func tellReady(at now: Nanos) { telemetry.tell(.ready, at: now) }
}
