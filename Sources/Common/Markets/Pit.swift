import Matching
import Units

/// The place on the floor where one market is traded: its book, its crowd, and its own clock.
struct Pit: ~Copyable {
    /// Wires tell microseconds: no two events of a market share one.
    static let step: Int64 = 1000

    var matcher: Matcher
    var crowd: Crowd
    let name: String
    let weight: Int
    /// When the last event was.
    private(set) var last: Int64
    // The crowd's next event: how much longer than `since` it waits, in parts of 2^32 of the mean; and the mean in ns / 256, 0: it does
    // nothing.
    private var since: Int64
    private var wait: UInt64
    private var mean: UInt64 = 0

    init(_ listing: Listing, _ matcher: consuming Matcher, seed: UInt64, at time: Int64) {
        self.matcher = matcher
        name = listing.name
        weight = min(max(listing.weight, 0), 1_000_000)
        crowd = Crowd(listing, seed: seed, at: Nanos(time))
        last = time
        since = time
        wait = crowd.wait()
    }

    /// The next whole microsecond at or after a time at which nothing has happened here yet.
    func free(_ time: Int64) -> Int64 { max((time + Pit.step - 1) / Pit.step * Pit.step, last + Pit.step) }

    /// Something happens now.
    mutating func stamp(_ time: Int64) { last = time }

    /// When the crowd's next event is.
    var due: Int64 {
        if mean == 0 { return Agenda.never }
        let (high, low) = wait.multipliedFullWidth(by: mean)
        let span = high << 24 | low >> 40
        let (time, overflow) = since.addingReportingOverflow(Int64(clamping: span))
        return overflow || time > Agenda.never - 2 * Pit.step ? Agenda.never : free(time)
    }

    /// The crowd fills the empty book.
    mutating func fill(_ ledger: inout Ledger, _ outcome: inout Outcome) { crowd.fill(&matcher, &ledger, &outcome) }

    /// Performs the crowd's event that is due, and draws when the next one is.
    mutating func act(at due: Int64, _ ledger: inout Ledger, _ outcome: inout Outcome) {
        crowd.act(at: Nanos(due), &matcher, &ledger, &outcome)
        last = due
        let (high, low) = wait.multipliedFullWidth(by: mean)
        since += Int64(high << 24 | low >> 40)
        wait = crowd.wait()
    }

    /// Another rate from `time` on. What is left of the wait is as much of the new mean as it was of the old one, so a rate that stays
    /// changes nothing.
    mutating func change(mean next: UInt64, at time: Int64) {
        if next == mean { return }
        if mean > 0, time > since {
            let gone = (Int128(time - since) << 40) / Int128(mean)
            wait = gone >= Int128(wait) ? 0 : wait - UInt64(gone)
        }
        since = max(since, time)
        mean = next
    }
}
