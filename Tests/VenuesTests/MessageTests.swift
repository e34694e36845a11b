import Support
import Testing
import Text

@testable import Venues

@Suite(.timeLimit(.minutes(1)))
struct MessageTests {
    private func read(_ sample: Sample, _ text: String) -> Reading { Reading(sample.dialect, text, side: sample.side) }

    @Test("a message as the documents have it says what it says, field by field", arguments: Sample.all)
    func saysWhatItSays(sample: Sample) {
        let reading = read(sample, sample.text)
        #expect(reading.defect == .none)
        #expect(reading.lines == sample.lines)
    }

    @Test("the order of fields and the white space between them change nothing", arguments: Sample.all)
    func orderIsNothing(sample: Sample) {
        let expected = read(sample, sample.text)
        for seed in 0..<12 {
            var dice = Dice(seed: UInt64(seed))
            let tree = Tree(sample.text).shuffled(using: &dice)
            #expect(read(sample, tree.text) == expected, "\(tree.text)")
            let spaced = tree.text { String(repeating: dice.pick([" ", "\t", "\n", "\r"]), count: dice.number(0...2)) }
            #expect(read(sample, spaced) == expected, "\(spaced)")
        }
    }

    @Test(
        "fields that are not known change nothing, whatever they hold and however close their names",
        arguments: Sample.all)
    func unknownFieldsAreNothing(sample: Sample) {
        let expected = read(sample, sample.text)
        let tree = Tree(sample.text)
        let values = ["null", "-1.5e300", "[[],{},[1,{\"b\":\"\\u00e9\"}]]", "\"漢\\\"\"", "{\"price\":{},\"s\":[]}"]
        var dice = Dice(seed: 1)
        for path in tree.paths {
            guard let key = tree.key(at: path) else { continue }
            for name in [
                "zz", key + "x", key + String(repeating: "y", count: 40), "\\u0001" + key, key.uppercased() + "_",
            ] {
                let stranger = Tree.Member(name, Tree(dice.pick(values)))
                let changed = tree.replacing(path) { dice.oneIn(2) ? [stranger, $0] : [$0, stranger] }
                #expect(read(sample, changed.text) == expected, "\(changed.text)")
            }
        }
    }

    @Test("a key that is spelt with escapes is the same key", arguments: Sample.all)
    func escapedKeysAreTheSame(sample: Sample) {
        let expected = read(sample, sample.text)
        let tree = Tree(sample.text)
        for path in tree.paths where tree.key(at: path) != nil {
            let changed = tree.replacing(path) { member in
                let escaped = member.key.unicodeScalars.map { scalar in
                    let hex = String(scalar.value, radix: 16)
                    return "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
                }
                return [Tree.Member(escaped.joined(), member.value)]
            }
            #expect(read(sample, changed.text) == expected, "\(changed.text)")
        }
    }

    @Test("a field that is used is refused when it comes twice, another is not", arguments: Sample.all)
    func repeatedFieldsAreRefused(sample: Sample) {
        let expected = read(sample, sample.text)
        let tree = Tree(sample.text)
        for path in tree.paths {
            guard let name = name(tree, path) else { continue }
            let twice = tree.replacing(path) { [$0, $0] }
            let reading = read(sample, twice.text)
            if isUnused(sample, name) {
                #expect(reading == expected, "\(name)")
            } else {
                #expect(reading.defect != .none, "\(name)")
            }
        }
    }

    @Test("exactly the fields without which a message means nothing are missed", arguments: Sample.all)
    func missingFieldsAreRefused(sample: Sample) {
        let tree = Tree(sample.text)
        for path in tree.paths {
            guard let name = name(tree, path) else { continue }
            let without = tree.replacing(path) { _ in [] }
            let defect = read(sample, without.text).defect
            #expect(defect == (sample.needed.contains(name) ? .unexpected : .none), "\(name)")
        }
    }

    @Test(
        "events that are not used are no defect, whatever their fields hold and in whatever order",
        arguments: 0..<Sample.strangers.count)
    func strangersAreIgnored(index: Int) {
        let (dialect, text) = Sample.strangers[index]
        for seed in 0..<20 {
            var dice = Dice(seed: UInt64(seed))
            let tree = seed == 0 ? Tree(text) : Tree(text).shuffled(using: &dice)
            let reading = Reading(dialect, tree.text)
            #expect(reading.defect == .none, "\(tree.text)")
            let lines = reading.lines.filter { !$0.hasPrefix("sequence") }
            #expect(lines == ["other"] || lines == ["venueStatus"], "\(tree.text)")
        }
    }

    func name(_ tree: Tree, _ path: [Int]) -> String? {
        guard tree.key(at: path) != nil else { return nil }
        return (1...path.count).compactMap { tree.key(at: Array(path.prefix($0))) }.joined(separator: ".")
    }

    func isUnused(_ sample: Sample, _ name: String) -> Bool {
        sample.unused.contains(name) || sample.unused.contains { name.hasPrefix($0 + ".") }
    }
}
