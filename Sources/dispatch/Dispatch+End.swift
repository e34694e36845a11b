import Bytes
import Events
import Host
import Lanes
import Tool
import Units
import Wire

extension Dispatch {
    /// Consumers that take nothing at the end are waited for so long.
    private static let patienceAtEnd = Nanos.seconds(5)

    /// Ends: what waits is let go, every consumer gets all that there is for it, and why it ends.
    mutating func end() throws(Failure) -> Status {
        Notify.stopping("stopping")
        try endGateways()
        try keepCritical()
        giveAnswers()
        lane.finish(now: now)
        let isStopped = isStopped || Interrupts.isStopping
        try drain()
        for index in 0..<visitors.count where !visitors[index].isGone && visitors[index].leaving == nil {
            guard visitors[index].speech != .unknown else { continue }
            lane.putEnd(index, isStopped ? .stopped : .finished, "", now: now)
        }
        try drain()
        do throws(Failure) { try standing.end() } catch { complain("dispatch: \(error.line)") }
        if !options.isQuiet {
            let tally = lane.tally
            complain(
                "dispatch: \(tally.taken) events, \(lane.streams) streams, \(tally.repeated) repeated, "
                    + "\(tally.late) late, \(tally.missing) missing")
        }
        return .ok
    }

    /// Serves until everybody has everything, or nobody has taken anything for a while.
    private mutating func drain() throws(Failure) {
        var last = Clock.monotonic()
        var taken = takenBytes
        while true {
            try serve()
            var isDone = true
            for index in 0..<visitors.count where !visitors[index].isGone {
                if !lane.isServed(index) || visitors[index].pageBytes > 0 { isDone = false }
            }
            let clock = Clock.monotonic()
            if !options.takesTimeFromFrames { now = max(now, clock) }
            if takenBytes != taken {
                taken = takenBytes
                last = clock
            }
            guard !isDone, clock - last < Dispatch.patienceAtEnd else { return }
            // A signal would make every wait return at once.
            if Interrupts.isStopping {
                waitForRoom()
            } else {
                try poll.wait(until: clock + .milliseconds(20), now: clock)
            }
            for index in 0..<visitors.count where !visitors[index].isGone { visitors[index].isFull = false }
        }
    }

    private func waitForRoom() {
        for index in 0..<visitors.count where !visitors[index].isGone && visitors[index].isFull {
            if visitors[index].waitForRoom() { return }
        }
    }

    private var takenBytes: UInt64 {
        var sum: UInt64 = 0
        for index in 0..<visitors.count where !visitors[index].isGone { sum += lane.readers[index].tally.bytes }
        return sum
    }
}

extension Visitor {
    func waitForRoom() -> Bool {
        switch descriptor {
        case .some(let descriptor): descriptor.waitToWrite(milliseconds: 20)
        case .none: false
        }
    }
}

extension MarketLane {
    /// The last frame that a consumer gets.
    mutating func putEnd(_ index: Int, _ reason: EndReason, _ text: String, now: Nanos) {
        var draft = Draft(Envelope(kind: .end, channel: .control, received: now), .none)
        let words = Array(text.utf8.prefix(1024))
        draft.put(UInt64(reason.rawValue), at: 0, width: 1)
        draft.put(UInt64(words.count), at: 2, width: 2)
        draft.put(readers[index].frames, at: 8, width: 8)
        draft.append(words)
        readers[index].outbox.put(draft)
    }
}
