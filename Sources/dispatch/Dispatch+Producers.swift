import Bytes
import Events
import Host
import Lanes
import Spools
import Tool
import Units
import Wire

extension Dispatch {
    /// Writers at once, at most; others are turned away.
    static let producersMax = 256

    mutating func admit(_ descriptor: consuming Descriptor, _ name: String, isSocket: Bool) throws(Failure) {
        let producer = Producer(descriptor, source: lane.beginSource(), name, isSocket: isSocket)
        for index in 0..<producers.count where producers[index].isGone {
            producers[index] = consume producer
            return
        }
        producers.append(producer)
    }

    mutating func acceptProducers() throws(Failure) {
        while true {
            guard let made = Dispatch.accept(&door) else { return }
            var count = 0
            for index in 0..<producers.count where !producers[index].isGone { count += 1 }
            guard count < Dispatch.producersMax else { continue }
            try admit(made, "a producer", isSocket: true)
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
        let isWanted = mayRead
        for index in 0..<producers.count where !producers[index].isGone && !producers[index].isFile {
            guard producers[index].isWatched != isWanted else { continue }
            producers[index].isWatched = isWanted
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
        guard index < producers.count, !producers[index].isGone, mayRead else { return }
        let goesOn = try producers[index].read()
        let defect = take(index)
        if let failure {
            self.failure = nil
            guard producers[index].isSocket else { throw failure }
            complain("dispatch: \(producers[index].name): \(failure.line)")
            return letGo(index)
        }
        if let defect {
            let what = "\(producers[index].name), byte \(producers[index].inbox.offset): \(defect.text)"
            guard producers[index].isSocket else {
                throw Failure(defect.isVersion ? .protocolVersion : .data, what)
            }
            complain("dispatch: \(what); it is let go")
            return letGo(index)
        }
        guard !goesOn else { return }
        let isCut = producers[index].inbox.holdsPartialFrame || producers[index].assembly.isOpen
        if isCut, !producers[index].isSocket {
            throw Failure(.io, "\(producers[index].name) ended inside an event", mend: "was its writer killed?")
        }
        if isCut { complain("dispatch: a producer ended inside an event") }
        letGo(index)
    }

    mutating func letGo(_ index: Int) {
        if producers[index].isWatched { poll.remove(producers[index].number) }
        let source = producers[index].source
        let isInput = !producers[index].isSocket
        producers[index].descriptor = nil
        producers[index].isWatched = false
        lane.endSource(source)
        // At the end of all input nothing is said of books: a recording ends so.
        if !isInput { lane.voidBooks(of: source, now: now) }
    }

    /// Takes the whole events that a writer's inbox holds.
    private mutating func take(_ index: Int) -> Frame.Defect? {
        var fault: Failure?
        let usesFrames = options.takesTimeFromFrames
        var defect: Frame.Defect?
        var greeting: Hello?
        didWork = true
        repeat {
            greeting = nil
            defect = Dispatch.drain(&producers[index], &lane, &critical, &now, usesFrames, &fault, &greeting)
            // What a writer says of its clock is told before what follows.
            if let greeting { adopt(greeting) }
        } while greeting != nil
        failure = fault
        return defect
    }

    private static func drain(
        _ producer: inout Producer, _ lane: inout MarketLane, _ critical: inout Slots<CriticalLane>,
        _ now: inout Nanos, _ usesFrames: Bool,
        _ fault: inout Failure?, _ greeting: inout Hello?
    ) -> Frame.Defect? {
        var assembly = Assembly()
        swap(&assembly, &producer.assembly)
        var link = Link()
        swap(&link, &producer.link)
        var source = producer.source
        let defect = producer.inbox.drain { frame in
            let kind = frame.byte(11)
            if kind == Kind.hello.rawValue, let hello = Hello(frame) {
                greeting = hello
                lane.endSource(source)
                source = lane.beginSource()
                return false
            }
            if Dispatch.takeCritical(frame, &critical, &link, &fault) { return fault == nil }
            if usesFrames { Dispatch.advance(&lane, &now, to: Nanos(frame.i64(48))) }
            let verdict: MarketLane.Verdict
            switch frame.u16(82) == 1 && !assembly.isOpen ? .single : assembly.take(frame) {
            case .single: verdict = lane.take(frame, from: source, now: now)
            case .complete: verdict = assembly.read { lane.take($0, from: source, now: now) }
            case .more, .stray: return true
            }
            guard case .defect(let field) = verdict else { return true }
            fault = Failure(.data, "\(field) of a \(Kind(rawValue: kind).name ?? "frame") is out of range")
            return false
        }
        producer.source = source
        swap(&assembly, &producer.assembly)
        swap(&link, &producer.link)
        return defect
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

    /// A writer says whose time its frames bear: consumers are told where that is another one.
    private mutating func adopt(_ other: Hello) {
        let isSame =
            other.timeBase == hello.timeBase && other.boot == hello.boot
            && abs((other.wallOffset - hello.wallOffset).count) < 1_000_000_000
        guard !isSame else { return }
        let isOwn =
            !options.takesTimeFromFrames && other.timeBase == .monotonic && other.boot == hello.boot
            && hello.timeBase == .monotonic
        guard !isOwn else { return }
        hello.timeBase = other.timeBase
        hello.boot = other.boot
        hello.wallOffset = other.wallOffset
        if other.timeBase == .recorded {
            hello.build = ""
            hello.host = ""
        }
        var page = Outbox(capacity: 512)
        page.put(hello, Envelope(kind: .hello, channel: .control))
        page.read { lane.tellAll($0) }
    }
}

extension Hello {
    /// The clock of a hello's frame; nil where its payload is not what it should be.
    init?(_ frame: RawSpan) {
        guard Layout.defect(in: frame) == nil else { return nil }
        let payload = Payload(Header(frame))
        self.init(
            producer: "", boot: (payload.u64(frame, 8), payload.u64(frame, 16)),
            timeBase: TimeBase(rawValue: payload.u8(frame, 26)) ?? .monotonic,
            wallOffset: Nanos(payload.i64(frame, 0)))
    }
}

extension Frame.Defect {
    var isVersion: Bool {
        switch self {
        case .magic, .version: true
        default: false
        }
    }
}
