import Bytes
import Support
import Testing
import Text

@testable import Venues

@Suite(.timeLimit(.minutes(1)))
struct HostileMessageTests {
    private func read(_ sample: Sample, _ text: String) -> Reading { Reading(sample.dialect, text, side: sample.side) }

    @Test("a message that is cut anywhere is a defect", arguments: Sample.all)
    func prefixesAreDefects(sample: Sample) {
        let bytes = Array(sample.text.utf8)
        let fence = Fence()
        for count in 0..<bytes.count {
            let reading = Reading(sample.dialect, Array(bytes.prefix(count)), side: sample.side, fence: fence)
            #expect(reading.defect != .none, "\(count) bytes")
        }
    }

    @Test("a message with something behind it is a defect", arguments: Sample.all)
    func suffixesAreDefects(sample: Sample) {
        for suffix in ["x", "{}", ",", "\u{0}", "]", "}", sample.text] {
            #expect(read(sample, sample.text + suffix).defect != .none, "\(suffix)")
        }
        for space in [" ", "\n", "\r\n\t "] { #expect(read(sample, sample.text + space) == read(sample, sample.text)) }
    }

    @Test(
        "a value of another type is refused where a field is used, and nothing where it is not", arguments: Sample.all)
    func typesAreChecked(sample: Sample) {
        let expected = read(sample, sample.text)
        let tests = MessageTests()
        let tree = Tree(sample.text)
        for path in tree.paths {
            guard let name = tests.name(tree, path), !isLabel(name) else { continue }
            // Of what is in it nothing is used; and some of Binance's streams wrap a list.
            let isEmpty =
                sample.dialect.fetchesSnapshots && name == "data"
                || !tree[path].paths.isEmpty
                    && tree[path].paths.allSatisfy {
                        tests.name(tree, path + $0).map { tests.isUnused(sample, $0) } ?? true
                    }
            for value in ["{}", "{\"a\":1}", "true", "[[[7]]]", "\"\\u0000\"", "null", "\"\"", "-1", "[]"]
            where tree[path].text != value {
                let changed = tree.replacing(path) { [Tree.Member($0.key, Tree(value))] }
                let reading = read(sample, changed.text)
                #expect(reading.isInside)
                if tests.isUnused(sample, name) {
                    #expect(reading == expected, "\(name): \(value)")
                } else if !isEmpty, value == "[[[7]]]" || value.hasPrefix("{") && !tree[path].text.hasPrefix("{") {
                    // An object, or a list of what no venue sends, is nowhere good.
                    #expect(reading.defect != .none, "\(name): \(value)")
                }
            }
        }
    }

    /// Fields for people, which may be of any type.
    private func isLabel(_ name: String) -> Bool { ["symbol", "pair", "status", "stream", "msg"].contains(name) }

    @Test("a number that does not fit marks its event and no other, and is no defect", arguments: Sample.all)
    func rangesMark(sample: Sample) {
        let expected = read(sample, sample.text)
        let tests = MessageTests()
        let tree = Tree(sample.text)
        for path in tree.paths {
            let name = (1...path.count).compactMap { tree.key(at: Array(path.prefix($0))) }.joined(separator: ".")
            guard case .leaf(let text) = tree[path], sample.numbers.contains(name), isNumber(text) else { continue }
            for number in [
                "9223372036854775808", "123456789012345678901234567890", "1e64", "1E-64", "0.12345678901234567890",
                "1e999999999999",
            ] {
                let quoted = text.hasPrefix("\"") ? "\"\(number)\"" : number
                let changed = tree.replacing(path) { [Tree.Member($0.key, Tree(quoted))] }
                let reading = read(sample, changed.text)
                #expect(reading.defect == .none, "\(name): \(number)")
                let marked = reading.lines.filter { $0.contains("range!") }
                // An identity that is no number to anybody keeps its digits.
                #expect(
                    marked.count == 1 || (marked.count == sample.lines.count && tests.name(tree, path) == nil),
                    "\(name): \(number)")
                #expect(reading.lines.count == expected.lines.count)
            }
        }
    }

    private func isNumber(_ text: String) -> Bool {
        let text = text.hasPrefix("\"") ? String(text.dropFirst().dropLast()) : text
        return Double(text) != nil
    }

    @Test("a size below 0 is refused", arguments: Sample.all)
    func negativeSizesAreRefused(sample: Sample) {
        let tree = Tree(sample.text)
        let sizes: Set<String> = [
            "q", "size", "qty", "data.q", "events.updates.new_quantity", "events.trades.size", "data.bids.qty",
            "data.asks.qty", "data.qty", "bids.qty", "asks.qty", "trades.qty",
        ]
        for path in tree.paths {
            guard let name = MessageTests().name(tree, path), sizes.contains(name), sample.needed.contains(name),
                case .leaf(let text) = tree[path]
            else { continue }
            let negative = text.hasPrefix("\"") ? "\"-1\"" : "-1"
            let changed = tree.replacing(path) { [Tree.Member($0.key, Tree(negative))] }
            #expect(read(sample, changed.text).defect == .unexpected, "\(name)")
        }
        // Levels that are lists: price, size.
        let lists: [String?] = ["b", "a", "bids", "asks", "as", "bs", "changes"]
        for path in tree.paths where path.count > 2 {
            guard case .array(let row) = tree[path], row.count >= 2, tree.key(at: Array(path.dropLast())) != nil,
                row.allSatisfy({ $0.text.hasPrefix("\"") }), row.count < 5,
                lists.contains(tree.key(at: Array(path.dropLast())))
            else { continue }
            if let name = MessageTests().name(tree, Array(path.dropLast())), MessageTests().isUnused(sample, name) {
                continue
            }
            let isChange = tree.key(at: Array(path.dropLast())) == "changes"
            var changed = tree
            changed[path + [isChange ? 2 : 1]] = Tree("\"-0.5\"")
            #expect(read(sample, changed.text).defect == .unexpected, "\(changed.text)")
        }
    }

    @Test("no bytes trap a reader, and what is read lies inside the message", arguments: 0..<40)
    func corruptionNeverTraps(seed: Int) {
        var dice = Dice(seed: UInt64(seed))
        let fence = Fence(capacity: 1 << 14)
        for sample in Sample.all {
            var bytes = Array(sample.text.utf8)
            for _ in 0..<dice.number(1...4) { corrupt(&bytes, &dice) }
            let reading = Reading(sample.dialect, bytes, side: sample.side, fence: fence)
            #expect(reading.isInside)
            guard reading.defect == .none else { continue }
            let isValid = bytes.withUnsafeBytes { JSON.isValid(RawSpan(_unsafeBytes: $0)) }
            #expect(isValid, "\(String(decoding: bytes, as: Unicode.UTF8.self))")
        }
    }

    private func corrupt(_ bytes: inout [UInt8], _ dice: inout Dice) {
        guard !bytes.isEmpty else { return }
        let at = dice.number(0...(bytes.count - 1))
        let end = min(bytes.count, at + dice.number(1...12))
        switch dice.number(0...6) {
        case 0: bytes[at] ^= 1 << UInt8(dice.number(0...7))
        case 1: bytes[at] = UInt8(dice.number(0...255))
        case 2: bytes.removeSubrange(at..<end)
        case 3: bytes.insert(contentsOf: bytes[at..<end], at: at)
        case 4: bytes[at] = dice.pick(Array("{}[]\",:0123456789-.eE\\u tfn".utf8))
        case 5:
            bytes.insert(
                contentsOf: Array(dice.pick(["null", "-0", "1e400", "\\ud800", "{}", "[[[[", "\"\""]).utf8), at: at)
        default: bytes.swapAt(at, dice.number(0...(bytes.count - 1)))
        }
    }

    @Test("nesting without end is a defect, not a crash", arguments: Dialect.allCases)
    func deepNestingIsADefect(dialect: Dialect) {
        for text in [
            String(repeating: "[", count: 100_000), String(repeating: #"{"data":"#, count: 50_000),
            #"{"zz":"# + String(repeating: "[", count: 65) + String(repeating: "]", count: 65) + "}",
        ] {
            #expect(Reading(dialect, text).defect != .none)
        }
    }
}
