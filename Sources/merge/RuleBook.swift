import Bytes
import Host
import Merges

/// The rules of a merge: those that it was started with, and what was changed by command, which is kept in a folder where there is one.
struct RuleBook: ~Copyable {
    private static let file = "rules"

    /// Of the command line and the file.
    private(set) var base: [MergeRule]
    private var changes = RuleChanges()
    private let folder: Folder?

    init(_ base: [MergeRule], keptIn path: String?) throws(Failure) {
        self.base = base
        guard let path else {
            folder = nil
            return
        }
        let folder = try Folder(at: path)
        let bytes = try folder.read(RuleBook.file) ?? []
        do throws(MergeRules.Defect) {
            changes = try RuleChanges(String(decoding: bytes, as: Unicode.UTF8.self))
        } catch {
            throw Failure(
                .data, "\(path)/\(RuleBook.file):\(error.line): \(error.text)", mend: "remove it to begin anew")
        }
        guard changes.fit(base) else {
            throw RuleBook.excess(mend: "take some away, or remove \(path)/\(RuleBook.file)")
        }
        self.folder = consume folder
    }

    /// Puts others in the place of those of the start, unless they are too many with those set by command.
    mutating func rebase(_ base: [MergeRule]) throws(Failure) {
        guard changes.fit(base) else { throw RuleBook.excess() }
        self.base = base
    }

    private static func excess(mend: String? = nil) -> Failure {
        Failure(.config, "more than \(MergeRule.countMax) rules with those set by command", mend: mend)
    }

    var rules: [MergeRule] { changes.applied(to: base) }

    /// Sets a rule; why it cannot be.
    mutating func set(_ rule: MergeRule) -> String? {
        var changes = changes
        guard changes.set(rule, over: base) else { return "more than \(MergeRule.countMax) rules" }
        return keep(changes)
    }

    /// Takes a rule away; why it cannot be.
    mutating func drop(_ key: String) -> String? {
        var changes = changes
        guard changes.drop(key, over: base) else { return "no rule \(key)" }
        return keep(changes)
    }

    /// What cannot be kept does not hold either.
    ///
    /// No event waits for the disk: what is written outlives this program, and not always the machine.
    private mutating func keep(_ changes: RuleChanges) -> String? {
        guard changes != self.changes else { return nil }
        do throws(Failure) {
            switch folder {
            case .some(let folder):
                try folder.replace(RuleBook.file, with: Array(changes.text.utf8), isSynchronised: false)
            case .none: break
            }
        } catch {
            return error.line
        }
        self.changes = changes
        return nil
    }
}
