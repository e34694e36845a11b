/// Rules that were set or taken away by command, over those that a merge is started with. As a text: a rule a line, and `off KEY`.
public struct RuleChanges: Equatable, Sendable {
    private var added: [MergeRule] = []
    /// Keys of rules that are no more.
    private var dropped: [String] = []

    public init() {}

    /// Reads what `text` gives.
    public init(_ text: String) throws(MergeRules.Defect) {
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            guard !line.isEmpty else { continue }
            guard added.count + dropped.count < 2 * MergeRule.countMax else {
                throw MergeRules.Defect(line: index + 1, text: "more than \(2 * MergeRule.countMax) changes")
            }
            if line.hasPrefix("off ") {
                dropped.append(String(line.dropFirst(4)))
                continue
            }
            do throws(MergeRule.Defect) {
                added.append(try MergeRule(String(line)))
            } catch {
                throw MergeRules.Defect(line: index + 1, text: error.text)
            }
        }
    }

    public var text: String {
        (added.map(\.text) + dropped.map { "off \($0)" }).map { $0 + "\n" }.joined()
    }

    /// The rules that hold: those of the start in their order, changed or gone, then those that came. More than there may be, where
    /// they do not `fit`.
    public func applied(to base: [MergeRule]) -> [MergeRule] {
        var rules = base.filter { !dropped.contains($0.key) }
        for rule in added {
            if let index = rules.firstIndex(where: { $0.key == rule.key }) {
                rules[index] = rule
            } else {
                rules.append(rule)
            }
        }
        return rules
    }

    /// Whether no more rules hold than there may be.
    public func fit(_ base: [MergeRule]) -> Bool { applied(to: base).count <= MergeRule.countMax }

    /// Sets a rule, in place of one of the same key; false where there would be too many.
    public mutating func set(_ rule: MergeRule, over base: [MergeRule]) -> Bool {
        let rules = applied(to: base)
        guard rules.count < MergeRule.countMax || rules.contains(where: { $0.key == rule.key }) else { return false }
        dropped.removeAll { $0 == rule.key }
        // It stays in its place: the same once more is no change.
        let place = added.firstIndex { $0.key == rule.key } ?? added.count
        added.removeAll { $0.key == rule.key }
        if !base.contains(rule) { added.insert(rule, at: place) }
        return true
    }

    /// Takes a rule away; false where there is none.
    public mutating func drop(_ key: String, over base: [MergeRule]) -> Bool {
        guard applied(to: base).contains(where: { $0.key == key }) else { return false }
        added.removeAll { $0.key == key }
        // Keys that no start has any more make room.
        dropped.removeAll { key in !base.contains { $0.key == key } }
        if base.contains(where: { $0.key == key }) { dropped.append(key) }
        return true
    }
}
