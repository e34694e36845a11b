import Bytes
import Events
import Support
import Testing
import Wire

/// Books larger than a frame.
@Suite(.timeLimit(.minutes(1)))
struct BookPartsTests {
    private let name = StreamName(venue: "coinbase", symbol: "BTC-USD")!
    private let envelope = Envelope(kind: .hello, channel: .book, flags: .snapshot, epoch: 1, position: 2, id: 77)

    private func sides(_ count: Int, mixed: Bool, asks: Int? = nil) -> Sides {
        var sides = Sides(capacity: count)
        for index in 0..<count {
            let digits = Int8(mixed ? -(index % 3) : -2)
            sides.bids.append(
                Level(price: Int64(1_000_000 - index), size: Int64(index), priceExponent: digits, sizeExponent: -8))
        }
        for index in 0..<(asks ?? count) {
            sides.asks.append(Level(price: Int64(1_000_001 + index), size: 7, priceExponent: -2, sizeExponent: -8))
        }
        return sides
    }

    @Test(
        "a book of 100,000 levels a side goes as parts and is put together to the same levels",
        arguments: [false, true])
    func hundredThousand(mixed: Bool) {
        let sides = sides(100_000, mixed: mixed)
        let stream = written { $0.put(.bookSnapshot, sides, depth: 0, checksum: 9, envelope, name) }
        var assembly = Assembly()
        var again = Sides()
        let frames = Feeding(stream) { min($0, 50_000) }.frames
        var last = Assembly.Verdict.single
        for frame in frames {
            #expect(frame.front == .frame(frame.count))
            #expect(frame.payloadDefect == nil)
            last = assembly.take(frame.span.bytes)
        }
        #expect(last == .complete)
        assembly.read { event in
            var at = 0
            while at < event.byteCount {
                let frame = event.extracting(at..<(at + Int(event.u32(at))))
                let rows = LevelRows(frame, Header(frame))
                #expect(rows.checksum == 9)
                rows.append(frame, to: &again)
                at += frame.byteCount
            }
        }
        let isAllThere = isSame(sides, again)
        #expect(isAllThere)
        // As FORMAT.md has it: each part but the last is full.
        let width = mixed ? 24 : 16
        let full = (1_048_576 - 168 - 16) / width
        #expect(frames.count == (200_000 + full - 1) / full)
        for (index, frame) in frames.enumerated() {
            let (bids, asks) = (Int(frame.number(at: 168, width: 4)), Int(frame.number(at: 172, width: 4)))
            #expect(bids + asks == (index + 1 < frames.count ? full : 200_000 - index * full))
            let envelope = Header(frame.span.bytes).envelope
            #expect(envelope.id == 77 && envelope.position == 2 && envelope.part == UInt16(index + 1))
            #expect(envelope.flags == (mixed ? [.snapshot, .part, .mixed] : [.snapshot, .part]))
        }
    }

    private func isSame(_ a: borrowing Sides, _ b: borrowing Sides) -> Bool {
        func isSame(_ a: borrowing Column<Level>, _ b: borrowing Column<Level>) -> Bool {
            guard a.count == b.count else { return false }
            for index in 0..<a.count
            where a[index].price != b[index].price || a[index].size != b[index].size
                || a[index].priceExponent != b[index].priceExponent || a[index].sizeExponent != b[index].sizeExponent
            { return false }
            return true
        }
        return isSame(a.bids, b.bids) && isSame(a.asks, b.asks)
    }

    @Test("as many levels as fit are one frame, one more are two")
    func boundary() {
        let full = LevelRows.perPart(name, mixed: false)
        #expect(full == (1_048_576 - 168 - 16) / 16)
        #expect(LevelRows.perPart(name, mixed: true) == (1_048_576 - 168 - 16) / 24)
        for (count, parts) in [(full, 1), (full + 1, 2), (2 * full, 2), (2 * full + 1, 3)] {
            let sides = sides(count / 2, mixed: false, asks: count - count / 2)
            let frames = written { $0.put(.bookUpdate, sides, depth: 0, checksum: 0, envelope, name) }.frames
            #expect(frames.count == parts)
            #expect(frames.allSatisfy { $0.payloadDefect == nil })
        }
    }

    @Test("the largest book that a side may hold fits in an event, mixed too")
    func largest() {
        let sides = sides(131_072, mixed: true)
        var outbox = Outbox()
        let isTaken = outbox.put(.bookSnapshot, sides, depth: 65_535, checksum: 0, envelope, name)
        let count = outbox.byteCount
        #expect(isTaken)
        #expect(count > 6_290_000 && count < 6_300_000)
    }

    @Test("a book larger than an event, or than the room that is left, is refused whole")
    func tooLarge() {
        let sides = sides(263_000, mixed: false)
        var outbox = Outbox()
        let isTaken = outbox.put(.bookSnapshot, sides, depth: 0, checksum: 0, envelope, name)
        var small = Outbox(limit: 2 << 20)
        let isSmallTaken = small.put(
            .bookSnapshot, self.sides(70_000, mixed: false), depth: 0, checksum: 0, envelope, name)
        let (isEmpty, isSmallEmpty, frames) = (outbox.isEmpty, small.isEmpty, small.frames)
        #expect(!isTaken && isEmpty)
        #expect(!isSmallTaken && isSmallEmpty && frames == 0)
    }

    @Test("books of all shapes are read as they were written", arguments: 0..<UInt64(200))
    func shapes(seed: UInt64) {
        var random = RandomFrames(seed: seed)
        var sides = Sides()
        let exponents = (random.exponent(), random.exponent())
        let isUniform = random.dice.oneIn(2)
        for side in 0..<2 {
            for _ in 0..<random.dice.number(0...12) {
                let level = Level(
                    price: random.mantissa(), size: abs(random.mantissa()),
                    priceExponent: isUniform ? exponents.0 : random.exponent(),
                    sizeExponent: isUniform ? exponents.1 : random.exponent())
                if side == 0 { sides.bids.append(level) } else { sides.asks.append(level) }
            }
        }
        let name = random.name()
        let bytes = written { $0.put(.bookUpdate, sides, depth: 10, checksum: 11, envelope, name) }
        #expect(bytes.front == .frame(bytes.count))
        #expect(bytes.payloadDefect == nil)
        let header = Header(bytes.span.bytes)
        let rows = LevelRows(bytes.span.bytes, header)
        #expect(rows.depth == 10 && rows.checksum == 11)
        var again = Sides()
        rows.append(bytes.span.bytes, to: &again)
        let isAllThere = isSame(sides, again)
        #expect(isAllThere)
        if isUniform { #expect(!header.envelope.flags.contains(.mixed)) }
    }

    @Test("a level that a frame does not have stops the program")
    func outside() async {
        await #expect(processExitsWith: .failure) {
            let bytes = FormatPage.page.examples[3].bytes
            _ = LevelRows(bytes.span.bytes, Header(bytes.span.bytes)).level(bytes.span.bytes, 3)
        }
    }
}
