import Spools
import Support
import Wire

/// What goes over a connection of the critical lane.
enum LaneMessage {
    case resume(Place)
    case cursor(Place)
    case frame(UInt64)
}

/// A connection: two rows of messages under way. Cut, both are lost.
struct LaneLink {
    var isUp = false
    /// From sender to receiver, and back.
    var there: [LaneMessage] = []
    var back: [LaneMessage] = []

    mutating func cut() { self = LaneLink() }
}

/// A producer with a journal, dispatch with a spool, and a durable consumer: each may be killed at any moment, each connection cut,
/// and whatever is not written down is gone then.
struct LaneWorld: ~Copyable {
    let folder: SpoolFolder
    var dice: Dice
    let options: Spool.Options
    /// The producer's journal, never lost: the number of each report, from 1 on, and where its epochs begin.
    var journal: UInt64 = 0
    var released: UInt64 = 0
    var epochs = [LaneSender.Epoch(7, before: 0, end: 0)]
    var producer = LaneSender()
    var first = LaneLink()
    /// Dispatch: what is in its memory.
    var spool: Spool
    var cursors: Cursors
    var intake = LaneReceiver()
    var output = LaneSender()
    var reader = SpoolReader(from: 1)
    var second = LaneLink()
    var boot: UInt64 = 1
    /// The consumer: what it did, and how much of that is written down together with its place.
    var consumer = LaneReceiver()
    var used: [UInt64] = []
    var usedKept = 0
    var trouble: String?

    static func begin(seed: UInt64) throws -> LaneWorld {
        let folder = try SpoolFolder()
        var options = Spool.Options()
        options.segmentBytesMax = 3000
        let spool = try folder.open(options)
        let cursors = try Cursors("cursors.frames", in: spool.folder)
        return LaneWorld(folder, Dice(seed: seed), options, spool, cursors)
    }

    private init(
        _ folder: SpoolFolder, _ dice: Dice, _ options: Spool.Options, _ spool: consuming Spool,
        _ cursors: consuming Cursors
    ) {
        self.folder = folder
        self.dice = dice
        self.options = options
        self.spool = spool
        self.cursors = cursors
    }

    mutating func step() throws {
        switch dice.number(0...99) {
        case 0..<15: produce()
        case 15..<30: sendFromProducer(dice.number(1...4))
        case 30..<70: try deliver()
        case 70..<78: keepInDispatch()
        case 78..<86: try sendFromDispatch(dice.number(1...4))
        case 86..<92: keepInConsumer()
        case 92: first.cut()
        case 93: second.cut()
        case 94: restartProducer()
        case 95: try restartDispatch()
        case 96: restartConsumer()
        default: connect()
        }
    }

    /// No more trouble: everything arrives.
    mutating func settle() throws {
        for _ in 0..<2000 where used.count < Int(journal) || consumer.kept.position < spool.written {
            connect()
            sendFromProducer(5)
            for _ in 0..<8 { try deliver() }
            keepInDispatch()
            try sendFromDispatch(5)
            keepInConsumer()
        }
    }

    mutating func connect() {
        if !first.isUp {
            first = LaneLink(isUp: true)
            producer = LaneSender()
            first.back.append(.resume(intake.connect()))
        }
        if !second.isUp {
            second = LaneLink(isUp: true)
            output = LaneSender()
            second.back.append(.resume(consumer.connect()))
        }
    }

    mutating func produce() {
        journal += 1
        let last = epochs[epochs.count - 1]
        epochs[epochs.count - 1] = LaneSender.Epoch(last.number, before: last.before, end: journal)
    }

    mutating func restartProducer() {
        first.cut()
        guard dice.oneIn(3) else { return }
        epochs.append(LaneSender.Epoch(epochs[epochs.count - 1].number + 2, before: journal, end: journal))
    }

    mutating func restartConsumer() {
        second.cut()
        used.removeLast(used.count - usedKept)
        consumer = LaneReceiver(had: consumer.kept)
    }
}
