import Bytes
import Edges
import Events
import Flow
import Host
import Lanes
import Spools
import Tool
import Units
import Wire

extension Dispatch {
    /// Writers at once, at most; others are turned away.
    static let producersMax = 256

    /// Lets a writer in: its number.
    @discardableResult
    mutating func admit(_ input: consuming FrameInput, isVisitor: Bool) -> Int {
        let producer = Producer(input, source: lane.beginSource(), isVisitor: isVisitor)
        for index in 0..<producers.count where producers[index].isGone {
            producers[index] = consume producer
            return index
        }
        producers.append(producer)
        return producers.count - 1
    }

    mutating func acceptProducers() throws(Failure) {
        while true {
            guard let made = Dispatch.accept(&door) else { return }
            var count = 0
            for index in 0..<producers.count where !producers[index].isGone { count += 1 }
            guard count < Dispatch.producersMax else { continue }
            admit(FrameInput(made, "a producer", .socket, payloads: .none), isVisitor: true)
        }
    }

    private static func accept(_ door: inout Listener?) -> Descriptor? {
        guard var listener = door.take() else { return nil }
        let made = listener.accept()
        door = consume listener
        return made
    }

    /// Watches writers as long as they may write.
    mutating func watchProducers() throws(Failure) {
        for index in 0..<producers.count where !producers[index].isGone && !producers[index].isFile {
            let isWanted = mayRead(index)
            guard producers[index].isWatched != isWanted else { continue }
            producers[index].isWatched = isWanted
            producers[index].isWatchedForRoom = false
            if isWanted {
                try poll.add(producers[index].number, token: Token.producers + UInt64(index), .read)
            } else {
                poll.remove(producers[index].number)
            }
        }
    }

    /// Whether there is a regular file to go on with.
    var hasFileToRead: Bool {
        guard mayRead else { return false }
        for index in 0..<producers.count where !producers[index].isGone && producers[index].isFile { return true }
        return false
    }

    mutating func readFiles() throws(Failure) {
        for index in 0..<producers.count where !producers[index].isGone && producers[index].isFile { try read(index) }
    }

    /// Reads once from a writer, and takes all whole events.
    mutating func read(_ index: Int) throws(Failure) {
        guard index < producers.count, !producers[index].isGone, mayRead(index) else { return }
        let goesOn = try producers[index].read()
        take(index)
        var why = failure ?? producers[index].input.defectFailure
        failure = nil
        if why == nil, !goesOn { why = producers[index].input.cutFailure }
        if let why {
            guard producers[index].isVisitor else { throw why }
            complain("dispatch: \(why.line)")
        }
        if why != nil || !goesOn { letGo(index) }
    }

    mutating func letGo(_ index: Int) {
        if producers[index].isGateway { loseGateway(of: index) }
        if producers[index].isWatched { poll.remove(producers[index].number) }
        let source = producers[index].source
        producers[index].input.close()
        producers[index].isWatched = false
        // At the end of all input nothing is said of books: a recording ends so.
        if producers[index].isVisitor { lane.leave(source, now: now) } else { lane.endSource(source) }
    }

    /// Takes the whole events that a writer's inbox holds; `failure` says what they must not be.
    private mutating func take(_ index: Int) {
        didWork = true
        while true {
            let isGreeted = Dispatch.drain(
                &producers[index], &lane, &critical, &now, options.takesTimeFromFrames, &failure)
            // What a writer says of its clock is told before what follows.
            guard isGreeted, let origin = producers[index].input.origin else { return }
            adopt(origin)
        }
    }

    /// Takes events up to the next `hello`; whether there was one.
    private static func drain(
        _ producer: inout Producer, _ lane: inout MarketLane, _ critical: inout Slots<CriticalLane>,
        _ now: inout Nanos, _ usesFrames: Bool, _ fault: inout Failure?
    ) -> Bool {
        drain(
            &producer.input, &producer.link, &producer.source, &lane, &critical, &now, usesFrames, &fault)
    }

    /// Field by field: they are changed while the input is lent.
    @inline(__always)
    private static func drain(
        _ input: inout FrameInput, _ link: inout Link, _ source: inout Int, _ lane: inout MarketLane,
        _ critical: inout Slots<CriticalLane>, _ now: inout Nanos, _ usesFrames: Bool, _ fault: inout Failure?
    ) -> Bool {
        var isGreeted = false
        let name = input.name
        input.drain { piece, event, header in
            guard case .event = piece else { return true }
            if header.envelope.kind == .hello {
                isGreeted = true
                source = lane.beginSource(after: source)
                return false
            }
            if Dispatch.takeCritical(event, &critical, &link, &fault) { return fault == nil }
            if usesFrames { Dispatch.advance(&lane, &now, to: header.envelope.received) }
            guard case .defect(let field) = lane.take(event, from: source, now: now) else { return true }
            fault = Failure(.data, "\(name): \(field) of a \(header.envelope.kind.name ?? "frame") is out of range")
            return false
        }
        return isGreeted
    }

    /// Time goes on to that of the next frame; what was due before happens before.
    private static func advance(_ lane: inout MarketLane, _ now: inout Nanos, to time: Nanos) {
        guard time > now else { return }
        while let deadline = lane.deadline, deadline <= time {
            now = max(now, deadline)
            lane.tick(now: now)
        }
        now = time
    }

    /// A writer says whose time its frames bear: consumers are told where that is another one. Our own boot's clock stays as we told it.
    private mutating func adopt(_ origin: TimeOrigin) {
        let isSame =
            origin.timeBase == hello.timeBase && origin.boot == hello.boot
            && abs((origin.wallOffset - hello.wallOffset).count) < 1_000_000_000
        let isOwn =
            !options.takesTimeFromFrames && origin.timeBase == .monotonic && origin.boot == hello.boot
            && hello.timeBase == .monotonic
        guard !isSame, !isOwn else { return }
        hello.timeBase = origin.timeBase
        hello.boot = origin.boot
        hello.wallOffset = origin.wallOffset
        if origin.timeBase == .recorded {
            hello.build = ""
            hello.host = ""
        }
        var page = Outbox(capacity: 512)
        page.put(hello, Envelope(kind: .hello, channel: .control))
        page.read { lane.tellAll($0) }
    }
}
