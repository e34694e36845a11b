import Bytes
import Events
public import Host
import Wire

/// Reads a spool from a frame on: for one consumer, however far behind it is. Its memory is a read and a frame.
public struct SpoolReader: ~Copyable {
    /// Bytes read at once.
    private static let readBytes = 1 << 16

    /// The next frame that is lent, counted since the spool's birth.
    public private(set) var next: UInt64
    private var file: Descriptor?
    /// The first frame of the file that is open.
    private var segment: UInt64 = 0
    /// Where the next read begins in it, and the frame that stands at the front of the inbox.
    private var offset = 0
    private var at: UInt64 = 0
    private var inbox = Inbox(readBytes: SpoolReader.readBytes)

    /// Begins with this frame; with the oldest that is kept where it is gone.
    public init(from position: UInt64) { next = max(1, position) }

    /// Whether it has lent all that is written.
    public func isDone(_ spool: borrowing Spool) -> Bool { next > spool.written }

    /// Lends frames with their positions, in order, until `body` returns false or all that is written was lent: then true.
    public mutating func read(
        _ spool: borrowing Spool, _ body: (RawSpan, UInt64) -> Bool
    ) throws(Failure) -> Bool {
        next = max(next, spool.first)
        while next <= spool.written {
            let index = spool.segment(of: next)
            if segment != spool.segments[index].first { try open(spool, index) }
            let path = spool.path(index)
            guard try drain(path, body) else { return false }
            guard next <= spool.written, spool.segment(of: next) == index else { continue }
            let left = spool.segments[index].bytes - offset
            guard left > 0 else { throw Self.short(path) }
            try Self.fill(&inbox, file, path, at: offset, atMost: left, &offset)
        }
        return true
    }

    private mutating func open(_ spool: borrowing Spool, _ index: Int) throws(Failure) {
        let first = spool.segments[index].first
        file = try spool.folder.openToRead(Spool.name(first))
        segment = first
        at = first
        offset = 0
        inbox.discard()
    }

    private static func fill(
        _ inbox: inout Inbox, _ file: borrowing Descriptor?, _ path: String, at place: Int, atMost left: Int,
        _ offset: inout Int
    ) throws(Failure) {
        var taken = 0
        switch file {
        case .some(let file):
            _ = try inbox.fill { (span) throws(Failure) -> Int? in
                var part = span._mutatingExtracting(0..<min(left, span.byteCount))
                taken = try file.read(into: &part, at: place, path)
                return taken
            }
        case .none: break
        }
        guard taken > 0 else { throw short(path) }
        offset += taken
    }

    private mutating func drain(_ path: String, _ body: (RawSpan, UInt64) -> Bool) throws(Failure) -> Bool {
        var goesOn = true
        var at = at
        var next = next
        let defect = inbox.drain { frame in
            if !Spool.isCounted(Header(frame).envelope.kind) { return true }
            if at == next {
                goesOn = body(frame, at)
                next += 1
            }
            at += 1
            return goesOn
        }
        self.at = at
        self.next = next
        if let defect {
            throw Failure(.data, "\(path): \(defect.text) at offset \(offset - inbox.byteCount)")
        }
        return goesOn
    }

    private static func short(_ path: String) -> Failure {
        Failure(.data, "\(path) has fewer frames than were written", mend: "the disk may be failing")
    }
}
