import Bytes

/// Cuts a byte stream into lines and lends them one by one: holds one line and what one read brought, whatever the stream's size.
///
/// Invariant: `0 <= start <= scanned <= end <= block.byteCount`; no line end lies in `start..<scanned`.
public struct LineReader: ~Copyable {
    private var block: Block
    private var start = 0
    private var scanned = 0
    private var end = 0
    private let readBytes: Int
    /// Bytes of a line at most.
    public let limit: Int
    /// The number of the line that was lent last, counted from 1.
    public private(set) var line = 0

    /// `limit` suits a message of 16 MiB with each byte escaped.
    public init(readBytes: Int = 1 << 18, limit: Int = 32 << 20) {
        self.readBytes = readBytes
        self.limit = limit
        block = Block(byteCount: readBytes)
    }

    /// What `next` found.
    public enum Found<R> {
        /// No whole line is there.
        case none
        /// A line longer than `limit`.
        case tooLong
        /// What became of the line.
        case line(R)
    }

    /// Lends free room to `read`, which returns how many bytes it put there: 0 at the end of the stream, nil when there is
    /// nothing to read yet. Returns the same.
    public mutating func fill<E: Error>(_ read: (inout MutableRawSpan) throws(E) -> Int?) throws(E) -> Int? {
        if start > 0 {
            block.move(start..<end, to: 0)
            end -= start
            scanned -= start
            start = 0
        }
        if block.byteCount - end < max(readBytes / 2, 1) {
            block.grow(to: min(block.byteCount * 2, limit + 2 * readBytes))
        }
        let count = try block.write(end..<block.byteCount, read)
        if let count { end += count }
        return count
    }

    /// Lends the next whole line, to read and to write over, without its end. With `atEnd` the rest is a line too. Lines of nothing
    /// but white space are passed over.
    public mutating func next<R, E: Error>(
        atEnd: Bool = false, _ take: (inout MutableRawSpan) throws(E) -> R
    ) throws(E) -> Found<R> {
        while let stop = lineEnd(atEnd) {
            let range = start..<stop
            line += 1
            start = min(stop + 1, end)
            scanned = start
            if range.count > limit { return .tooLong }
            let isEmpty = block.read(range) { span in
                var at = 0
                while at < span.byteCount, span.byte(at) <= 0x20 { at += 1 }
                return at == span.byteCount
            }
            if !isEmpty { return .line(try block.write(range, take)) }
        }
        if end - start > limit {
            line += 1
            return .tooLong
        }
        return .none
    }

    /// The offset of the next line end; nil when there is none.
    private mutating func lineEnd(_ atEnd: Bool) -> Int? {
        let found = block.read(scanned..<end) { $0.firstOffset(of: 0x0A) }
        if let found { return scanned + found }
        scanned = end
        return atEnd && end > start ? end : nil
    }
}
