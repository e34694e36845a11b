import Text

/// Who is who: which user may go by which names, and what each of them may do. A table, one grant a line:
///
///     # user         name   may
///     1000           *      all
///     penstock-grid  grid   durable trade subscribe=kraken/BTC-*/book subscribe=*/*/trade
///     1002           -      subscribe connections=8 commands=20
///
/// A user is what the kernel says of who connects: a number, or a name that `user` finds. A name may have stars; `*` is any name and
/// none, `-` is none. Several lines add up. Who is in no line may do nothing.
public struct Grants: Equatable, Sendable {
    public static let linesMax = 4096

    /// What is wrong with a line, counted from 1.
    public struct Defect: Error, Equatable, Sendable {
        public let line: Int
        public let text: String
    }

    /// Streams that may be subscribed to. Only stars: so whether they hold another pattern is plain to see.
    struct Streams: Equatable {
        var venue = "*"
        var symbol = "*"
        var kind = "*"
    }

    private struct Grant: Equatable {
        let user: UInt32
        let name: String
        var rights: Rights = []
        var streams: [Streams] = []

        func holds(_ user: UInt32, _ other: String) -> Bool {
            guard self.user == user else { return false }
            return name == "*" || (name.isEmpty || other.isEmpty ? name == other : Glob.matches(name, other))
        }
    }

    private var grants: [Grant] = []
    private var limits: [UInt32: UserLimits] = [:]

    /// Reads a table; refused whole where a line is wrong.
    public static func read(_ text: String, user: (String) -> UInt32?) throws(Defect) -> Grants {
        var table = Grants()
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let words = line.prefix { $0 != "#" }.split { $0 == " " || $0 == "\t" || $0 == "\r" }.map(String.init)
            guard !words.isEmpty else { continue }
            if let why = table.take(words, user) { throw Defect(line: index + 1, text: why) }
        }
        return table
    }

    /// Takes a line; why it cannot be taken.
    private mutating func take(_ words: [String], _ find: (String) -> UInt32?) -> String? {
        guard words.count >= 3 else { return "not USER NAME RIGHT…" }
        guard grants.count < Grants.linesMax else { return "more than \(Grants.linesMax) lines" }
        guard let user = UInt32(words[0]) ?? find(words[0]) else { return "no user \(words[0])" }
        guard words[1].utf8.count <= 64, !words[1].contains("?") else {
            return "\(words[1]) is no name: 64 bytes at most, and of patterns the star alone"
        }
        var grant = Grant(user: user, name: words[1] == "-" ? "" : words[1])
        var limits = UserLimits()
        for word in words.dropFirst(2) {
            let sides = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            if sides[0] == "subscribe" {
                guard let streams = Grants.streams(sides.count == 2 ? sides[1] : "*") else {
                    return "\(word): not subscribe=VENUE/SYMBOL/KIND, of patterns the star alone"
                }
                grant.streams.append(streams)
            } else if sides.count == 2 {
                if let why = Grants.set(sides[0], sides[1], &limits) { return why }
            } else if let right = Rights.words.first(where: { $0.0 == word })?.1 {
                grant.rights.formUnion(right)
                if right == .all { grant.streams.append(Streams()) }
            } else {
                let names = Rights.words.map(\.0).joined(separator: ", ")
                return "\(word) is no right; these are: subscribe, \(names)"
            }
        }
        grants.append(grant)
        guard limits != UserLimits() else { return nil }
        guard self.limits[user] == nil else { return "the limits of user \(words[0]) are set already" }
        self.limits[user] = limits
        return nil
    }

    private static func streams(_ text: String) -> Streams? {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count <= 3, parts.allSatisfy({ !$0.isEmpty && !$0.contains("?") }) else { return nil }
        var streams = Streams(venue: parts[0])
        if parts.count > 1 { streams.symbol = parts[1] }
        if parts.count > 2 { streams.kind = parts[2] }
        return streams
    }

    private static func set(_ word: String, _ value: String, _ limits: inout UserLimits) -> String? {
        let places: [(String, WritableKeyPath<UserLimits, Int>, ClosedRange<Int>)] = [
            ("connections", \.connections, UserLimits.connectionsRange),
            ("subscriptions", \.subscriptions, UserLimits.subscriptionsRange),
            ("commands", \.commands, UserLimits.commandsRange),
        ]
        guard let (_, path, range) = places.first(where: { $0.0 == word }) else { return "\(word) is no limit" }
        guard let number = Int(value), range.contains(number) else {
            return "\(word)=\(value): not from \(range.lowerBound) to \(range.upperBound)"
        }
        limits[keyPath: path] = number
        return nil
    }

    /// Whether a user may go by a name; by none, where it is empty.
    public func mayClaim(_ name: String, user: UInt32) -> Bool { grants.contains { $0.holds(user, name) } }

    public func may(_ rights: Rights, user: UInt32, name: String) -> Bool {
        var held: Rights = []
        for grant in grants where grant.holds(user, name) { held.formUnion(grant.rights) }
        return held.isSuperset(of: rights)
    }

    /// Whether a user may have all streams that a subscription can ever mean.
    public func maySubscribe(_ subscription: Subscription, user: UInt32, name: String) -> Bool {
        var left = Set(subscription.channels)
        for grant in grants where grant.holds(user, name) {
            for streams in grant.streams {
                // A star of what is asked for can only be held by a star of what is granted: the text of the one matches the other.
                guard Glob.matches(streams.venue, subscription.venue), Glob.matches(streams.symbol, subscription.symbol)
                else { continue }
                left.subtract(Subscription(kind: streams.kind).channels)
            }
        }
        return left.isEmpty
    }

    public func limits(of user: UInt32) -> UserLimits { limits[user] ?? UserLimits() }
}
