import Events
import Support
import Testing
import Wire

/// Each field of the header out of its range is refused by its name, however right length and checksum are.
@Suite(.timeLimit(.minutes(1)))
struct HeaderRangeTests {
    /// A venue of 6 bytes, a symbol of 7, three bytes of padding, a fixed part of three words, 8 bytes behind it.
    private let good = FormatPage.page.examples[1].bytes

    private func front(_ changes: (inout [UInt8]) -> Void) -> Frame.Front {
        var bytes = good
        changes(&bytes)
        return bytes.sealed().front
    }

    private func expect(_ field: String, _ offset: Int, _ width: Int, _ values: [UInt64]) {
        for value in values {
            #expect(front { $0.put(value, at: offset, width: width) } == .defect(.range(field)), "\(field) \(value)")
        }
    }

    private func expectGood(_ offset: Int, _ width: Int, _ values: [UInt64]) {
        for value in values {
            #expect(front { $0.put(value, at: offset, width: width) } == .frame(good.count), "\(offset) \(value)")
        }
    }

    private let latest: UInt64 = 7_258_118_400_000_000_000

    @Test("the kind is not 0") func kind() {
        expect("kind", 11, 1, [0])
        expectGood(11, 1, Array(1...255))
    }

    @Test("flags are those of version 1") func flags() {
        expect("flags", 12, 4, (8..<32).map { 1 << $0 })
        expectGood(12, 4, (0...255).filter { $0 & 4 == 0 })
    }

    @Test("channels are those of version 1") func channel() {
        expect("channel", 86, 1, Array(11...255))
        expectGood(86, 1, Array(0...10))
    }

    @Test("times lie between 1970 and 2200", arguments: [("happened", 40), ("received", 48)])
    func times(field: String, offset: Int) {
        expect(field, offset, 8, [latest + 1, 1 << 63 - 1, 1 << 63, .max])
        expectGood(offset, 8, [0, 1, latest])
    }

    @Test("the first sequence is not above the last") func sequence() {
        expect("sequence", 24, 8, [73_480_043, .max])
        expect("sequence", 32, 8, [0, 73_480_041])
        expectGood(24, 8, [0, 73_480_041])
        expectGood(32, 8, [.max])
    }

    @Test("whatever may be any number may be any number", arguments: [(16, 8), (56, 8), (64, 8), (72, 4), (76, 4)])
    func any(offset: Int, width: Int) { expectGood(offset, width, [0, 1, .max, 1 << 63]) }

    @Test("parts are counted from 1, and flagged") func parts() {
        for (part, parts, isFlagged) in [
            (0, 1, false), (1, 0, false), (0, 0, false), (2, 1, false), (1, 2, false), (3, 2, true),
            (0, 2, true), (1, 1, true), (65_535, 65_534, true),
        ] as [(UInt64, UInt64, Bool)] {
            let found = front { bytes in
                bytes.put(part, at: 80, width: 2)
                bytes.put(parts, at: 82, width: 2)
                bytes.put(isFlagged ? 4 : 0, at: 12, width: 4)
            }
            #expect(found == .defect(.range("part")), "\(part) of \(parts)")
        }
        for (part, parts) in [(1, 2), (2, 2), (65_535, 65_535), (7, 9)] as [(UInt64, UInt64)] {
            let found = front { bytes in
                bytes.put(part, at: 80, width: 2)
                bytes.put(parts, at: 82, width: 2)
                bytes.put(4, at: 12, width: 4)
            }
            #expect(found == .frame(good.count), "\(part) of \(parts)")
        }
    }

    @Test("hops are at most 2^53", arguments: 0..<8)
    func hops(hop: Int) {
        expect("hops", 88 + hop * 8, 8, [1 << 53 + 1, 1 << 63, .max])
        expectGood(88 + hop * 8, 8, [0, 1, 1 << 53])
    }

    @Test("names have their lengths") func names() {
        expect("venue", 84, 1, [33, 255])
        expect("symbol", 85, 1, [65, 255])
        // Beyond the end of the frame.
        expect("length", 85, 1, [64])
        expect("length", 87, 1, [5, 255])
        expectGood(87, 1, [0, 1, 2, 3, 4])
    }

    @Test("padding is zeros") func padding() {
        for offset in 165..<168 { expect("padding", offset, 1, [1, 0x80, 0xFF]) }
        // A symbol shorter than it is leaves some of itself in the padding.
        expect("padding", 85, 1, [6])
    }

    @Test("names are UTF-8 without control characters") func letters() {
        for offset in 152..<158 { expect("venue", offset, 1, [0, 0x0A, 0x1B, 0x1F, 0x7F, 0x80, 0xC3, 0xFF]) }
        for offset in 158..<165 { expect("symbol", offset, 1, [0, 0x0A, 0x1B, 0x1F, 0x7F, 0x80, 0xC3, 0xFF]) }
        // U+009B, which terminals take for an escape, and U+00A0, which they do not.
        expect("venue", 153, 2, [0x9BC2, 0x80C2, 0x9FC2, 0xAFC0])
        expect("symbol", 163, 2, [0x9BC2, 0x80C2, 0x9FC2])
        expectGood(153, 2, [0xA0C2])
        expectGood(163, 2, [0xA0C2, 0xA9C3])
        // One character across both names is two broken ones.
        expect("venue", 157, 2, [0xA9C3])
    }

    @Test("names that fill their frame to its last byte are read no further") func last() {
        var bytes = [UInt8](repeating: 0x41, count: 160)
        bytes.replaceSubrange(0..<152, with: good.prefix(152))
        bytes[84] = 4
        bytes[85] = 4
        bytes[87] = 0
        #expect(bytes.sealed().front == .frame(160))
        bytes[159] = 0xC2
        #expect(bytes.sealed().front == .defect(.range("symbol")))
        bytes[155] = 0xC2
        #expect(bytes.sealed().front == .defect(.range("venue")))
    }
}
