import Bytes
public import Host
public import Units
public import Wire

/// Where frames go without ever making their writer wait: standard output, or a Unix socket that is connected to again and again.
///
/// A regular file is written at once: it takes as long as the disk does.
public struct Outlet: ~Copyable {
    private enum Way { case waiting, pipe, socket }

    private let way: Way
    /// Whether there may be another reader after this one.
    private let redials: Bool
    /// Whether it can be told when there is no reader any more: of a pipe or a socket, not of a file.
    private let hasReader: Bool
    private var descriptor: Descriptor?
    private var dialer: Redialer?
    public let name: String
    /// Whether it took less than it was given the last time.
    public private(set) var isFull = false
    private var watchedBefore: (number: Int32, interest: Poll.Interest)?
    private var chance = SystemChance()

    /// Standard output, or the Unix socket at `path`.
    ///
    /// - Parameter blocks: whether standard output's reader is waited for.
    public init(to path: String? = nil, blocks: Bool = false) throws(Failure) {
        if let path {
            let dialer = try Redialer(unix: path)
            self.init(path, .socket, redials: true, hasReader: true, nil, dialer)
            return
        }
        let output = Descriptor.standardOutput
        guard !output.isTerminal() else {
            throw Failure(.usage, "frames are not for a terminal", mend: "pipe them: … | tap")
        }
        if !blocks, output.isPipe() {
            // A file description of its own: whoever shares the pipe's keeps it as it is.
            let own = try output.reopenToWrite()
            self.init("standard output", .pipe, redials: false, hasReader: true, own, nil)
        } else {
            let isSocket = output.isSocket()
            let way = !blocks && isSocket ? Way.socket : .waiting
            let hasReader = isSocket || output.isPipe()
            self.init("standard output", way, redials: false, hasReader: hasReader, output, nil)
        }
    }

    private init(
        _ name: String, _ way: Way, redials: Bool, hasReader: Bool, _ descriptor: consuming Descriptor?,
        _ dialer: consuming Redialer?
    ) {
        self.name = name
        self.way = way
        self.descriptor = descriptor
        self.redials = redials
        self.hasReader = hasReader
        self.dialer = dialer
    }

    public var isAway: Bool {
        switch descriptor {
        case .some: false
        case .none: true
        }
    }

    /// What is to be watched, and for what; nil: nothing. While there is nothing to wait for, a pipe or a socket is watched for its
    /// reader's end: a market may be silent for long. A socket whose reader only says no more is one that still reads.
    private var watched: (number: Int32, interest: Poll.Interest)? {
        switch descriptor {
        case .some(let descriptor):
            if isFull { return (descriptor.number, .write) }
            return hasReader ? (descriptor.number, []) : nil
        case .none: break
        }
        switch dialer {
        case .some(let dialer): return dialer.underwayNumber.map { ($0, .write) }
        case .none: return nil
        }
    }

    /// When the next attempt to connect is due; nil: not by time.
    public var deadline: Nanos? {
        guard isAway else { return nil }
        switch dialer {
        case .some(let dialer): return dialer.underwayNumber == nil ? dialer.nextTry : nil
        case .none: return nil
        }
    }

    /// Tries to connect where that is due. True when a reader is there who was not before.
    public mutating func connect(now: Nanos) -> Bool {
        guard isAway else { return false }
        guard let made = dialer?.dial(now: now, using: &chance) else { return false }
        descriptor = consume made
        isFull = false
        return true
    }

    /// The reader is gone, as the poll tells. Throws where nobody can come back.
    public mutating func leave(_ reason: String = "its reader is gone") throws(Failure) {
        guard redials else { throw Failure(.io, "cannot write to \(name): \(reason)") }
        descriptor = nil
        // Closed, and its number perhaps another's soon.
        watchedBefore = nil
    }

    /// Has the poll watch what is to be watched now, under `token`. That it is hung up means that the reader is gone: `leave`.
    public mutating func watch(on poll: inout Poll, token: UInt64) throws(Failure) {
        let wanted = watched
        if wanted?.number == watchedBefore?.number {
            guard let wanted, wanted.interest != watchedBefore?.interest else { return }
            try poll.change(wanted.number, token: token, wanted.interest)
        } else {
            if let watchedBefore { poll.remove(watchedBefore.number) }
            if let wanted { try poll.add(wanted.number, token: token, wanted.interest) }
        }
        watchedBefore = wanted
    }

    /// Writes as much as it takes now. False when a socket's reader is gone: the rest of the frame that it had begun is of no use to
    /// the next one. Throws where nobody can come back.
    public mutating func write(_ outbox: inout Outbox, chunk: Int) throws(Failure) -> Bool {
        isFull = false
        while !outbox.isEmpty, !isFull {
            var isGone: String?
            try outbox.empty { span throws(Failure) in
                let part = span.extracting(0..<min(span.byteCount, chunk))
                switch give(part) {
                case .count(let count): return count
                case .again: isFull = true
                case .closed: isGone = "its reader is gone"
                case .failed(let reason): isGone = reason
                }
                return 0
            }
            guard let reason = isGone else { continue }
            try leave(reason)
            return false
        }
        return true
    }

    /// Waits until there is room, so long at most.
    public borrowing func waitForRoom(milliseconds: Int32) -> Bool {
        switch descriptor {
        case .some(let descriptor): return descriptor.waitToWrite(milliseconds: milliseconds)
        case .none: return false
        }
    }

    private borrowing func give(_ span: RawSpan) -> Transfer {
        switch descriptor {
        case .some(let descriptor):
            switch way {
            case .pipe: return descriptor.writeNow(span)
            case .socket: return descriptor.send(span)
            case .waiting: return Outlet.wait(descriptor, span)
            }
        case .none: return .again
        }
    }

    /// Writes however long it takes.
    private static func wait(_ descriptor: borrowing Descriptor, _ span: RawSpan) -> Transfer {
        while true {
            let result = descriptor.writeNow(span)
            guard result == .again else { return result }
            // Somebody else made this description non-blocking.
            _ = descriptor.waitToWrite(milliseconds: 1000)
        }
    }
}
