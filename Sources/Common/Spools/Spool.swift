import Bytes
import Events
public import Host
public import Wire

/// Frames that must not be lost, in files of frames in a folder: they stay until everyone who must have them has them.
///
///     00000000000000000001.frames   hello · cursor (the place before the first frame) · cursors of the producers · frames …
///     00000000000000041210.frames   the same, with the 41,210th frame since the spool's birth as its first
///
/// Each file can be read with `tap`. A cursor with a name stands before frames of that producer and says how far its own count had come,
/// so what was taken from whom, and how much of it, is one write: no crash comes between. A cursor without a name stands before frames
/// of nobody else.
///
/// Invariant: `written <= appended`; readers see what is written.
public struct Spool: ~Copyable {
    public struct Options: Sendable {
        /// Bytes of all files. At it `append` refuses, until frames are released.
        public var bytesMax = 1 << 30
        /// Bytes of a file.
        public var segmentBytesMax = 16 << 20
        /// Whether a batch counts as written only once it is on the disk: then a loss of power takes nothing either.
        public var isSynced = false

        public init() {}
    }

    /// A file, and the first frame in it.
    struct Segment: BitwiseCopyable {
        var first: UInt64
        var epoch: UInt32
        /// All that is known to be in it.
        var bytes: Int
    }

    /// Somebody whose frames are in the spool, and how far its own count has come.
    struct Producer {
        let name: String
        var appended = Place()
        var written = Place()
    }

    public enum Verdict: Equatable, Sendable {
        case taken
        /// The bound is reached; nothing was done.
        case full
        /// An event of several frames, or a word of the files themselves: nothing that the lane takes.
        case unfit
        /// Writing has failed before, see `failure`.
        case failed
    }

    /// Producers known at most.
    public static let producersMax = 1024
    /// Bytes that wait to be written, at most; then they are written.
    static let batchBytes = 1 << 20

    public let folder: Folder
    let options: Options
    let hello: Hello
    var segments: [Segment] = []
    var producers: [Producer] = []
    var file: Descriptor
    var batch = Outbox(capacity: 1 << 16, limit: Spool.batchBytes + 2 * Frame.bytesMax)
    /// Whose frames the batch goes on with: a producer's number, -1 for nobody's; nil at its start.
    var speaker: Int?
    /// Bytes of the files but the last.
    var olderBytes = 0
    public internal(set) var epoch: UInt32
    /// Frames since birth: with those that wait, and in the files.
    public internal(set) var appended: UInt64
    public internal(set) var written: UInt64
    /// Why nothing can be written any more; it stays so until the next start.
    public internal(set) var failure: Failure?
    /// Bytes that recovery has cut off: frames that were being written when the program, or the machine, was stopped.
    public internal(set) var cutBytes = 0

    /// The number of a producer, at no place at first; nil when there are too many.
    public mutating func producer(named name: String) -> Int? {
        if let known = producers.firstIndex(where: { $0.name == name }) { return known }
        guard producers.count < Spool.producersMax, !name.isEmpty, name.utf8.count <= Place.nameBytesMax else {
            return nil
        }
        producers.append(Producer(name: name))
        return producers.count - 1
    }

    /// How far what is kept of a producer's frames reaches.
    public func place(ofProducer number: Int) -> Place { producers[number].written }

    /// The same with what waits to be written.
    public func placeAppended(ofProducer number: Int) -> Place { producers[number].appended }

    /// The producer's count goes on from another place: its next frame is the one behind it.
    public mutating func move(producer number: Int, to place: Place) {
        producers[number].appended = place
        if speaker == number { speaker = nil }
    }

    /// Takes a frame, the next one of a producer, or of nobody; it is kept once `flush` has said so.
    public mutating func append(_ frame: RawSpan, from producer: Int?) -> Verdict {
        guard failure == nil else { return .failed }
        let envelope = Header(frame).envelope
        guard envelope.parts == 1, Spool.isCounted(envelope.kind) else { return .unfit }
        // A cursor may come before it, and a file begins with a header.
        let bytes = frame.byteCount + batch.byteCount + Spool.cursorBytesMax * (producers.count + 2)
        guard byteCount + bytes <= options.bytesMax else { return .full }
        if batch.byteCount + frame.byteCount > Spool.batchBytes, !flush() { return .failed }
        let number = producer ?? -1
        if speaker != number { speak(number) }
        batch.put(whole: frame)
        appended += 1
        if number >= 0 { producers[number].appended.position += 1 }
        return .taken
    }

    /// Writes what waits; true when all that was appended is kept now.
    public mutating func flush() -> Bool {
        guard failure == nil else { return false }
        guard !batch.isEmpty else { return true }
        do throws(Failure) {
            try write()
            return true
        } catch {
            failure = error
            return false
        }
    }

    /// Frames up to this one are needed no more: files that hold no other are removed.
    public mutating func release(through position: UInt64) throws(Failure) {
        while segments.count > 1, segments[1].first <= position + 1 {
            try folder.remove(Spool.name(segments[0].first))
            olderBytes -= segments[0].bytes
            segments.removeFirst()
        }
    }

    /// The place of the last frame that is kept.
    public var end: Place { Place(epoch: epoch, position: written) }

    /// The oldest frame that is kept; one beyond the end when there is none.
    public var first: UInt64 { segments[0].first }

    /// Bytes that it keeps at most.
    public var bytesMax: Int { options.bytesMax }

    /// Bytes of all files.
    public var byteCount: Int { olderBytes + segments[segments.count - 1].bytes }

    /// Bytes of the files that hold frames behind this one: what waits for a consumer there, at most.
    public func byteCount(behind position: UInt64) -> Int {
        guard position < written else { return 0 }
        return segments[segment(of: position + 1)...].reduce(0) { $0 + $1.bytes }
    }

    /// The file that a frame is in, or would be.
    func segment(of position: UInt64) -> Int { (segments.lastIndex { $0.first <= position }) ?? 0 }

    /// Whether frames of this kind are the spool's content; the others are its own words.
    static func isCounted(_ kind: Kind) -> Bool { kind != .hello && kind != .cursor }

    static func name(_ first: UInt64) -> String {
        let digits = String(first)
        return String(repeating: "0", count: 20 - digits.count) + digits + ".frames"
    }

    /// Of a cursor with the longest name.
    static let cursorBytesMax = Frame.headerBytes + 16 + Place.nameBytesMax
}
