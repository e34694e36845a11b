import Bytes
public import Events
public import Host
public import Wire

/// What must not be lost, from many producers through one spool to many durable consumers.
///
///     producer ─▶ LaneReceiver ─▶ Spool ─▶ SpoolReader ─▶ LaneSender ─▶ consumer
///         ◀─ kept ─┘                └─ Cursors: how far each consumer has come ◀─ kept ─┘
///
/// Connections belong to the tool around it. What was taken in a turn is kept by `keep`, once for all producers.
public struct CriticalLane: ~Copyable {
    /// A durable consumer that is connected.
    struct Output: ~Copyable {
        let name: String
        var sender = LaneSender()
        var reader = SpoolReader(from: 1)
        var isOpen = true
    }

    public enum Verdict: Equatable, Sendable {
        /// Taken, or had before.
        case taken
        /// The spool is at its bound: its producer has to wait.
        case full
        /// The producer does not keep to the lane, or the spool cannot be written.
        case failed(String)
    }

    /// Bytes that are lent to a consumer's outbox at once.
    private static let batchBytes = 1 << 16
    private static let file = "cursors.frames"

    public var spool: Spool
    var cursors: Cursors
    /// By the spool's number of a producer.
    private var intakes: [LaneReceiver] = []
    private var outputs = Slots<Output>()

    public static func open(
        at path: String, hello: Hello, birth: UInt32, _ options: Spool.Options
    ) throws(Failure) -> CriticalLane {
        let spool = try Spool.open(at: path, hello: hello, birth: birth, options)
        let cursors = try Cursors(file, in: spool.folder)
        return CriticalLane(spool, cursors)
    }

    private init(_ spool: consuming Spool, _ cursors: consuming Cursors) {
        self.spool = spool
        self.cursors = cursors
    }

    /// A producer says who it is, on a new connection: its number, and the first frame that is wanted; nil when there is no room.
    public mutating func announce(_ name: String) -> (number: Int, wanted: Place)? {
        guard let number = spool.producer(named: name) else { return nil }
        while intakes.count <= number {
            intakes.append(LaneReceiver(had: spool.place(ofProducer: intakes.count)))
        }
        return (number, intakes[number].connect())
    }

    /// A producer says where it stands.
    public mutating func take(cursor place: Place, from number: Int) -> LaneReceiver.Verdict {
        let verdict = intakes[number].take(place)
        if spool.placeAppended(ofProducer: number) != intakes[number].had {
            spool.move(producer: number, to: intakes[number].had)
        }
        return verdict
    }

    /// Takes a frame of a producer; of nobody's where it comes by a pipe.
    public mutating func take(_ frame: RawSpan, from number: Int?) -> Verdict {
        guard spool.failure == nil else { return .failed(spool.failure?.line ?? "") }
        var intake = number.map { intakes[$0] }
        switch intake?.takeFrame() ?? .new {
        case .repeated:
            if let number, let intake { intakes[number] = intake }
            return .taken
        case .defect(let text): return .failed(text)
        default: break
        }
        switch spool.append(frame, from: number) {
        case .taken:
            if let number, let intake { intakes[number] = intake }
            return .taken
        case .full: return .full
        case .unfit: return .failed("an event of the lane is one frame")
        case .failed: return .failed(spool.failure?.line ?? "")
        }
    }

    /// Writes what was taken; false when that fails.
    public mutating func keep() -> Bool { spool.flush() }

    /// How far what a producer sent is kept; nil when it was told so already.
    public mutating func kept(ofProducer number: Int) -> Place? {
        guard intakes[number].had == spool.place(ofProducer: number) else { return nil }
        return intakes[number].keep()
    }

    /// A durable consumer has connected and says what it wants: its number, and where it begins. Nil when that cannot be noted.
    public mutating func attach(_ name: String, wanting wanted: Place) -> (number: Int, start: Place)? {
        var output = Output(name: name)
        // The word of a consumer that was there before counts, but never brings back what it has said that it has.
        guard let start = output.sender.begin(wanted, spool.epochs) else { return nil }
        if cursors.place(of: name) == nil, !cursors.set(name, to: start, in: spool.folder) { return nil }
        output.reader = SpoolReader(from: start.position + 1)
        for index in 0..<outputs.count where !outputs[index].isOpen {
            outputs[index] = consume output
            return (index, start)
        }
        outputs.append(output)
        return (outputs.count - 1, start)
    }

    /// Its connection has ended.
    public mutating func detach(_ number: Int) { outputs[number].isOpen = false }

    /// Puts what comes next for a consumer into its outbox: whole frames that `wants` lets through, and how far that is. False when there
    /// was nothing.
    public mutating func serve(
        _ number: Int, into outbox: inout Outbox, _ wants: (RawSpan) -> Bool
    ) throws(Failure) -> Bool {
        let before = outbox.byteCount
        try CriticalLane.serve(&outputs[number], spool, &outbox, wants)
        return outbox.byteCount > before
    }

    private static func serve(
        _ output: inout Output, _ spool: borrowing Spool, _ outbox: inout Outbox, _ wants: (RawSpan) -> Bool
    ) throws(Failure) {
        var sender = output.sender
        let name = output.name
        _ = try output.reader.read(spool) { frame, position in
            let place = Place(epoch: spool.epoch(of: position), position: position)
            guard wants(frame) else {
                sender.skip(place)
                return true
            }
            if let cursor = sender.send(place) { outbox.put(cursor: cursor, of: .order, name: name) }
            outbox.put(whole: frame)
            return outbox.byteCount < batchBytes
        }
        if let mark = sender.mark() {
            outbox.put(cursor: mark, of: .order, isSynced: output.reader.isDone(spool), name: name)
        }
        output.sender = sender
    }

    /// A consumer keeps all up to here: what everyone keeps is removed. False when it was never sent so much.
    public mutating func keep(_ place: Place, by number: Int) throws(Failure) -> Bool {
        guard outputs[number].sender.keep(place) else { return false }
        let name = outputs[number].name
        if let known = cursors.place(of: name), known >= place { return true }
        if !cursors.set(name, to: place, in: spool.folder), let failure = cursors.failure { throw failure }
        try release()
        return true
    }

    /// Ends a consumer: nothing is kept for it any more. False when there is none of this name.
    public mutating func forget(_ name: String) throws(Failure) -> Bool {
        guard cursors.forget(name, in: spool.folder) else { return false }
        try release()
        return true
    }

    /// Names of the durable consumers.
    public var consumers: [String] { cursors.names }

    /// Bytes of the files in which something waits for a consumer.
    public func byteCount(waitingFor name: String) -> Int {
        cursors.place(of: name).map { spool.byteCount(behind: passed($0)) } ?? 0
    }

    /// Removes what all have; where there is no consumer, all.
    public mutating func release() throws(Failure) {
        var least = spool.written
        for name in cursors.names { if let place = cursors.place(of: name) { least = min(least, passed(place)) } }
        try spool.release(through: least)
    }

    /// How many frames of the spool a place is behind of.
    private func passed(_ place: Place) -> UInt64 {
        var sender = LaneSender()
        return sender.begin(place.next, spool.epochs)?.position ?? 0
    }
}
