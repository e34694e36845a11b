import Bytes
import Events
import Support
import Testing
import Wire

@Suite(.timeLimit(.minutes(1)))
struct StreamNameTests {
    @Test("a venue has at most 32 bytes and a symbol 64, counted in UTF-8")
    func limits() {
        let a32 = String(repeating: "a", count: 32)
        let e32 = String(repeating: "é", count: 32)
        #expect(StreamName(venue: a32, symbol: e32) != nil)
        #expect(StreamName(venue: a32 + "a", symbol: "s") == nil)
        #expect(StreamName(venue: "v", symbol: e32 + "a") == nil)
        #expect(StreamName(venue: "", symbol: "")?.headBytes == 152)
        #expect(StreamName(venue: a32, symbol: e32)?.headBytes == 152 + 96)
        #expect(StreamName(venue: "abc", symbol: "defgh")?.headBytes == 160)
        #expect(StreamName(venue: "abc", symbol: "defghi")?.headBytes == 168)
    }

    @Test("control characters are no part of a name, other characters are")
    func controls() throws {
        for scalar in (0...0x2FFF as ClosedRange<UInt32>).compactMap(Unicode.Scalar.init) {
            let isControl = scalar.properties.generalCategory == .control
            let text = "a" + String(Character(scalar)) + "b"
            #expect((StreamName(venue: text, symbol: "s") == nil) == isControl, "\(scalar.value)")
            #expect((StreamName(venue: "v", symbol: text) == nil) == isControl, "\(scalar.value)")
            #expect((StreamName(venue: "v", symbol: String(Character(scalar))) == nil) == isControl, "\(scalar.value)")
        }
    }

    @Test("what is not UTF-8 is no name")
    func notUTF8() {
        for bytes in [[0xFF], [0xC3], [0xC2], [0xE2, 0x82], [0xED, 0xA0, 0x80], [0xC0, 0xAF]] as [[UInt8]] {
            #expect(!isName(bytes, []))
            #expect(!isName([], bytes))
        }
        // Valid together, not one by one.
        #expect(!isName([0xC3], [0xA9]))
        #expect(isName([], [0xC3, 0xA9]))
    }

    private func isName(_ venue: [UInt8], _ symbol: [UInt8]) -> Bool {
        StreamName(venue: venue.span.bytes, symbol: symbol.span.bytes) != nil
    }

    @Test("the identities of a stream and epoch are consecutive")
    func consecutive() throws {
        let name = try #require(StreamName(venue: "kraken", symbol: "BTC-USD"))
        let first = name.id(channel: .book, epoch: 3, position: 1)
        for position in 0...1000 as ClosedRange<UInt64> {
            #expect(name.id(channel: .book, epoch: 3, position: position) == first &+ position &- 1)
        }
    }

    @Test("streams and epochs have identities of their own")
    func different() throws {
        var seen: Set<UInt64> = []
        var count = 0
        for venue in ["", "a", "ab", "abc", "kraken", "binance"] {
            for symbol in ["", "c", "bc", "BTC-USD", "BTC-USDT", "ETH-USD", "漢字-USDT"] {
                let name = try #require(StreamName(venue: venue, symbol: symbol))
                for channel in Channel.allCases {
                    for epoch in [0, 1, 2, 3, UInt32.max] {
                        seen.insert(name.id(channel: channel, epoch: epoch, position: 0) >> 32)
                        count += 1
                    }
                }
            }
        }
        // Not even their upper halves meet, but by chance: 2310 of 2^32 meet once in 1600 tries.
        #expect(seen.count == count)
    }

    @Test("where venue and symbol meet makes a difference")
    func split() throws {
        let a = try #require(StreamName(venue: "ab", symbol: "c")).id(channel: .book, epoch: 1, position: 1)
        let b = try #require(StreamName(venue: "a", symbol: "bc")).id(channel: .book, epoch: 1, position: 1)
        #expect(a != b)
    }
}
