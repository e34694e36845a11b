import Bytes
import Events
public import Flow
public import Host
public import Units
public import Wire

/// One place that frames come from: read as they come, and lent as whole events.
///
/// Holds what `Inbox` and `Assembly` hold: a frame that is not whole, and an event of which parts are missing.
public struct FrameInput: ~Copyable {
    /// How it is read.
    public enum Way: Sendable {
        /// Whoever reads waits: files, terminals, and what is read alone.
        case waiting
        /// A pipe under a description of its own that does not block.
        case pipe
        case socket
    }

    /// What `drain` lends.
    public enum Piece: Equatable, Sendable {
        /// An event: its frame, or all its parts one after the other. `at`: where in the input its last frame begins.
        case event(at: UInt64)
        /// So many frames of an event of which others are missing; lent is the one that showed it.
        case lost(frames: UInt64, at: UInt64)
    }

    /// The name of it in messages.
    public let name: String
    private var descriptor: Descriptor?
    private let way: Way
    /// Whether the last read took all that was there: another one would find nothing.
    private(set) var isDrained = false
    @usableFromInline var inbox = Inbox()
    @usableFromInline var reader: EventReader

    /// Bytes of a pipe that does not block, and of a read from it: with the 64 KiB of other pipes its writer and whoever reads behind us
    /// are woken four times as often. All inputs that there may be at once take no more than a user has for pipes, 64 MiB.
    private static let pipeBytes = 1 << 18

    /// - Parameter payloads: kinds whose payloads are checked, as somebody looks into them.
    public init(_ descriptor: consuming Descriptor, _ name: String, _ way: Way = .waiting, payloads: KindSet = .all) {
        if case .pipe = way {
            descriptor.widenPipe(to: Int32(FrameInput.pipeBytes))
            inbox = Inbox(readBytes: FrameInput.pipeBytes)
        }
        self.descriptor = consume descriptor
        self.name = name
        self.way = way
        reader = EventReader(payloads: payloads)
    }

    /// Opens an endpoint so that nobody has to wait for it: a pipe does not block, a FIFO needs no writer yet.
    public static func open(_ endpoint: Endpoint, payloads: KindSet) throws(Failure) -> FrameInput {
        let descriptor = try endpoint.openToRead(atOnce: true)
        if descriptor.isSocket() { return FrameInput(descriptor, endpoint.name, .socket, payloads: payloads) }
        // A pipe's description may be shared with others, which would not expect it to stop blocking.
        if descriptor.isPipe(), let own = descriptor.reopenToRead() {
            return FrameInput(own, endpoint.name, .pipe, payloads: payloads)
        }
        return FrameInput(descriptor, endpoint.name, .waiting, payloads: payloads)
    }

    /// To be watched; nil once it is closed.
    public var number: Int32? {
        switch descriptor {
        case .some(let descriptor): descriptor.number
        case .none: nil
        }
    }

    public var isOver: Bool { number == nil }

    /// Whether a poll can tell when there is something: a file always has something, or its end.
    public var isWatchable: Bool {
        switch descriptor {
        case .some(let descriptor): way != .waiting || descriptor.isPipe() || descriptor.isSocket()
        case .none: false
        }
    }

    /// Whether it may be read until there is nothing.
    public var isEager: Bool { way != .waiting }

    /// As the last `hello` says; nil before the first.
    public var origin: TimeOrigin? { reader.origin }
    /// Whether its last frame was the one that a writer ends with.
    public var hasEnded: Bool { reader.hasEnded }
    /// Frames that were whole and good.
    public var frames: UInt64 { reader.frames }
    /// Frames of an event that is not complete.
    public var framesHeld: UInt64 { reader.framesHeld }
    /// Whether bytes that are no frame were found; nothing is lent from there on.
    public var isDefective: Bool { reader.defect != nil }

    /// Where received times are to be told by the wall clock: what to add.
    public var wallOffset: Nanos { origin?.wallOffset ?? .zero }

    /// Begins at `offset` of a file, where this `hello`'s offset governs.
    public mutating func start(at offset: Int, wallOffset: Nanos) throws(Failure) {
        switch descriptor {
        case .some(let descriptor): try descriptor.seek(to: offset, name)
        case .none: return
        }
        reader.base = UInt64(offset)
        reader.origin = TimeOrigin(.monotonic, wallOffset: wallOffset)
    }

    /// Lends the open descriptor.
    public func withDescriptor<R>(_ body: (borrowing Descriptor) throws(Failure) -> R) throws(Failure) -> R? {
        switch descriptor {
        case .some(let descriptor): try body(descriptor)
        case .none: nil
        }
    }

    /// Reads what is there; what has no bytes yet is waited for where the way is so, and is `again` elsewhere or when a signal asks to
    /// stop. `tee` sees the bytes.
    public mutating func fill(_ tee: (RawSpan) throws(Failure) -> Void = { _ in }) throws(Failure) -> Transfer {
        switch descriptor {
        case .some(let descriptor): return try FrameInput.fill(&inbox, descriptor, way, name, &isDrained, tee)
        case .none: return .closed
        }
    }

    private static func fill(
        _ inbox: inout Inbox, _ descriptor: borrowing Descriptor, _ way: Way, _ name: String,
        _ isDrained: inout Bool, _ tee: (RawSpan) throws(Failure) -> Void
    ) throws(Failure) -> Transfer {
        var result = Transfer.again
        _ = try inbox.fill { (span) throws(Failure) -> Int? in
            switch way {
            case .waiting:
                result = try descriptor.read(into: &span, name).map { $0 > 0 ? .count($0) : .closed } ?? .again
            case .pipe: result = descriptor.readNow(into: &span)
            case .socket: result = descriptor.receive(into: &span)
            }
            guard case .count(let count) = result else { return nil }
            isDrained = count < span.byteCount
            try tee(span.bytes.extracting(0..<count))
            return count
        }
        return result
    }

    /// Ends it: nothing more is read.
    public mutating func close() { descriptor = nil }

    /// Forgets what is held, as nobody will ask for it.
    public mutating func discard() { inbox.discard() }

    /// Lends the events that are there, in order, until `body` returns false; stops at bytes that are no frame.
    @inlinable @inline(__always)
    public mutating func drain(_ body: (Piece, RawSpan, Header) -> Bool) { reader.drain(&inbox, body) }

    /// Why the input is no stream of frames; nil while it is one.
    public var defectFailure: Failure? {
        guard let (defect, at) = reader.defect else { return nil }
        var status = Status.data
        if case .version = defect { status = .protocolVersion }
        let isOther = defect == .magic && at == 0
        return Failure(
            status, "\(name): \(defect.text), at offset \(at)",
            mend: isOther ? "frames come from ingest, or of JSON lines from tap --from-json" : nil)
    }

    /// Why the input must not end here; nil where it may.
    public var cutFailure: Failure? {
        if inbox.holdsPartialFrame {
            return Failure(
                .io, "\(name) ends inside a frame, at offset \(reader.base + inbox.offset)",
                mend: "was its writer killed, or does it still write?")
        }
        return reader.isInEvent ? Failure(.io, "\(name) ends inside an event of several frames") : nil
    }
}
