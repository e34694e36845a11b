import Bytes
import Events
import Host
import Lanes
import Lines
import Text
import Tool
import Units
import Wire

extension Dispatch {
    mutating func acceptConsumers() throws(Failure) {
        while let made = listener.accept() {
            if let why = overLimit(made) {
                turnAway(made, why)
                continue
            }
            // One more than there is room for is closed at once: it sees an end.
            guard let index = lane.open(now: now) else { continue }
            share.forget(index)
            let visitor = Visitor(made)
            let number = visitor.number
            if index == visitors.count { visitors.append(visitor) } else { visitors[index] = consume visitor }
            try poll.add(number, token: Token.visitors + UInt64(index), .read)
        }
    }

    /// A consumer says something, can be written to again, or is gone.
    mutating func hear(_ index: Int, _ ready: Poll.Ready) throws(Failure) {
        guard index < visitors.count, !visitors[index].isGone else { return }
        if ready.isWritable { visitors[index].isFull = false }
        if ready.isReadable, !visitors[index].hasEnded {
            let goesOn = visitors[index].hear()
            try obey(index)
            guard !visitors[index].isGone else { return }
            if !goesOn {
                // It may still listen; if not, the next write tells.
                visitors[index].hasEnded = true
                try watch(index)
            }
        }
        if ready.isHungUp { close(index) }
    }

    mutating func close(_ index: Int) {
        guard !visitors[index].isGone else { return }
        detach(index)
        poll.remove(visitors[index].number)
        visitors[index].descriptor = nil
        lane.close(index)
        hasSubscribed.remove(index)
        answers.removeAll { $0.consumer == index }
        for place in errands.indices where errands[place].consumer == index { errands[place].consumer = nil }
    }

    /// Watches a consumer for what it may do next.
    private mutating func watch(_ index: Int) throws(Failure) {
        var interest: Poll.Interest = visitors[index].hasEnded ? [] : .read
        if visitors[index].isFull { interest.insert(.write) }
        guard interest != visitors[index].watched else { return }
        visitors[index].watched = interest
        try poll.change(visitors[index].number, token: Token.visitors + UInt64(index), interest)
    }

    /// Gives every consumer what it takes, in turns.
    mutating func serve() throws(Failure) {
        soonestDue = nil
        let count = visitors.count
        // After the last round there may be more to write, and no descriptor will tell.
        didWork = true
        for _ in 0..<Dispatch.roundsMax {
            share.begin(count)
            var isAnyoneServed = false
            for place in 0..<count {
                let index = share.consumer(at: place, of: count)
                guard !visitors[index].isGone, !visitors[index].isFull else { continue }
                // Who has taken more than its share is passed over, and has its turn in a later round.
                if !share.mayTake(index) || step(index) { isAnyoneServed = true }
            }
            guard isAnyoneServed else {
                didWork = false
                break
            }
        }
        for index in 0..<count where !visitors[index].isGone { try watch(index) }
        lane.rewind()
    }

    /// Writes to a consumer once; false when there was nothing to write, or it takes nothing.
    private mutating func step(_ index: Int) -> Bool {
        if visitors[index].speech == .lines { return stepLines(index) }
        if !lane.readers[index].outbox.isEmpty { return sendOutbox(index) }
        if visitors[index].leaving != nil {
            close(index)
            return false
        }
        if serveCritical(index) { return sendOutbox(index) }
        switch next(index) {
        case .none(let isNews): return isNews
        case .outbox: return sendOutbox(index)
        case .ring(let at, let count):
            var taken: Int?
            Dispatch.send(lane, &visitors[index], at, count, &taken)
            guard let taken else {
                close(index)
                return false
            }
            lane.sent(taken, at: at, of: count, to: index, now: now)
            share.took(taken, index)
            return taken > 0
        }
    }

    /// What there is to be written to a consumer.
    private enum Work {
        /// Nothing, and whether it was told something all the same.
        case none(isNews: Bool)
        case outbox
        case ring(at: UInt64, count: Int)
    }

    private mutating func next(_ index: Int) -> Work {
        switch lane.next(index, now: now) {
        case .nothing: return .none(isNews: false)
        case .wait(let time):
            soonestDue = min(soonestDue ?? time, time)
            return .none(isNews: false)
        case .end(let reason):
            dismiss(index, reason)
            return .none(isNews: true)
        case .outbox: return .outbox
        case .ring(let at, let count): return .ring(at: at, count: count)
        }
    }

    private static func send(
        _ lane: borrowing MarketLane, _ visitor: inout Visitor, _ at: UInt64, _ count: Int, _ taken: inout Int?
    ) {
        lane.read(at: at, count: count) { taken = visitor.send($0) }
    }

    private mutating func sendOutbox(_ index: Int) -> Bool {
        var taken: Int?
        Dispatch.send(&lane, &visitors[index], index, &taken)
        guard let taken else {
            close(index)
            return false
        }
        if taken > 0 { lane.progressed(index, by: taken, now: now) }
        share.took(taken, index)
        return taken > 0
    }

    private static func send(
        _ lane: inout MarketLane, _ visitor: inout Visitor, _ index: Int, _ taken: inout Int?
    ) {
        lane.readers[index].outbox.empty { span in
            taken = visitor.send(span)
            return taken ?? 0
        }
    }

    /// As `step`, for who reads lines: an event is a line.
    private mutating func stepLines(_ index: Int) -> Bool {
        if visitors[index].pageBytes > 0 {
            let before = visitors[index].pageBytes
            guard visitors[index].sendPage() else {
                close(index)
                return false
            }
            let taken = before - visitors[index].pageBytes
            lane.progressed(index, by: taken, now: now)
            share.took(taken, index)
            return taken > 0
        }
        if lane.readers[index].outbox.isEmpty {
            if visitors[index].leaving != nil {
                close(index)
                return false
            }
            switch next(index) {
            case .none(let isNews): return isNews
            case .outbox: break
            case .ring(let at, let count):
                Dispatch.print(lane, at, count, &visitors[index])
                lane.sent(count, at: at, of: count, to: index, now: now)
            }
        }
        Dispatch.print(&lane, index, &visitors[index])
        return true
    }

    private static func print(
        _ lane: borrowing MarketLane, _ at: UInt64, _ count: Int, _ visitor: inout Visitor
    ) {
        lane.read(at: at, count: count) { print($0, &visitor.page) }
    }

    private static func print(_ lane: inout MarketLane, _ index: Int, _ visitor: inout Visitor) {
        lane.readers[index].outbox.empty { span in
            print(span, &visitor.page)
            return span.byteCount
        }
    }

    /// Prints whole events, one a line.
    private static func print(_ span: RawSpan, _ page: inout Printer) {
        span.eachEvent { event in
            page.print(jsonOf: event)
            page.print(byte: 0x0A)
        }
    }

    /// Tells a consumer why it is let go, and closes once that is written, or at once where it takes nothing.
    mutating func dismiss(_ index: Int, _ reason: String) {
        guard visitors[index].leaving == nil else { return }
        visitors[index].leaving = reason
        if !options.isQuiet { complain("dispatch: a consumer is let go: \(reason)") }
        lane.putEnd(index, .stopped, reason, now: now)
        if visitors[index].isFull { close(index) }
    }
}
