import Bytes
import Matching
import Text
public import Units
import Venues

extension Imitation {
    /// Makes something go wrong from now on; its number, by which it is cleared. What can be written is said at `Fault`.
    public mutating func set(fault text: String, at now: Nanos) throws(FaultDefect) -> Int {
        guard faults.all.count < Faults.limit else {
            throw FaultDefect(text: "\(Faults.limit) faults are set; clear some")
        }
        var markets: [String: Int] = [:]
        var listed: [String] = []
        for board in 0..<boards.count where boards[board].isListed {
            let name = boards[board].terms.base + "-" + boards[board].terms.quote
            listed.append(name)
            markets[name] = board
            markets[boards[board].native] = board
        }
        var fault = try FaultText(text: text, id: faults.nextID, market: { markets[$0] }, markets: listed).read()
        fault.begin(at: now)
        faults.nextID += 1
        faults.all.append(fault)
        if fault.kind == .oldSnapshot {
            for board in 0..<boards.count where fault.board ?? board == board { boards[board].age() }
        }
        return fault.id
    }

    /// Ends a fault; false where there is none of this number. What it did stays done, but a stream that stalled goes on.
    public mutating func clear(fault id: Int) -> Bool {
        guard let index = faults.all.firstIndex(where: { $0.id == id }) else { return false }
        let fault = faults.all.remove(at: index)
        if fault.kind == .mute, fault.isOn { unmute() }
        return true
    }

    /// The faults that are set: number, text, how often each has struck.
    public var faultList: [(id: Int, text: String, strikes: UInt64)] {
        faults.all.map { ($0.id, $0.text, $0.strikes) }
    }

    /// Those faults that wait for no message.
    mutating func performFaults(at now: Nanos) {
        guard !faults.isIdle else { return }
        for index in faults.all.indices {
            let fault = faults.all[index]
            switch fault.kind {
            case .mute: mute(index, at: now)
            case .cut, .halfOpen, .dailyCut, .shutdown:
                guard fault.throwsOf == 0, fault.board == nil, fault.channel == nil else { continue }
                let hit = connections.indices.filter {
                    connections[$0].isOpen && !connections[$0].isFrozen && fault.connection ?? $0 == $0
                }
                guard !hit.isEmpty, faults.all[index].strikes(at: now, &dice) else { continue }
                for connection in hit { end(connection, fault, at: now) }
            default: break
            }
        }
    }

    /// Ends a connection as a fault says.
    mutating func end(_ connection: Int, _ fault: Fault, at now: Nanos) {
        switch fault.kind {
        case .halfOpen:
            guard !connections[connection].isFrozen else { return }
            connections[connection].isFrozen = true
            frozen += 1
            directives.append(.freeze(connection: connection))
        case .dailyCut: close(connection, code: 1000)
        case .shutdown:
            guard connections[connection].closes == nil else { return }
            connections[connection].closes = now + (fault.by ?? .seconds(5))
            if let farewell = farewell(connection, at: now) { say(connection, farewell, at: now) }
        default:
            directives.append(.reset(connection: connection))
            forget(connection)
        }
    }

    /// What the venue says before it closes a connection; nil: nothing.
    private mutating func farewell(_ connection: Int, at now: Nanos) -> Piece? {
        switch dialect {
        case .binance:
            let event = #"{"e":"serverShutdown","E":\#(now.count / 1_000_000)}"#
            return printed(
                connections[connection].isCombined ? #"{"stream":"!serverShutdown","data":\#(event)}"# : event)
        case .kraken:
            return printed(
                #"{"channel":"status","type":"update","data":[{"version":"2.0.10","system":"maintenance","#
                    + #""api_version":"v2","connection_id":0}]}"#)
        default: return nil
        }
    }

    private mutating func mute(_ index: Int, at now: Nanos) {
        let isOn = faults.all[index].lasts(at: now)
        if isOn {
            for connection in connections.indices where connections[connection].isOpen {
                guard !connections[connection].isMute, faults.all[index].connection ?? connection == connection else {
                    continue
                }
                connections[connection].isMute = true
                faults.all[index].strikes += 1
                directives.append(.mutePongs(connection: connection))
            }
        } else if faults.all[index].isOn {
            unmute()
        }
        faults.all[index].isOn = isOn
    }

    private mutating func unmute() {
        for connection in connections.indices where connections[connection].isMute {
            connections[connection].isMute = false
            directives.append(.unmutePongs(connection: connection))
        }
    }

    /// An answer that a fault gives in place of the venue's.
    mutating func faultyAnswer(_ query: Query, at now: Nanos) -> Reply? {
        guard !faults.isIdle else { return nil }
        for index in faults.all.indices {
            let fault = faults.all[index]
            guard fault.kind == .tooMany || fault.kind == .banned || fault.kind == .failed, isMeant(fault, query),
                faults.all[index].strikes(at: now, &dice)
            else { continue }
            let isBan = fault.kind == .banned
            let retry = fault.retry ?? .seconds(isBan ? 120 : 10)
            if fault.kind == .failed { return plain(fault.status, "the service is not available") }
            if dialect == .binance {
                var answer =
                    isBan ? bannedBinance(until: now + retry, at: now) : tooManyBinance(used: 6001, retry: retry)
                answer.headers.removeAll { $0.name == "Retry-After" }
                answer.headers.append(("Retry-After", "\(Imitation.seconds(retry))"))
                return answer
            }
            let text =
                switch dialect {
                case .kraken: #"{"error":["EAPI:Rate limit exceeded"]}"#
                case .coinbase: #"{"errors":[{"id":"rate_limit_exceeded","message":"Too many requests"}]}"#
                default: #"{"message":"Public rate limit exceeded"}"#
                }
            var answer = json(isBan ? 418 : 429, text)
            answer.headers.append(("Retry-After", "\(Imitation.seconds(retry))"))
            return answer
        }
        return nil
    }

    /// Whether a request is a fault's target.
    private func isMeant(_ fault: Fault, _ query: Query) -> Bool {
        if let path = fault.path, !query.path.hasPrefix(path) { return false }
        guard let wanted = fault.board else { return true }
        let name = query["symbol"] ?? query["pair"] ?? query["product_id"] ?? ""
        let text = dialect == .binance ? name.lowercased() : name
        return board(named: text) == wanted || query.path.contains("/" + boards[wanted].native)
    }

    /// Delays an answer, or breaks it.
    mutating func spoil(_ answer: inout Reply, _ query: Query, at now: Nanos) {
        guard !faults.isIdle else { return }
        for index in faults.all.indices {
            let fault = faults.all[index]
            // Hostile messages are another thing unless a path is named.
            let isHostile = fault.kind == .hostile && fault.path != nil
            guard fault.kind == .slow || isHostile, isMeant(fault, query), faults.all[index].strikes(at: now, &dice)
            else { continue }
            if isHostile {
                answer.body = hostile(fault, answer.body)
            } else {
                answer.delay = answer.delay + (fault.by ?? .seconds(2))
            }
        }
    }

    /// Whether a request for a board's book gets an old one.
    mutating func isAged(_ board: Int, at now: Nanos) -> Bool {
        guard !faults.isIdle, boards[board].agedChange > 0 else { return false }
        return faults.strike(.oldSnapshot, board: board, channel: nil, connection: -1, at: now, &dice) != nil
    }
}
