import Bytes
import Edges
import Flow
import Host
import Lanes
import Tool
import Units

/// Whether consumers can rely on what they get.
extension Dispatch {
    /// So long behind the first stream those are waited for that durable consumers have asked for. Then it is ready without them: nobody is
    /// to keep all others waiting with a name that does not exist.
    private static let patienceAtStart = Nanos.seconds(30)

    private typealias Awaited = (name: String, subscription: Subscription)

    /// What somebody wants, connected or away; everything where nobody has asked for anything.
    private var wanted: [Subscription] {
        var wanted = standing.names.flatMap { standing.wants[$0] ?? [] }
        for index in 0..<visitors.count where !visitors[index].isGone { wanted += lane.subscriptions(of: index) }
        return wanted.isEmpty ? [Subscription()] : wanted
    }

    /// Ready when all books stand that somebody wants, and there is something of all that durable consumers want; degraded when any does
    /// not stand any more, or who wrote a stream is gone.
    mutating func judgeReadiness() {
        let (before, wasReady) = (readiness.state, readiness.hasBeenReady)
        if lane.streams > 0, firstStreamAt == nil { firstStreamAt = now }
        let failing = lane.failing(of: wanted)
        let awaited = wasReady ? nil : firstAwaited
        readiness.judge(hasBegun: lane.streams > 0, isSteady: failing.isEmpty && awaited == nil, now: now)
        if readiness.hasBeenReady, !wasReady { lane.mark([]) }
        let detail = detail(failing, awaited)
        guard readiness.state != before || detail != toldDetail else { return }
        toldDetail = detail
        telemetry.tell(readiness.state, detail, at: now)
    }

    /// The first thing that a durable consumer has asked for and that is not there yet; nil: nothing, or it was waited for long enough.
    private var firstAwaited: Awaited? {
        guard let firstStreamAt, now - firstStreamAt < Dispatch.patienceAtStart else { return nil }
        for name in standing.names {
            for subscription in standing.wants[name] ?? [] where !lane.isMet(subscription) {
                return (name, subscription)
            }
        }
        return nil
    }

    private func detail(_ failing: [MarketLane.Failing], _ awaited: Awaited?) -> String {
        if let awaited {
            let one = awaited.subscription
            return "\(awaited.name) waits for \(one.venue) \(one.symbol) \(one.kind)"
        }
        guard !failing.isEmpty else {
            return readiness.state == .starting ? "no streams yet" : "\(lane.streams) streams"
        }
        return failing.prefix(8).map { one in
            let books = one.books > 0 ? ["\(one.books) books do not stand"] : []
            let streams = one.streams > 0 ? ["\(one.streams) streams have no writer"] : []
            return "\(one.venue): " + (books + streams).joined(separator: ", ")
        }.joined(separator: "; ")
    }
}
