import Spools
import Support
import Wire

extension LaneWorld {
    mutating func sendFromProducer(_ count: Int) {
        for _ in 0..<count {
            guard first.isUp, let sent = producer.sent, sent.position < journal else { break }
            let position = sent.position + 1
            guard position > released else {
                trouble = "a frame was released too early"
                return
            }
            let epoch = epochs.last { $0.before < position }?.number ?? 0
            if let cursor = producer.send(Place(epoch: epoch, position: position)) {
                first.there.append(.cursor(cursor))
            }
            first.there.append(.frame(position))
        }
        if let mark = producer.mark() { first.there.append(.cursor(mark)) }
    }

    mutating func sendFromDispatch(_ count: Int) throws {
        guard second.isUp, output.sent != nil else { return }
        var left = count
        var messages: [LaneMessage] = []
        _ = try reader.read(spool) { frame, position in
            let epoch = spool.epochs.last { $0.before < position }?.number ?? 0
            if let cursor = output.send(Place(epoch: epoch, position: position)) { messages.append(.cursor(cursor)) }
            messages.append(.frame(number(frame)))
            left -= 1
            return left > 0
        }
        second.there += messages
        if let mark = output.mark() { second.there.append(.cursor(mark)) }
    }

    mutating func deliver() throws {
        switch dice.number(0...3) {
        case 0 where !first.there.isEmpty: takeInDispatch(first.there.removeFirst())
        case 1 where !first.back.isEmpty: hearInProducer(first.back.removeFirst())
        case 2 where !second.there.isEmpty: takeInConsumer(second.there.removeFirst())
        case 3 where !second.back.isEmpty: try hearInDispatch(second.back.removeFirst())
        default: break
        }
    }

    private mutating func hearInProducer(_ message: LaneMessage) {
        switch message {
        case .resume(let wanted):
            if let start = producer.begin(wanted, epochs) { first.there.append(.cursor(start)) }
        case .cursor(let place):
            if !producer.keep(place) { trouble = "dispatch keeps what was not sent" }
            released = max(released, place.position)
        case .frame: break
        }
    }

    private mutating func takeInDispatch(_ message: LaneMessage) {
        guard let source = spool.producer(named: "orders") else { return }
        switch message {
        case .resume: break
        case .cursor(let place):
            judge(intake.take(place))
            if spool.placeAppended(ofProducer: source) != intake.had { spool.move(producer: source, to: intake.had) }
        case .frame(let position):
            let verdict = intake.takeFrame()
            judge(verdict)
            guard verdict == .new else { return }
            if spool.append(report(position), from: source) != .taken { trouble = "the spool does not take a frame" }
        }
    }

    mutating func keepInDispatch() {
        guard spool.flush() else {
            trouble = "the spool cannot be written"
            return
        }
        if let kept = intake.keep(), first.isUp { first.back.append(.cursor(kept)) }
    }

    private mutating func hearInDispatch(_ message: LaneMessage) throws {
        switch message {
        case .resume(let wanted):
            guard let start = output.begin(wanted, spool.epochs) else { return }
            reader = SpoolReader(from: start.position + 1)
            if cursors.place(of: "grid") == nil, !cursors.set("grid", to: start, in: spool.folder) {
                trouble = "cursors"
            }
            second.there.append(.cursor(start))
        case .cursor(let place):
            if !output.keep(place) { trouble = "the consumer keeps what was not sent" }
            if !cursors.set("grid", to: place, in: spool.folder) { trouble = "cursors" }
            try spool.release(through: cursors.least?.position ?? 0)
        case .frame: break
        }
    }

    private mutating func takeInConsumer(_ message: LaneMessage) {
        switch message {
        case .resume: break
        case .cursor(let place): judge(consumer.take(place))
        case .frame(let position):
            let verdict = consumer.takeFrame()
            judge(verdict)
            if verdict == .new { used.append(position) }
        }
    }

    mutating func keepInConsumer() {
        usedKept = used.count
        if let kept = consumer.keep(), second.isUp { second.back.append(.cursor(kept)) }
    }

    private mutating func judge(_ verdict: LaneReceiver.Verdict) {
        switch verdict {
        case .missing, .defect: trouble = "\(verdict)"
        case .new, .repeated, .fine: break
        }
    }

    /// Killed: what was appended and not written is gone. Now and then the machine starts anew, too.
    mutating func restartDispatch() throws {
        first.cut()
        second.cut()
        if dice.oneIn(4) { boot += 1 }
        let (folder, boot, options) = (folder, boot, options)
        spool = try Self.reopen(&spool, folder, boot, options)
        cursors = try Cursors("cursors.frames", in: spool.folder)
        intake = LaneReceiver(had: spool.producer(named: "orders").map { spool.place(ofProducer: $0) } ?? Place())
        output = LaneSender()
    }

    /// The old one has to be gone before the folder can be opened again.
    private static func reopen(
        _ spool: inout Spool, _ folder: SpoolFolder, _ boot: UInt64, _ options: Spool.Options
    ) throws -> Spool {
        let spare = try SpoolFolder()
        spool = try spare.open()
        defer { spare.remove() }
        return try folder.open(boot: boot, options)
    }
}
