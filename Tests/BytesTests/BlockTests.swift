import Bytes
import Support
import Testing

@Suite(.timeLimit(.minutes(1)))
struct BlockTests {
    private func contents(_ block: borrowing Block) -> [UInt8] {
        block.read(0..<block.byteCount) { span in (0..<span.byteCount).map { span.byte($0) } }
    }

    private func fill(_ block: inout Block, _ bytes: [UInt8]) {
        block.write(0..<bytes.count) { $0.put(bytes.span.bytes, at: 0) }
    }

    @Test("a block is zero at birth and never smaller than 64 bytes")
    func birth() {
        for size in [0, 1, 63, 64, 65, 1000] {
            let block = Block(byteCount: size)
            #expect(block.byteCount == max(size, 64))
            #expect(contents(block) == [UInt8](repeating: 0, count: max(size, 64)))
        }
    }

    @Test("growing keeps what is there and adds zeros; it never shrinks", arguments: 0..<20)
    func grow(seed: UInt64) {
        var dice = Dice(seed: seed)
        var block = Block(byteCount: dice.number(64...200))
        var model = dice.bytes(block.byteCount)
        fill(&block, model)
        for _ in 0..<10 {
            let wanted = dice.number(0...2000)
            block.grow(to: wanted)
            if wanted > model.count { model += [UInt8](repeating: 0, count: wanted - model.count) }
            #expect(contents(block) == model)
        }
    }

    @Test("a move may overlap itself in either direction", arguments: 0..<100)
    func move(seed: UInt64) {
        var dice = Dice(seed: seed)
        var block = Block(byteCount: 96)
        var model = dice.bytes(96)
        fill(&block, model)
        for _ in 0..<10 {
            let start = dice.number(0...96)
            let count = dice.number(0...(96 - start))
            let target = dice.number(0...(96 - count))
            let moved = Array(model[start..<(start + count)])
            block.move(start..<(start + count), to: target)
            model.replaceSubrange(target..<(target + count), with: moved)
            #expect(contents(block) == model)
        }
    }

    @Test("poison covers its range with a pattern that is not zero, and nothing else")
    func poison() {
        var block = Block(byteCount: 64)
        block.poison(10..<20)
        let bytes = contents(block)
        for offset in 0..<64 { #expect((bytes[offset] == 0) == !(10..<20).contains(offset)) }
        block.poison(30..<30)
        #expect(contents(block) == bytes)
    }

    @Test("what a body throws and returns comes through read and write")
    func passesOn() {
        struct Refusal: Error, Equatable {}
        var block = Block(byteCount: 64)
        #expect(block.read(3..<9) { $0.byteCount } == 6)
        #expect(block.write(3..<9) { $0.byteCount } == 6)
        #expect(throws: Refusal()) { try block.read(0..<1) { _ in throw Refusal() } }
        #expect(throws: Refusal()) { try block.write(0..<1) { _ in throw Refusal() } }
    }

    @Test("a range outside the block traps, whoever asks")
    func traps() async {
        await #expect(processExitsWith: .failure) { Block(byteCount: 64).read(0..<65) { _ in } }
        await #expect(processExitsWith: .failure) { Block(byteCount: 64).read(-1..<3) { _ in } }
        await #expect(processExitsWith: .failure) {
            var block = Block(byteCount: 64)
            block.write(60..<65) { _ in }
        }
        await #expect(processExitsWith: .failure) {
            var block = Block(byteCount: 64)
            block.move(0..<10, to: 55)
        }
        await #expect(processExitsWith: .failure) {
            var block = Block(byteCount: 64)
            block.poison(60..<65)
        }
    }
}
