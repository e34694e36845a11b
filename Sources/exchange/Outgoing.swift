import Bytes

/// Bytes that wait to be sent, in order. Its owner bounds them.
struct Outgoing: ~Copyable {
    private var block = Block(byteCount: 64)
    private var start = 0
    private var end = 0

    var count: Int { end - start }

    mutating func put(_ bytes: RawSpan) {
        if start == end || end + bytes.byteCount > block.byteCount {
            block.move(start..<end, to: 0)
            end -= start
            start = 0
        }
        if end + bytes.byteCount > block.byteCount { block.grow(to: max(block.byteCount * 2, end + bytes.byteCount)) }
        block.write(end..<(end + bytes.byteCount)) { $0.put(bytes, at: 0) }
        end += bytes.byteCount
    }

    borrowing func read<R>(_ body: (RawSpan) -> R) -> R { block.read(start..<end, body) }

    mutating func take(_ count: Int) { start += count }

    mutating func clear() { start = end }
}
