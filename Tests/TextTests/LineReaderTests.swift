import Support
import Testing
import Text

@Suite(.timeLimit(.minutes(1)))
struct LineReaderTests {
    /// What a reader makes of a stream that arrives in pieces.
    private struct Run {
        var lines: [[UInt8]] = []
        var numbers: [Int] = []
        var tooLong = false
        /// The most that the reader held and had room for.
        var roomMax = 0
    }

    private func run(
        _ stream: [UInt8], readBytes: Int, limit: Int, atEnd: Bool = true, _ cut: (Int) -> Int
    ) throws -> Run {
        var reader = LineReader(readBytes: readBytes, limit: limit)
        var run = Run()
        var at = 0
        var taken = 0
        var isAtEnd = false
        while !isAtEnd {
            let held = at - taken
            let count = reader.fill { span in
                let count = min(span.byteCount, cut(stream.count - at), stream.count - at)
                #expect(span.byteCount > 0, "a reader that lends no room looks like the end")
                run.roomMax = max(run.roomMax, held + span.byteCount)
                span.put(stream[at..<(at + count)].span.bytes, at: 0)
                at += count
                return count
            }
            isAtEnd = count == 0
            scan: while true {
                let found = reader.next(atEnd: isAtEnd && atEnd) { line in
                    // A taker may write over its line: nobody else's bytes are there.
                    let bytes = (0..<line.byteCount).map { line.bytes.byte($0) }
                    for offset in 0..<line.byteCount { line.put(0x0A as UInt8, at: offset) }
                    return bytes
                }
                switch found {
                case .none: break scan
                case .tooLong:
                    run.tooLong = true
                    return run
                case .line(let bytes):
                    run.lines.append(bytes)
                    run.numbers.append(reader.line)
                }
            }
            taken = stream[..<at].lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        }
        return run
    }

    /// The lines and their numbers by a plain split.
    private func model(_ stream: [UInt8]) -> (lines: [[UInt8]], numbers: [Int]) {
        let lines = stream.split(separator: 0x0A, omittingEmptySubsequences: false).map(Array.init)
        let kept = lines.enumerated().filter { !$0.element.allSatisfy { $0 <= 0x20 } }
        return (kept.map(\.element), kept.map { $0.offset + 1 })
    }

    private func stream(_ dice: inout Dice) -> [UInt8] {
        var stream: [UInt8] = []
        for _ in 0..<dice.number(0...40) {
            stream += dice.bytes(dice.pick([0, 1, 5, 30, 200]), of: Array("abc{}\" \t\r".utf8) + [0x8A, 0x0B])
            if !dice.oneIn(20) { stream.append(0x0A) }
        }
        return stream
    }

    @Test("a stream cut anywhere gives the lines of the whole, with their numbers", arguments: 0..<100)
    func cuts(seed: UInt64) throws {
        var dice = Dice(seed: seed)
        let stream = stream(&dice)
        let piece = dice.pick([1, 7, 64, 1000])
        let run = try run(stream, readBytes: dice.pick([1, 64, 100, 5000]), limit: 10_000) { _ in dice.number(1...piece)
        }
        let model = model(stream)
        #expect(run.lines == model.lines)
        #expect(run.numbers == model.numbers)
        #expect(!run.tooLong)
    }

    @Test("without its end the last line is kept back, and given at the end of the stream")
    func lastLine() throws {
        let stream = Array("one\ntwo".utf8)
        #expect(try run(stream, readBytes: 64, limit: 100, atEnd: false) { $0 }.lines == [Array("one".utf8)])
        #expect(try run(stream, readBytes: 64, limit: 100) { $0 }.lines == [Array("one".utf8), Array("two".utf8)])
        #expect(try run(Array("one\n".utf8), readBytes: 64, limit: 100) { $0 }.lines.count == 1)
        #expect(try run([], readBytes: 64, limit: 100) { $0 }.lines.isEmpty)
        #expect(try run(Array(" \n\r\n\t".utf8), readBytes: 64, limit: 100) { $0 }.lines.isEmpty)
    }

    @Test(
        "a line of the limit is lent, a longer one told, whether its end has come or not",
        arguments: [1, 64, 300, 1000])
    func limit(limit: Int) throws {
        for piece in [1, 50, 100_000] {
            for end in [[0x0A], []] as [[UInt8]] {
                let fits = [UInt8](repeating: 0x61, count: limit) + end
                let good = try run(fits, readBytes: 64, limit: limit) { _ in piece }
                #expect(good.lines.map(\.count) == [limit] && !good.tooLong)
                let large = Array("x\n".utf8) + [UInt8](repeating: 0x61, count: limit + 1) + end
                let bad = try run(large, readBytes: 64, limit: limit) { _ in piece }
                #expect(bad.lines.count == 1 && bad.tooLong)
            }
        }
    }

    @Test("memory stays within the limit and two reads, whatever comes", arguments: 0..<20)
    func memory(seed: UInt64) throws {
        var dice = Dice(seed: seed)
        let (readBytes, limit) = (dice.number(64...200), dice.number(64...2000))
        var stream: [UInt8] = []
        for _ in 0..<50 { stream += [UInt8](repeating: 0x61, count: dice.number(0...limit)) + [0x0A] }
        let run = try run(stream, readBytes: readBytes, limit: limit) { _ in dice.number(1...5000) }
        #expect(run.roomMax <= limit + 2 * readBytes && !run.tooLong)
        #expect(run.lines == model(stream).lines)
        let endless = [UInt8](repeating: 0x61, count: 100_000)
        let other = try self.run(endless, readBytes: readBytes, limit: limit) { _ in 5000 }
        #expect(other.tooLong && other.roomMax <= limit + 2 * readBytes)
    }

    @Test("what a reader or a taker throws comes through, and nothing is lost")
    func errors() throws {
        struct Refusal: Error, Equatable {}
        var reader = LineReader(readBytes: 64, limit: 100)
        #expect(throws: Refusal()) { _ = try reader.fill { _ in throw Refusal() } }
        #expect(reader.fill { _ in nil } == nil)
        _ = reader.fill { span in
            span.put(Array("a\nb\n".utf8).span.bytes, at: 0)
            return 4
        }
        #expect(throws: Refusal()) { _ = try reader.next { _ in throw Refusal() } }
        guard case .line(let byte) = reader.next({ $0.bytes.byte(0) }) else { return #expect(Bool(false), "no line") }
        #expect(byte == 0x62 && reader.line == 2)
    }
}
