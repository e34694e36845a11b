public import Host
public import Units

/// What a tool takes on its command line, declared once: from it arguments are read and `--help` is printed, so neither can lie.
public struct Command: Sendable {
    /// One option. Long names only.
    public struct Option: Sendable {
        let name: String
        let value: String?
        let help: String

        /// An option that is there or not.
        public static func flag(_ name: String, _ help: String = "") -> Option {
            Option(name: name, value: nil, help: help)
        }

        /// An option with a value; `value` names it in the help. One without a help of its own stands on the line of the next, whose
        /// help is of both.
        public static func value(_ name: String, _ value: String, _ help: String = "") -> Option {
            Option(name: name, value: value, help: help)
        }
    }

    let name: String
    let operands: String
    let summary: String
    let examples: [String]
    let options: [Option]

    /// `summary`: one or two sentences. `examples`: real lines.
    public init(_ name: String, operands: String, summary: String, examples: [String], options: [Option]) {
        self.name = name
        self.operands = operands
        self.summary = summary
        self.examples = examples
        self.options = options
    }

    /// The version of all tools.
    public static let version = "0.1.0"

    /// What every tool answers.
    private static let questions: [Option] = [.flag("help"), .flag("version", "print this, or the version")]

    public var usage: String { "usage: \(name) \(operands)" }

    /// What `--help` prints.
    public var help: String {
        var rows: [(left: String, help: String)] = [("", "")]
        for option in options + Command.questions {
            if !rows[rows.count - 1].help.isEmpty { rows.append(("", "")) }
            rows[rows.count - 1].left += "  --\(option.name)" + (option.value.map { " \($0)" } ?? "")
            rows[rows.count - 1].help = option.help
        }
        let width = (rows.map(\.left.count).max() ?? 0) + 2
        let table = rows.map { $0.left + String(repeating: " ", count: width - $0.left.count) + $0.help }
        return ([usage, summary, ""] + examples.map { "  " + $0 } + [""] + table).joined(separator: "\n") + "\n"
    }

    /// Reads the arguments behind the tool's name. `--help` and `--version` are answered by the caller, see `run`.
    public func parse(_ words: [String]) throws(Failure) -> Arguments {
        var arguments = Arguments()
        var rest = words[...]
        while let word = rest.popFirst() {
            if word == "--" {
                arguments.operands += rest
                break
            }
            guard word.hasPrefix("-"), word != "-" else {
                arguments.operands.append(word)
                continue
            }
            if word == "-h" || word == "--help" {
                arguments.wantsHelp = true
                continue
            }
            if word == "-V" || word == "--version" {
                arguments.wantsVersion = true
                continue
            }
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard word.hasPrefix("--"), let option = options.first(where: { "--" + $0.name == parts[0] }) else {
                let near = nearest(to: parts[0])
                throw Failure(.usage, "unknown option \(parts[0])", mend: near.map { "did you mean --\($0)?" } ?? usage)
            }
            guard option.value != nil else {
                guard parts.count == 1 else { throw Failure(.usage, "--\(option.name) takes no value", mend: usage) }
                arguments.flags.insert(option.name)
                continue
            }
            guard let value = parts.count == 2 ? parts[1] : rest.popFirst() else {
                throw Failure(.usage, "--\(option.name) needs a value (\(option.value ?? ""))", mend: usage)
            }
            arguments.values[option.name, default: []].append(value)
        }
        return arguments
    }

    private func nearest(to word: String) -> String? {
        let name = String(word.drop { $0 == "-" })
        return Command.nearest(to: name, among: (options + Command.questions).map(\.name)).first
    }

    /// The names that differ least from `word`, nearest first: at most three, none that differs in more than a third.
    public static func nearest(to word: String, among names: [String]) -> [String] {
        let wanted = Array(word.lowercased().utf8)
        let scored = names.map { ($0, distance(wanted, Array($0.lowercased().utf8))) }
        return scored.filter { $0.1 <= max(2, wanted.count / 3) }
            .sorted { ($0.1, $0.0) < ($1.1, $1.0) }.prefix(3).map(\.0)
    }

    /// Insertions, removals and replacements that make one of the other (Levenshtein).
    private static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
        var row = Array(0...b.count)
        for (line, byte) in a.enumerated() {
            var before = row[0]
            row[0] = line + 1
            for column in 0..<b.count {
                let cost = min(before + (byte == b[column] ? 0 : 1), row[column] + 1, row[column + 1] + 1)
                before = row[column + 1]
                row[column + 1] = cost
            }
        }
        return row[b.count]
    }
}

/// A command line, read.
public struct Arguments: Sendable {
    /// What is no option, in order.
    public internal(set) var operands: [String] = []
    var flags: Set<String> = []
    var values: [String: [String]] = [:]
    var wantsHelp = false
    var wantsVersion = false

    public func has(_ flag: String) -> Bool { flags.contains(flag) }

    /// The value of an option, the last one where it was given several times; nil where it was not given.
    public func value(_ name: String) -> String? { values[name]?.last }

    /// All values of an option, as they are.
    public func all(_ name: String) -> [String] { values[name] ?? [] }

    /// All values of an option, each split at commas.
    public func list(_ name: String) -> [String] {
        (values[name] ?? []).flatMap { $0.split(separator: ",").map(String.init) }
    }

    /// A span as `90s`, `500ms`, `30m`, `1h`, `7d`, in nanoseconds; nil where the option was not given.
    public func span(_ name: String, least: Nanos) throws(Failure) -> Nanos? {
        guard let text = value(name) else { return nil }
        let units: [(String, Int64)] = [
            ("ms", 1_000_000), ("s", 1_000_000_000), ("m", 60_000_000_000), ("h", 3_600_000_000_000),
            ("d", 86_400_000_000_000),
        ]
        for (unit, nanos) in units where text.hasSuffix(unit) {
            guard let count = Int64(text.dropLast(unit.utf8.count)), (0...10_000).contains(count) else { continue }
            let span = Nanos(count * nanos)
            guard span >= least else { break }
            return span
        }
        throw Failure(
            .usage, "--\(name) \(text): not a time of at least \(least.count / 1_000_000) ms", mend: "90s, 30m, 1h, 7d")
    }

    /// How many times as fast as recorded; nil where the option was not given.
    public func pace(_ name: String) throws(Failure) -> Pace? {
        guard let text = value(name) else { return nil }
        guard let pace = Pace(text) else {
            throw Failure(.usage, "--\(name) \(text): not a number above 0, at most 1000000", mend: "10, or 0.25")
        }
        return pace
    }

    /// A whole number within bounds; nil where the option was not given.
    public func number(_ name: String, _ range: ClosedRange<Int>) throws(Failure) -> Int? {
        guard let text = value(name) else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw Failure(
                .usage, "--\(name) \(text): not a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }
}
