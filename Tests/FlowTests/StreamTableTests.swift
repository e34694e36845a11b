import Bytes
import Events
import Flow
import Support
import Testing
import Wire

@Suite(.timeLimit(.minutes(1)))
struct StreamTableTests {
    private struct Stream: Hashable {
        var venue, symbol: String
        var channel: Channel
    }

    private func index(_ table: inout StreamTable, _ stream: Stream, _ kind: Kind = .gap) -> Int? {
        let bytes = frame(Envelope(kind: kind, channel: stream.channel), venue: stream.venue, symbol: stream.symbol)
        return Fence().lend(bytes) { table.index($0) }
    }

    @Test(
        "streams get numbers in the order of coming, each one number, and are told apart by every part",
        arguments: 0..<10)
    func model(seed: UInt64) throws {
        var dice = Dice(seed: seed)
        var table = StreamTable()
        var model: [Stream: Int] = [:]
        // Where a venue ends and a symbol begins must not blur: "a" + "bc" is not "ab" + "c".
        let names = ["", "a", "ab", "abc", "b", "bc", "c", String(repeating: "v", count: 32), "größe"]
        for _ in 0..<400 {
            let stream = Stream(venue: dice.pick(names), symbol: dice.pick(names), channel: dice.pick(Channel.allCases))
            let found = index(&table, stream, dice.pick([.gap, Kind(rawValue: 99), .extension]))
            if model[stream] == nil { model[stream] = model.count }
            #expect(found == model[stream])
            #expect(table.count == model.count)
        }
        for (stream, index) in model {
            let told = table.stream(index)
            #expect(told == (stream.venue, stream.symbol, stream.channel))
        }
    }

    @Test("the longest names fit")
    func longest() throws {
        let stream = Stream(
            venue: String(repeating: "v", count: Frame.venueBytesMax),
            symbol: String(repeating: "s", count: Frame.symbolBytesMax),
            channel: .risk)
        var table = StreamTable()
        #expect(index(&table, stream) == 0)
        let told = table.stream(0)
        #expect(told == (stream.venue, stream.symbol, .risk))
    }

    @Test("a stream beyond the limit has no number; those before it keep theirs")
    func limit() {
        var table = StreamTable(limit: 2)
        let streams = ["a", "b", "c"].map { Stream(venue: "v", symbol: $0, channel: .book) }
        #expect(streams.map { index(&table, $0) } == [0, 1, nil])
        #expect(streams.map { index(&table, $0) } == [0, 1, nil])
        #expect(table.count == 2)
    }
}
