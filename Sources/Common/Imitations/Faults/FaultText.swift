import Units

/// Why a fault's text is none, and what to write instead.
public struct FaultDefect: Error, Equatable, Sendable {
    public let text: String
}

/// Reads a fault's text.
struct FaultText {
    let text: String
    let id: Int
    /// Finds a market by the name that people use for it, and tells some that there are.
    let market: (String) -> Int?
    let markets: [String]

    func read() throws(FaultDefect) -> Fault {
        let halves = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        let parts = halves[0].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard let kind = Fault.Kind(rawValue: String(parts[0])) else {
            let kinds = Fault.Kind.allCases.map(\.rawValue).joined(separator: ", ")
            throw FaultDefect(text: "no fault is called '\(parts[0])'; there are \(kinds)")
        }
        var fault = Fault(id: id, text: text, kind: kind)
        if parts.count > 1 {
            for target in parts[1].split(separator: "+", omittingEmptySubsequences: false) {
                try read(target: String(target), into: &fault)
            }
        }
        if halves.count > 1 {
            for when in halves[1].split(separator: ",", omittingEmptySubsequences: false) {
                try read(when: String(when), into: &fault)
            }
        }
        if kind == .stall || kind == .mute, fault.throwsOf > 0 {
            throw FaultDefect(
                text: "'\(kind.rawValue)' lasts and takes no chance; try \(kind.rawValue)@every=30s,for=5s")
        }
        if kind == .stall || kind == .mute, fault.every.count > 0, fault.span.count == 0 { fault.span = .seconds(5) }
        if fault.span.count > 0, fault.every.count > 0, fault.span >= fault.every {
            throw FaultDefect(text: "'for' must be shorter than 'every'; try \(kind.rawValue)@every=30s,for=5s")
        }
        return fault
    }

    private func read(target: String, into fault: inout Fault) throws(FaultDefect) {
        if target == "*" { return }
        if let channel = ChannelWord(rawValue: target) {
            fault.channel = channel
        } else if target.hasPrefix("#") {
            guard let connection = Int(target.dropFirst()), connection >= 0 else {
                throw FaultDefect(text: "'\(target)' is no connection; try #0")
            }
            fault.connection = connection
        } else if target.hasPrefix("/") {
            fault.path = target
        } else if let board = market(target) {
            fault.board = board
        } else {
            let some = markets.prefix(5).joined(separator: ", ")
            let words = ChannelWord.allCases.map(\.rawValue).joined(separator: ", ")
            throw FaultDefect(
                text: "'\(target)' is neither a market (\(some), …), a channel (\(words)), a connection (#0) nor a path"
            )
        }
    }

    private func read(when: String, into fault: inout Fault) throws(FaultDefect) {
        let words = when.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let value = words.count > 1 ? words[1] : ""
        switch words[0] {
        case "at":
            fault.at = try span(value, words[0])
            fault.isTimed = true
        case "every":
            fault.every = try span(value, words[0])
            guard fault.every.count > 0 else {
                throw FaultDefect(text: "'every' is longer than nothing; try every=30s")
            }
        case "for": fault.span = try span(value, words[0])
        case "by": fault.by = try span(value, words[0])
        case "retry": fault.retry = try span(value, words[0])
        case "count": fault.left = try number(value, words[0], 1...1_000_000_000)
        case "bytes": fault.bytes = try number(value, words[0], 0...67_108_864)
        case "status": fault.status = try number(value, words[0], 500...599)
        case "chance":
            let parts = value.split(separator: "/").map { UInt64($0) }
            guard parts.count == 2, let chances = parts[0], let of = parts[1], of > 0, chances > 0, chances <= of else {
                throw FaultDefect(text: "'\(when)' is no chance; try chance=1/1000")
            }
            fault.chances = chances
            fault.throwsOf = of
        case "payload":
            guard let payload = Fault.Payload(rawValue: value) else {
                let all = Fault.Payload.allCases.map(\.rawValue).joined(separator: ", ")
                throw FaultDefect(text: "no payload is called '\(value)'; there are \(all)")
            }
            fault.payload = payload
        default:
            throw FaultDefect(
                text:
                    "'\(when)' says nothing of when or how; there are at=, every=, chance=, for=, count=, bytes=, by=, "
                    + "retry=, status=, payload=")
        }
    }

    private func number(_ text: String, _ name: String, _ range: ClosedRange<Int>) throws(FaultDefect) -> Int {
        guard let number = Int(text), range.contains(number) else {
            throw FaultDefect(
                text: "'\(name)' is a number from \(range.lowerBound) to \(range.upperBound), not '\(text)'")
        }
        return number
    }

    /// `250ms`, `10s`, `5m`, `2h`: at most a week.
    private func span(_ text: String, _ name: String) throws(FaultDefect) -> Nanos {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let unit: Int64? =
            switch text.dropFirst(digits.count) {
            case "us": 1000
            case "ms": 1_000_000
            case "s": 1_000_000_000
            case "m": 60_000_000_000
            case "h": 3_600_000_000_000
            default: nil
            }
        guard let unit, let count = Int64(digits), count <= 604_800_000_000_000 / unit * 1000 else {
            throw FaultDefect(text: "'\(name)' is a time, not '\(text)'; try \(name)=10s, 250ms, 5m or 2h")
        }
        return Nanos(count * unit)
    }
}
