import Units

/// What each address has used of its allowance in this minute, and who is banned.
///
/// Bound: `limit` addresses; beyond it those that are not banned are forgotten, and where all are, the one whose ban ends first.
struct AddressLimits: Sendable {
    static let limit = 4096

    struct Usage: Sendable {
        var minute: Int64 = 0
        var weight = 0
        /// Requests made in spite of a refusal, in this minute.
        var ignored = 0
        var bannedUntil = Nanos.zero
        var bans: Int64 = 0
    }

    /// What a request meets.
    enum Verdict: Equatable {
        case served(used: Int)
        case refused(used: Int, retry: Nanos)
        case banned(until: Nanos)
    }

    private var usages: [UInt64: Usage] = [:]

    /// Refusals that may be ignored before a ban.
    static let patience = 5

    /// Addresses that are known.
    var count: Int { usages.count }

    /// An address asks for something of this weight.
    mutating func ask(_ address: UInt64, weight: Int, most: Int, ban: Nanos, at now: Nanos) -> Verdict {
        if usages[address] == nil { makeRoom(at: now) }
        let minute = now.count / 60_000_000_000
        var usage = usages[address] ?? Usage()
        defer { usages[address] = usage }
        if usage.bannedUntil > now { return .banned(until: usage.bannedUntil) }
        if usage.minute != minute {
            usage.minute = minute
            usage.weight = 0
            usage.ignored = 0
        }
        usage.weight += weight
        if usage.weight <= most { return .served(used: usage.weight) }
        usage.ignored += 1
        if usage.ignored > AddressLimits.patience {
            // Each ban is twice as long as the one before, up to three days.
            usage.bannedUntil = now + Nanos(min(ban.count << min(usage.bans, 11), 259_200_000_000_000))
            usage.bans += 1
            return .banned(until: usage.bannedUntil)
        }
        return .refused(used: usage.weight, retry: Nanos((minute + 1) * 60_000_000_000) - now)
    }

    private mutating func makeRoom(at now: Nanos) {
        guard usages.count >= AddressLimits.limit else { return }
        usages = usages.filter { $0.value.bannedUntil > now }
        guard usages.count >= AddressLimits.limit else { return }
        let first = usages.min { ($0.value.bannedUntil, $0.key) < ($1.value.bannedUntil, $1.key) }
        if let first { usages[first.key] = nil }
    }
}
