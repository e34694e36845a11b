import Bytes
import Support
import Testing

@Suite(.timeLimit(.minutes(1)))
struct KeyTests {
    /// One literal of each length from 0 to 32, with the text it is spelt from.
    private static let literals: [(Key, String)] = [
        ("", ""), ("a", "a"), ("ab", "ab"), ("abc", "abc"), ("abcd", "abcd"), ("abcde", "abcde"),
        ("abcdef", "abcdef"), ("abcdefg", "abcdefg"), ("abcdefgh", "abcdefgh"), ("abcdefghi", "abcdefghi"),
        ("abcdefghij", "abcdefghij"), ("abcdefghijk", "abcdefghijk"), ("abcdefghijkl", "abcdefghijkl"),
        ("abcdefghijklm", "abcdefghijklm"), ("abcdefghijklmn", "abcdefghijklmn"),
        ("abcdefghijklmno", "abcdefghijklmno"), ("abcdefghijklmnop", "abcdefghijklmnop"),
        ("abcdefghijklmnopq", "abcdefghijklmnopq"), ("abcdefghijklmnopqr", "abcdefghijklmnopqr"),
        ("abcdefghijklmnopqrs", "abcdefghijklmnopqrs"), ("abcdefghijklmnopqrst", "abcdefghijklmnopqrst"),
        ("abcdefghijklmnopqrstu", "abcdefghijklmnopqrstu"), ("abcdefghijklmnopqrstuv", "abcdefghijklmnopqrstuv"),
        ("abcdefghijklmnopqrstuvw", "abcdefghijklmnopqrstuvw"),
        ("abcdefghijklmnopqrstuvwx", "abcdefghijklmnopqrstuvwx"),
        ("abcdefghijklmnopqrstuvwxy", "abcdefghijklmnopqrstuvwxy"),
        ("abcdefghijklmnopqrstuvwxyz", "abcdefghijklmnopqrstuvwxyz"),
        ("abcdefghijklmnopqrstuvwxyz0", "abcdefghijklmnopqrstuvwxyz0"),
        ("abcdefghijklmnopqrstuvwxyz01", "abcdefghijklmnopqrstuvwxyz01"),
        ("abcdefghijklmnopqrstuvwxyz012", "abcdefghijklmnopqrstuvwxyz012"),
        ("abcdefghijklmnopqrstuvwxyz0123", "abcdefghijklmnopqrstuvwxyz0123"),
        ("abcdefghijklmnopqrstuvwxyz01234", "abcdefghijklmnopqrstuvwxyz01234"),
        ("abcdefghijklmnopqrstuvwxyz012345", "abcdefghijklmnopqrstuvwxyz012345"),
        ("größe", "größe"),
    ]

    @Test("a literal equals the key of the same bytes, at the end of memory too, and no other")
    func literals() {
        let fence = Fence()
        for (index, (literal, text)) in KeyTests.literals.enumerated() {
            let bytes = Array(text.utf8)
            #expect(fence.lend(bytes) { Key($0, 0..<bytes.count) } == literal)
            #expect(fence.lend(Array("\"\(text)\": 1".utf8)) { Key($0, 1..<(1 + bytes.count)) } == literal)
            for (other, (key, _)) in KeyTests.literals.enumerated() { #expect((key == literal) == (other == index)) }
        }
    }

    @Test("keys of random bytes are equal exactly where the bytes are", arguments: 0..<50)
    func equality(seed: UInt64) throws {
        var dice = Dice(seed: seed)
        let bytes = dice.bytes(dice.number(0...32), of: [1, 2, 0x61, 0x80, 0xFF])
        let found = Key(bytes.span.bytes, 0..<bytes.count)
        let key = try #require(found)
        #expect(key == Key(key.first, key.second, key.third, key.fourth))
        for index in bytes.indices {
            var other = bytes
            other[index] ^= 0x40
            #expect(Key(other.span.bytes, 0..<other.count) != key)
            #expect(Key(bytes.span.bytes, 0..<index) != key)
        }
    }

    @Test("the tag of a name of at most eight bytes is no other name's tag, that of a longer one no short one's")
    func tags() {
        for (index, (key, text)) in KeyTests.literals.enumerated() where text.utf8.count <= 8 {
            for (other, (second, _)) in KeyTests.literals.enumerated() {
                #expect((key.tag == second.tag) == (index == other))
            }
        }
        let key: Key = "product_id"
        switch key.tag {
        case "product_": Issue.record("a longer name taken for its first eight bytes")
        case "product_id" where key == "product_xx": Issue.record("compared by the tag only")
        case "product_id" where key == "product_id": break
        default: Issue.record("not found")
        }
    }

    @Test("above 32 bytes there is no key")
    func longTexts() {
        let bytes = [UInt8](repeating: 0x61, count: 300)
        for count in 0...300 { #expect((Key(bytes.span.bytes, 0..<count) == nil) == (count > 32)) }
    }

    @Test("a literal above 32 bytes traps at its first use")
    func traps() async {
        await #expect(processExitsWith: .failure) { let _: Key = "abcdefghijklmnopqrstuvwxyz0123456" }
    }
}
