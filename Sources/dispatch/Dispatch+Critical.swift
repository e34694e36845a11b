import Bytes
import Events
import Host
import Lanes
import Spools
import Tool
import Units
import Wire

/// A writer's end of the critical lane.
struct Link: ~Copyable {
    /// Its number in the spool, once it has said who it is.
    var number: Int?
    /// It has just said so: no other connection speaks for it any more.
    var isNew = false
    /// Words on their way to it.
    var words = Outbox(capacity: 512, limit: 64 << 10)
}

/// What a consumer says of the critical lane, and of orders.
enum LaneCall {
    /// From where on, and who.
    case resume(Place, String)
    case kept(Place)
    case intent([UInt8])

    init?(_ frame: RawSpan) {
        let header = Header(frame)
        if header.envelope.kind == .intent {
            self = .intent((0..<frame.byteCount).map { frame.byte($0) })
            return
        }
        guard header.envelope.kind == .resume || header.envelope.kind == .cursor, Layout.defect(in: frame) == nil
        else { return nil }
        let word = LaneWord(frame, header)
        guard word.lane == .order else { return nil }
        self = header.envelope.kind == .resume ? .resume(word.place, String(frame, word.name)) : .kept(word.place)
    }
}

extension Dispatch {
    static func critical(_ options: Options, _ hello: Hello) throws(Failure) -> Slots<CriticalLane> {
        var critical = Slots<CriticalLane>(capacity: 1)
        guard let path = options.spool else { return critical }
        let birth = UInt32(clamping: Clock.wall().count / 1_000_000_000)
        let lane = try CriticalLane.open(at: path, hello: hello, birth: birth, options.spooling)
        if lane.spool.cutBytes > 0, !options.isQuiet {
            complain("dispatch: \(path): \(lane.spool.cutBytes) bytes that were being written are cut off")
        }
        critical.append(lane)
        return critical
    }

    /// Takes a writer's frame where it is the critical lane's; false when it is (also) the market lane's.
    static func takeCritical(
        _ frame: RawSpan, _ critical: inout Slots<CriticalLane>, _ link: inout Link, _ fault: inout Failure?
    ) -> Bool {
        guard !critical.isEmpty else { return false }
        if frame.byte(11) == Kind.cursor.rawValue {
            takeCursor(frame, &critical[0], &link, &fault)
            return true
        }
        let channel = frame.byte(86)
        guard frame.u32(12) & Flags.critical.rawValue != 0, channel != Channel.control.rawValue else { return false }
        switch critical[0].take(frame, from: link.number) {
        // Who has no name sees orders, too, as far as it follows.
        case .taken: return channel != Channel.order.rawValue
        case .full:
            fault = Failure(.tempFail, "the spool is full", mend: "does a consumer not come? control forget NAME")
        case .failed(let text): fault = Failure(.io, text)
        }
        return true
    }

    private static func takeCursor(
        _ frame: RawSpan, _ critical: inout CriticalLane, _ link: inout Link, _ fault: inout Failure?
    ) {
        guard Layout.defect(in: frame) == nil else { return }
        let word = LaneWord(frame, Header(frame))
        guard word.lane == .order else { return }
        if let number = link.number {
            switch critical.take(cursor: word.place, from: number) {
            case .missing(let count): complain("dispatch: a producer has \(count) reports no more that were wanted")
            case .defect(let text): fault = Failure(.data, text)
            case .new, .repeated, .fine: break
            }
            return
        }
        let name = String(frame, word.name)
        guard let found = critical.announce(name) else {
            fault = Failure(.unavailable, "no room for another producer with a lane, or it has no name")
            return
        }
        link.number = found.number
        link.isNew = true
        link.words.put(resume: found.wanted, of: .order, name: name)
    }

    /// Writes what came in this turn, and tells the writers that it is kept.
    mutating func keepCritical() throws(Failure) {
        guard !critical.isEmpty else { return }
        for index in 0..<producers.count where !producers[index].isGone && producers[index].link.isNew {
            producers[index].link.isNew = false
            let number = producers[index].link.number
            for other in 0..<producers.count where other != index && producers[other].link.number == number {
                if !producers[other].isGone { letGo(other) }
            }
        }
        guard critical[0].keep() else {
            return tell(.frames, "nothing critical is taken any more: \(critical[0].spool.failure?.line ?? "")")
        }
        if critical[0].consumers.isEmpty {
            do throws(Failure) { try critical[0].release() } catch { tell(.files, error.line) }
        }
        for index in 0..<producers.count where !producers[index].isGone {
            guard let number = producers[index].link.number else { continue }
            if let place = critical[0].kept(ofProducer: number),
                !producers[index].link.words.put(cursor: place, of: .order, name: "dispatch")
            {
                complain("dispatch: a producer does not hear what is kept; it is let go")
                letGo(index)
                continue
            }
            if try !producers[index].tell() { letGo(index) }
        }
    }

    private mutating func tell(_ part: SpoolPart, _ line: String) {
        if toldSpool.insert(part).inserted { complain("dispatch: \(line)") }
    }

    /// A consumer says from where on it wants what must not be lost, or how far it keeps it.
    mutating func hear(_ index: Int, _ call: LaneCall) throws(Failure) {
        switch call {
        case .intent(let bytes): try order(index, bytes)
        case .resume: break
        case .kept(let place):
            guard let number = visitors[index].durable else { return }
            do throws(Failure) {
                guard try critical[0].keep(place, by: number) else {
                    return dismiss(index, "it keeps what it was never sent")
                }
            } catch {
                // It may get again what it has had, which it knows.
                tell(.cursors, error.line)
            }
        }
    }

    /// A consumer says who it is, and from where on it wants what must not be lost.
    mutating func resume(_ index: Int, from place: Place, as name: String) throws(Failure) {
        guard !critical.isEmpty else { return dismiss(index, "dispatch keeps nothing: it runs without --spool") }
        guard !name.isEmpty, visitors[index].durable == nil else {
            return dismiss(index, "a durable consumer has a name")
        }
        if let why = durableRefusal(index, name) {
            give(Answer(consumer: index, messageId: 0, code: .notPermitted, text: why))
            return dismiss(index, why)
        }
        for other in 0..<visitors.count where !visitors[other].isGone && visitors[other].durable != nil {
            guard visitors[other].name == name else { continue }
            detach(other)
            dismiss(other, "another connection of the same name has come")
        }
        guard let found = critical[0].attach(name, wanting: place) else {
            return dismiss(index, "no room for another durable consumer")
        }
        visitors[index].name = name
        visitors[index].durable = found.number
        lane.makeDurable(index)
        lane.readers[index].outbox.put(cursor: found.start, of: .order, name: name)
        restore(index)
    }

    mutating func detach(_ index: Int) {
        guard let number = visitors[index].durable else { return }
        visitors[index].durable = nil
        critical[0].detach(number)
    }

    /// Puts what comes next of the critical lane into a consumer's outbox; false when there is nothing.
    mutating func serveCritical(_ index: Int) -> Bool {
        guard let number = visitors[index].durable else { return false }
        let wanted = Wanted(name: visitors[index].name, subscriptions: lane.subscriptions(of: index))
        do throws(Failure) {
            return try critical[0].serve(number, into: &lane.readers[index].outbox) { wanted.admits($0) }
        } catch {
            dismiss(index, error.line)
            return false
        }
    }

    /// A consumer is known no more, and what waited for it goes.
    mutating func forget(_ name: String) throws(Failure) -> Bool {
        guard !critical.isEmpty, try critical[0].forget(name) else { return false }
        for other in 0..<visitors.count where !visitors[other].isGone && visitors[other].name == name {
            guard visitors[other].durable != nil else { continue }
            detach(other)
            dismiss(other, "it is forgotten")
        }
        return true
    }
}

/// What a spool writes: frames, how far each has come, and files that go when all have passed them.
enum SpoolPart { case frames, cursors, files }

/// Which of the lane's frames a consumer gets: those that name it or nobody, and those of streams that it has subscribed to.
private struct Wanted {
    let name: String
    let subscriptions: [Subscription]

    func admits(_ frame: RawSpan) -> Bool {
        let header = Header(frame)
        guard Wanted.names(frame, header, other: name) else { return true }
        let (venue, symbol) = (String(frame, header.venue), String(frame, header.symbol))
        return subscriptions.contains { $0.matches(venue: venue, symbol: symbol, header.envelope.channel) }
    }

    /// Whether a report names another consumer.
    private static func names(_ frame: RawSpan, _ header: Header, other name: String) -> Bool {
        guard header.envelope.kind == .execReport else { return false }
        let count = Int(Payload(header).u16(frame, 80))
        guard count > 0, header.variable + count <= header.end else { return false }
        return String(frame, header.variable..<(header.variable + count)) != name
    }
}
