import Bytes
import Glibc
import Recordings
import Text

/// CPU time of this process in nanoseconds: what the machine's other work does not change.
func cpu() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) * 1e9 + Double(time.tv_nsec)
}

/// A file as it stands, with some room behind it.
struct Loaded: ~Copyable {
    var block: Block
    var count: Int
}

func load(_ path: String) -> Loaded {
    let number = open(path, O_RDONLY)
    guard number >= 0 else {
        print("cannot open \(path)")
        exit(66)
    }
    var status = stat()
    fstat(number, &status)
    let size = Int(status.st_size)
    var block = Block(byteCount: size + 64)
    block.write(0..<size) { span in
        span.withUnsafeMutableBytes { bytes in
            var at = 0
            while at < size {
                let count = read(number, bytes.baseAddress! + at, size - at)
                if count <= 0 { break }
                at += count
            }
        }
    }
    close(number)
    return Loaded(block: block, count: size)
}

/// One record of a recording, as places in a block.
struct Piece {
    var record: Record
    var body: Range<Int>
    var url: String
}

/// A recording in memory, its bodies unescaped: what is measured is not its format.
struct Material: ~Copyable {
    private var file: Loaded
    var pieces: [Piece] = []

    init(_ path: String) {
        file = load(path)
        let count = file.count
        var start = 0
        while start < count {
            let length = file.block.read(start..<count) { $0.firstOffset(of: 0x0A) } ?? (count - start)
            let range = start..<(start + length)
            start += length + 1
            guard length > 0 else { continue }
            let result = file.block.write(range) { Record.read(&$0) }
            guard case .success(let record) = result else { continue }
            let url = file.block.read(range) { String($0, record.url) }
            let body = (range.lowerBound + record.body.lowerBound)..<(range.lowerBound + record.body.upperBound)
            pieces.append(Piece(record: record, body: body, url: url))
        }
    }

    /// Lends a part of the recording.
    @inline(__always)
    func read<R>(_ range: Range<Int>, _ body: (RawSpan) -> R) -> R { file.block.read(range, body) }

    /// Whether a message is one that others ignore: Binance's `trade`.
    func isTrade(_ piece: Piece) -> Bool {
        read(piece.body) { text in
            let head = String(text, 0..<min(text.byteCount, 120))
            return head.contains("\"e\":\"trade\"")
        }
    }
}

/// Writes the incoming messages of a recording, a line each.
func printBodies(_ path: String) {
    let material = Material(path)
    var page = Printer()
    for piece in material.pieces where piece.record.kind == .message && piece.record.isIncoming {
        material.read(piece.body) { page.print($0) }
        page.print("\n")
        if page.count > 1 << 20 { flush(&page) }
    }
    flush(&page)
}

func flush(_ page: inout Printer) {
    page.read { span in
        span.withUnsafeBytes { bytes in
            var at = 0
            while at < bytes.count {
                let count = write(1, bytes.baseAddress! + at, bytes.count - at)
                if count <= 0 { exit(74) }
                at += count
            }
        }
    }
    page.clear()
}
