import CCurl
public import Host
public import Units

/// Fetches: GET over HTTP/1.1, connections kept and used again, `fetchesMax` at once and the rest in a row.
extension Connector {
    /// Asks for `url`; `.answered` or `.unanswered` tells what became of it.
    ///
    /// - Parameter number: the owner's, not in use for another fetch.
    /// - Parameter fields: of the request's head, `Name: value`.
    public mutating func fetch(
        _ number: Int, _ url: String, fields: [String] = [], on poll: inout Poll, now: Nanos
    ) throws(Failure) {
        precondition(!fields.contains { $0.utf8.contains { $0 < 0x20 } }, "a field of a head is one line")
        guard waiting.count < options.waitingMax || canBegin else {
            let reason = "\(Connector.place(of: url)): more than \(options.waitingMax) fetches wait"
            events.append(.unanswered(number, Fault(.tooMany, reason)))
            return
        }
        waiting.append(Request(number: number, url: url, fields: fields))
        try settleFetching(on: &poll, now: now)
    }

    /// Ends a fetch; nothing is told of it any more. Nothing happens where there is none.
    public mutating func cancel(fetch number: Int, on poll: inout Poll, now: Nanos) throws(Failure) {
        withdraw { event in
            switch event {
            case .answered(number, _), .unanswered(number, _): true
            default: false
            }
        }
        waiting.removeAll { $0.number == number }
        if let place = held.firstIndex(where: { $0.number == number }) { retire(held.remove(at: place)) }
        guard let place = busy.firstIndex(where: { $0.number == number }) else { return }
        let transfer = busy.remove(at: place)
        fetching.remove(transfer.handle)
        retire(transfer)
        try settleFetching(on: &poll, now: now)
    }

    var canBegin: Bool { !idle.isEmpty || busy.count + held.count + (lent == nil ? 0 : 1) < options.fetchesMax }

    /// Takes note of what libcurl did in its last call, and begins what can begin.
    mutating func settleFetching(on poll: inout Poll, now: Nanos) throws(Failure) {
        takeEnded()
        while !waiting.isEmpty, let transfer = idle.popLast() ?? (canBegin ? Transfer(options) : nil) {
            begin(waiting.removeFirst(), with: transfer)
            fetching.act()
            takeEnded()
        }
        try fetching.apply(to: &poll, token: tokens | Connector.fetchToken)
        fetchingDeadline = deadline(of: fetching, now: now)
    }

    private mutating func begin(_ request: Request, with transfer: Transfer) {
        let place = Connector.place(of: request.url)
        transfer.begin(request, place: place)
        guard transfer.handle.defect == CURLE_OK, fetching.add(transfer.handle) else {
            events.append(.unanswered(request.number, Fault(transfer.handle, transfer.handle.defect, at: place)))
            return
        }
        busy.append(transfer)
    }

    private mutating func takeEnded() {
        var ended: [(transfer: Transfer, code: CURLcode)] = []
        fetching.drainEnded { handle, code in
            let found = busy.first { $0.handle.identity == handle }
            if let found { ended.append((found, code)) }
        }
        for (transfer, code) in ended {
            busy.removeAll { $0 === transfer }
            transfer.end()
            fetching.remove(transfer.handle)
            if code == CURLE_OK {
                events.append(.answered(transfer.number, transfer.answer))
                held.append(transfer)
            } else {
                let excess = transfer.excess.map { Fault(.tooLarge, "\(transfer.place): \($0)") }
                let fault = excess ?? Fault(transfer.handle, code, at: transfer.place)
                events.append(.unanswered(transfer.number, fault))
                retire(transfer)
            }
        }
    }

    private mutating func retire(_ transfer: Transfer) {
        transfer.clear()
        idle.append(transfer)
    }
}
