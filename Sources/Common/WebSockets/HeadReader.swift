import Bytes

/// A byte stream cut anywhere, read as HTTP/1.1 heads and bodies: what comes before the frames, and requests that stay HTTP.
///
/// Nothing of a head is judged before it is whole, but its size and its line ends: no cut of the stream changes a verdict.
/// Invariant: `0 <= start <= line <= scanned <= end <= block.byteCount`; no line end lies in `line..<scanned`.
public struct HeadReader: ~Copyable {
    private var block: Block
    private var start = 0
    /// Where the line begins whose end is looked for.
    private var line = 0
    private var scanned = 0
    private var end = 0
    private let readBytes: Int
    private var defect: HeadDefect?

    /// Bytes of a head at most, its empty line counted in; and of the body of a request.
    public static let headMax = 1 << 16
    public static let bodyMax = 1 << 16

    /// `readBytes`: asked for at once, at least 256.
    public init(readBytes: Int = 1 << 12) {
        self.readBytes = max(readBytes, 256)
        block = Block(byteCount: self.readBytes)
    }

    /// What a reader found.
    public enum Found<Head> {
        /// The head is not whole yet.
        case none
        case head(Head)
        /// Nothing can be read any more: where it ends is not known.
        case defect(HeadDefect)
    }

    /// Bytes held that are not read yet.
    public var byteCount: Int { end - start }

    /// Lends free room to `read`, which returns how many bytes it put there: 0 at the end of the stream, or nil when there is
    /// nothing to read yet. Returns the same. Grows to a head or a body and a read, and never beyond.
    public mutating func fill<E: Error>(_ read: (inout MutableRawSpan) throws(E) -> Int?) throws(E) -> Int? {
        if defect != nil { rest { _ in } }
        if start > 0 {
            block.move(start..<end, to: 0)
            (line, scanned, end) = (line - start, scanned - start, end - start)
            start = 0
        }
        if block.byteCount - end < (readBytes + 1) / 2 {
            block.grow(to: min(block.byteCount * 2, max(HeadReader.headMax, HeadReader.bodyMax) + readBytes))
        }
        // A read into no room would look like the stream's end.
        precondition(end < block.byteCount, "a head reader is read before it is filled again")
        let count = try block.write(end..<block.byteCount, read)
        if let count {
            precondition(count >= 0 && count <= block.byteCount - end, "a reader fills at most what it was lent")
            end += count
        }
        return count
    }

    /// The next head, read as that of a request.
    public mutating func request() -> Found<RequestHead> { next { RequestHead.read($0) } }

    /// The next head, read as that of a response.
    public mutating func response() -> Found<ResponseHead> { next { ResponseHead.read($0) } }

    /// Lends the `count` bytes of a body that follow a head; nil while they are not all there.
    public mutating func body<R, E: Error>(_ count: Int, _ take: (RawSpan) throws(E) -> R) throws(E) -> R? {
        precondition(count >= 0 && count <= HeadReader.bodyMax, "a body within bounds")
        guard end - start >= count else { return nil }
        let range = start..<(start + count)
        go(to: range.upperBound)
        return try block.read(range, take)
    }

    /// Lends all that is left, which is gone then: behind an upgrade it is frames.
    public mutating func rest<R, E: Error>(_ take: (RawSpan) throws(E) -> R) throws(E) -> R {
        let range = start..<end
        go(to: end)
        return try block.read(range, take)
    }

    private mutating func go(to place: Int) {
        start = place
        line = place
        scanned = place
    }

    private mutating func next<Head>(_ read: (RawSpan) -> Result<Head, HeadDefect>) -> Found<Head> {
        guard defect == nil, let stop = headEnd() else { return defect.map { .defect($0) } ?? .none }
        let range = start..<stop
        go(to: stop)
        switch block.read(range, read) {
        case .success(let head): return .head(head)
        case .failure(let defect):
            self.defect = defect
            return .defect(defect)
        }
    }

    /// Behind the empty line that ends the head; nil when it is not there, or never will be.
    private mutating func headEnd() -> Int? {
        while true {
            let found = block.read(scanned..<end) { $0.firstOffset(of: 0x0A) }.map { scanned + $0 }
            guard (found.map { $0 + 1 } ?? end) - start <= HeadReader.headMax else {
                defect = .headTooLarge
                return nil
            }
            guard let found else {
                scanned = end
                return nil
            }
            guard found > line, block.read((found - 1)..<found, { $0.byte(0) }) == 0x0D else {
                defect = .bareLineFeed
                return nil
            }
            let isEmpty = found - 1 == line
            line = found + 1
            scanned = line
            if isEmpty { return line }
        }
    }
}
