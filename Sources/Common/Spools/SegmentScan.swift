import Bytes
import Events
import Host
import Wire

/// Reads a file of a spool from its start and takes count of what it says.
struct SegmentScan {
    /// The place before the first frame; nil where the header does not tell.
    var place: Place?
    /// The boot in which it was begun.
    var boot: (high: UInt64, low: UInt64) = (0, 0)
    /// Producers and how far their count has come, in the order in which they are told of.
    var producers: [(name: String, place: Place)] = []
    private var speaker = -1
    /// Frames counted.
    private(set) var frames: UInt64 = 0
    /// Where the first byte stands that is no whole good frame; the file's size where all are.
    private(set) var goodBytes = 0
    private(set) var size = 0
    private(set) var defect: Frame.Defect?

    /// Whether bytes at the end are no whole good frame.
    var isTorn: Bool { goodBytes < size }

    /// Reads the header, or all of a file.
    init(_ file: borrowing Descriptor, _ path: String, onlyHeader: Bool = false) throws(Failure) {
        size = file.regularSize() ?? 0
        var inbox = Inbox()
        var at = 0
        while defect == nil {
            let count = try inbox.fill { (span) throws(Failure) -> Int? in
                let count = try file.read(into: &span, at: at, path)
                at += count
                return count
            }
            guard let count, count > 0 else { break }
            var isHeader = true
            let found = inbox.drain { frame in
                isHeader = take(frame)
                return isHeader || !onlyHeader
            }
            defect = found
            if onlyHeader, !isHeader { break }
        }
        goodBytes = Int(inbox.offset)
    }

    /// Counts a frame; false when it is not of the kinds that a header is made of.
    private mutating func take(_ frame: RawSpan) -> Bool {
        let header = Header(frame)
        switch header.envelope.kind {
        case .hello:
            let payload = Payload(header)
            boot = (payload.u64(frame, 8), payload.u64(frame, 16))
        case .cursor:
            let word = LaneWord(frame, header)
            take(word, String(frame, word.name))
        default:
            frames += 1
            if speaker >= 0 { producers[speaker].place.position &+= 1 }
            return false
        }
        return true
    }

    private mutating func take(_ word: LaneWord, _ name: String) {
        guard !name.isEmpty else {
            if place == nil { place = word.place }
            speaker = -1
            return
        }
        if let known = producers.firstIndex(where: { $0.name == name }) {
            producers[known].place = word.place
            speaker = known
        } else {
            producers.append((name, word.place))
            speaker = producers.count - 1
        }
    }

    /// Where a good frame stands behind the first bad one; nil where there is none.
    ///
    /// Of a frame that only ended too early it is asked whether good frames fill the rest to the end: then its length is what is bad.
    func goodFrame(in file: borrowing Descriptor, _ path: String) throws(Failure) -> Int? {
        var block = Block(byteCount: size - goodBytes)
        let count = try block.write(0..<(size - goodBytes)) { (span) throws(Failure) in
            try file.read(into: &span, at: goodBytes, path)
        }
        let mustFill = defect == nil
        let found: Int? = block.read(0..<count) { rest in
            var at = 8
            while at + Frame.headerBytes <= count {
                if rest.u16(at + 8) == Frame.magic, SegmentScan.isGood(rest, at, mustFill: mustFill) { return at }
                at += 8
            }
            return nil
        }
        return found.map { goodBytes + $0 }
    }

    private static func isGood(_ rest: RawSpan, _ start: Int, mustFill: Bool) -> Bool {
        var at = start
        while case .frame(let length) = Frame.front(of: rest.extracting(at..<rest.byteCount)) {
            at += length
            if !mustFill { return true }
        }
        return at == rest.byteCount && at > start
    }
}
