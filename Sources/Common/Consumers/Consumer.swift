import Bytes
import Events
public import Host
import Spools
import Tool
import Units
public import Wire

/// The shell around a consumer of dispatch: it connects, and again when that ends; asks for what is wanted; goes on with what must not be
/// lost where it was; follows the books; and asks its owner, event by event, what to do.
public struct Consumer: ~Copyable {
    let options: ConsumerOptions
    let folder: Folder?
    var cursors: Cursors?
    var receiver: LaneReceiver
    var redialer: Redialer
    var dice = SystemChance()
    var poll: Poll
    var connection: Descriptor?
    var inbox = Inbox(readBytes: Consumer.readBytes)
    var assembly = Assembly()
    var outbox = Outbox(capacity: 1 << 12, limit: 1 << 20)
    var isFull = false
    var intents: UInt64 = 0
    /// What dispatch said when it ended the connection.
    var farewell = ""
    /// Why the connection is to be cut.
    var trouble: String?
    /// What dispatch refused, or that the stream has ended.
    var ending: Failure?
    var isEnded = false
    var hasTold = false
    public var scene = Scene()

    private static let token: UInt64 = 1
    /// All that a socket holds: dispatch writes 192 KiB at once.
    private static let readBytes = 1 << 18
    private static let file = "cursor.frames"

    /// Opens the consumer's folder; nothing is connected yet.
    public static func open(_ options: ConsumerOptions) throws(Failure) -> Consumer {
        let redialer = try Redialer(unix: options.socket)
        let poll = try Poll()
        guard let path = options.state else { return Consumer(options, nil, nil, redialer, poll) }
        guard !options.name.isEmpty else {
            throw Failure(.usage, "a consumer that keeps its place has a name", mend: "give it one")
        }
        let folder = try Folder(at: path)
        let cursors = try Cursors(file, in: folder)
        return Consumer(options, folder, cursors, redialer, poll)
    }

    private init(
        _ options: ConsumerOptions, _ folder: consuming Folder?, _ cursors: consuming Cursors?,
        _ redialer: consuming Redialer, _ poll: consuming Poll
    ) {
        self.options = options
        receiver = LaneReceiver(had: Consumer.place(cursors, options.name))
        self.folder = folder
        self.cursors = cursors
        self.redialer = redialer
        self.poll = poll
    }

    private static func place(_ cursors: borrowing Cursors?, _ name: String) -> Place {
        switch cursors {
        case .some(let cursors): cursors.place(of: name) ?? Place()
        case .none: Place()
        }
    }

    /// Whether it gets what must not be lost.
    var isDurable: Bool {
        switch cursors {
        case .some: true
        case .none: false
        }
    }

    /// Runs until a signal asks to stop, dispatch refuses what is asked, or the stream ends and that is the end.
    ///
    /// `decide` gets each event, all its frames, and the header of the first one. What must not be lost it gets at least once; again only
    /// when this process was killed before it could note that it was done.
    public mutating func run(_ decide: (RawSpan, Header, inout Scene) -> Void) throws(Failure) -> Status {
        while !Interrupts.isStopping, !isEnded {
            try turn(decide)
            if let ending { throw ending }
        }
        return .ok
    }

    private mutating func turn(_ decide: (RawSpan, Header, inout Scene) -> Void) throws(Failure) {
        guard isConnected else { return try dial() }
        try poll.wait(until: nil, now: .zero)
        scene.now = Clock.monotonic()
        let isReadable = poll.ready.contains { $0.isReadable }
        if poll.ready.contains(where: { $0.isWritable }) { isFull = false }
        if isReadable {
            let goesOn = receive()
            drain(decide)
            if let failure = keep() { throw failure }
            if !goesOn {
                trouble = trouble ?? (farewell.isEmpty ? "the connection has ended" : "it has ended: \(farewell)")
            }
        }
        if trouble == nil { send() }
        guard trouble == nil else { return cut() }
        try poll.change(number, token: Consumer.token, outbox.isEmpty ? .read : [.read, .write])
    }

    var isConnected: Bool { number >= 0 }

    private var number: Int32 {
        switch connection {
        case .some(let connection): connection.number
        case .none: -1
        }
    }

    private mutating func dial() throws(Failure) {
        let now = Clock.monotonic()
        let made = redialer.dial(now: now, using: &dice)
        switch consume made {
        case .some(let descriptor): try greet(descriptor)
        case .none:
            if !hasTold, let reason = redialer.reason {
                hasTold = true
                complain("cannot connect to \(options.socket): \(reason); trying again")
            }
            if let underway = redialer.underwayNumber {
                try poll.add(underway, token: Consumer.token, .write)
                try poll.wait(until: nil, now: now)
                poll.remove(underway)
            } else {
                try poll.wait(until: redialer.nextTry, now: now)
            }
        }
    }

    private mutating func greet(_ descriptor: consuming Descriptor) throws(Failure) {
        try poll.add(descriptor.number, token: Consumer.token, [.read, .write])
        connection = consume descriptor
        farewell = ""
        hasTold = false
        scene.connections += 1
        inbox = Inbox(readBytes: Consumer.readBytes)
        assembly = Assembly()
        outbox = Outbox(capacity: 1 << 12, limit: 1 << 20)
        options.greet(&outbox)
        if isDurable { outbox.put(resume: receiver.connect(), of: .order, name: options.name) }
        send()
    }

    private mutating func cut() {
        if !hasTold, let trouble { complain("\(options.socket): \(trouble); connecting again") }
        poll.remove(number)
        connection = nil
        trouble = nil
        isFull = false
        scene.isTrading = false
        scene.voidAll()
        if options.endsWithStream, ending == nil, isEnded { return }
    }
}
