/// Copies of byte strings, each under a number until it is taken off; numbers and memory are used again.
///
/// It has no bound of its own: whoever puts something on it keeps one, by `count` and `byteCount`.
public struct Shelf: ~Copyable {
    /// A block that is empty again and was larger gives its memory back.
    private static let sparedMax = 1 << 16

    @usableFromInline var blocks = Slots<Block>()
    @usableFromInline var lengths = Column<Int>()
    private var free = Column<Int>()

    /// Bytes of all that is on it.
    public private(set) var byteCount = 0
    /// Numbers in use or free: one more than the largest.
    public var count: Int { blocks.count }

    public init() {}

    /// Copies `bytes` onto it; the number that they are found under.
    public mutating func put(_ bytes: RawSpan) -> Int {
        let number: Int
        if free.isEmpty {
            blocks.append(Block(byteCount: 512))
            lengths.append(0)
            number = blocks.count - 1
        } else {
            number = free.last
            free.truncate(to: free.count - 1)
        }
        put(bytes, at: number)
        return number
    }

    /// Puts `bytes` in the place of what is under that number.
    public mutating func put(_ bytes: RawSpan, at number: Int) {
        blocks[number].grow(to: bytes.byteCount)
        blocks[number].write(0..<bytes.byteCount) { $0.put(bytes, at: 0) }
        byteCount += bytes.byteCount - lengths[number]
        lengths[number] = bytes.byteCount
    }

    /// Lends what is under that number.
    @inlinable
    public borrowing func read<R: ~Copyable, E: Error>(
        _ number: Int, _ body: (RawSpan) throws(E) -> R
    ) throws(E) -> R {
        try blocks[number].read(0..<lengths[number], body)
    }

    /// Takes off what is under that number, which then stands for nothing.
    public mutating func remove(_ number: Int) {
        byteCount -= lengths[number]
        lengths[number] = 0
        if blocks[number].byteCount > Shelf.sparedMax { blocks[number] = Block(byteCount: 512) }
        free.append(number)
    }
}
