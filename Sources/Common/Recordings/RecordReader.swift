import Bytes

/// Cuts a byte stream into the lines of a recording and reads each: holds one line and what one read brought, whatever the
/// recording's size.
///
/// Invariant: `0 <= start <= scanned <= end <= block.byteCount`; no line end lies in `start..<scanned`.
public struct RecordReader: ~Copyable {
    private var block: Block
    private var start = 0
    private var scanned = 0
    private var end = 0
    private let readBytes: Int
    /// Lines read so far: the number of the one that `next` gave last, counted from 1.
    public private(set) var line = 0

    /// Bytes of a line at most: a message of 16 MiB with each byte escaped.
    public static let lineBytesMax = 32 << 20

    public init(readBytes: Int = 1 << 18) {
        self.readBytes = readBytes
        block = Block(byteCount: readBytes)
    }

    public enum Defect: Error, Equatable, Sendable {
        case record(Record.Defect)
        /// A line is longer than `lineBytesMax`.
        case long
    }

    /// Whether bytes wait that are no whole line.
    public var holdsPartialLine: Bool { end > start }

    /// Lends free room to `read`, which returns how many bytes it put there: 0 at the end of the stream, nil when there is
    /// nothing to read yet. Returns the same.
    public mutating func fill<E: Error>(_ read: (inout MutableRawSpan) throws(E) -> Int?) throws(E) -> Int? {
        if start > 0 {
            block.move(start..<end, to: 0)
            end -= start
            scanned -= start
            start = 0
        }
        if block.byteCount - end < readBytes / 2 { block.grow(to: block.byteCount * 2) }
        let count = try block.write(end..<block.byteCount, read)
        if let count { end += count }
        return count
    }

    /// Reads the next whole line that is there and lends it; false when there is none. With `atEnd` the rest is a line too.
    /// Empty lines are passed over.
    public mutating func next<E: Error>(
        atEnd: Bool = false, _ take: (Record, RawSpan) throws(E) -> Void
    ) throws(E) -> Result<Bool, Defect> {
        while let stop = lineEnd(atEnd) {
            let range = start..<stop
            line += 1
            start = min(stop + 1, end)
            scanned = start
            let isEmpty = block.read(range) { span in
                (0..<span.byteCount).allSatisfy { span.byte($0) <= 0x20 }
            }
            if isEmpty { continue }
            switch block.write(range, { Record.read(&$0) }) {
            case .failure(let defect): return .failure(.record(defect))
            case .success(let record):
                try block.read(range) { line throws(E) in try take(record, line) }
                return .success(true)
            }
        }
        return end - start > RecordReader.lineBytesMax ? .failure(.long) : .success(false)
    }

    /// The offset of the next line end; nil when there is none.
    private mutating func lineEnd(_ atEnd: Bool) -> Int? {
        let found = block.read(scanned..<end) { $0.firstOffset(of: 0x0A) }
        if let found { return scanned + found }
        scanned = end
        return atEnd && end > start ? end : nil
    }
}
