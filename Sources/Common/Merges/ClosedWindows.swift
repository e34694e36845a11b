import Bytes

/// Windows that have closed, and what they held.
struct ClosedWindows: ~Copyable {
    private var closings: [Windows.Closing] = []
    private var ends: [Int] = []
    private var block: Block?

    var count: Int { closings.count }

    func closing(_ index: Int) -> Windows.Closing { closings[index] }

    mutating func put(_ closing: Windows.Closing, _ fragments: RawSpan) {
        let start = ends.last ?? 0
        var block = block.take() ?? Block(byteCount: fragments.byteCount)
        if block.byteCount < start + fragments.byteCount { block.grow(to: start + fragments.byteCount) }
        block.write(start..<(start + fragments.byteCount)) { $0.put(fragments, at: 0) }
        self.block = consume block
        closings.append(closing)
        ends.append(start + fragments.byteCount)
    }

    /// Lends the frames that a window held.
    func read(_ index: Int, _ body: (RawSpan) -> Bool) -> Bool {
        switch block {
        case .some(let block): block.read((index > 0 ? ends[index - 1] : 0)..<ends[index], body)
        case .none: false
        }
    }
}
