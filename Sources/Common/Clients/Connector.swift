import CCurl
public import Host
public import Units

/// Outgoing connections and fetches by libcurl, in the one loop of its tool: nothing here waits.
///
/// DNS, proxies of the environment (`HTTPS_PROXY`, `NO_PROXY`, `ALL_PROXY`), IPv4 and IPv6, and TLS are libcurl's. After every
/// call of `ready`, `tick`, `connect`, `fetch`, ask for `next` until nil. Connections and fetches have numbers that their owner
/// chose, each kind its own.
public struct Connector: ~Copyable {
    /// What became of an attempt to read or write.
    public enum Passage: Equatable, Sendable {
        case bytes(Int)
        /// Nothing to read, or no room to write; an event tells when to try again.
        case again
        /// The peer has ended the connection in good order.
        case ended
        case failed(Fault)
    }

    let options: ConnectorOptions
    /// The upper half of each of our tokens; below, two bits say whose a descriptor is.
    let tokens: UInt64
    let dialing: CurlMulti
    let fetching: CurlMulti
    var dialingDeadline: Nanos?
    var fetchingDeadline: Nanos?

    /// By slot; a slot is the token of an open connection.
    var connections: [Connection?] = []
    var slots: [Int: Int] = [:]
    /// Connections whose owner stopped reading before `.again`: what TLS has unpacked of them wakes nobody.
    var undrained = 0

    var idle: [Transfer] = []
    var busy: [Transfer] = []
    /// Ended, their answers not told yet.
    var held: [Transfer] = []
    /// The one whose answer was told last.
    var lent: Transfer?
    var waiting: [Request] = []

    var events: [ConnectorEvent] = []
    private var told = 0

    static let fetchToken: UInt64 = 0 << 30
    static let dialToken: UInt64 = 1 << 30
    static let openToken: UInt64 = 2 << 30
    private static let kindMask: UInt64 = 3 << 30

    private static let isStarted = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    /// - Parameter tokens: what our tokens in the `Poll` begin with: the lower 32 bits are ours and must be 0.
    public init(tokens: UInt64, _ options: ConnectorOptions = ConnectorOptions()) throws(Failure) {
        precondition(tokens & 0xFFFF_FFFF == 0, "the lower half of a token is the connector's")
        precondition(1...4096 ~= options.connectionsMax, "a connector has 1 to 4096 connections")
        precondition(1...64 ~= options.fetchesMax, "a connector has 1 to 64 fetches at once")
        guard Connector.isStarted, penstock_curl_resolves_aside() != 0 else {
            throw Failure(
                .unavailable, "this libcurl looks up names only by waiting", mend: "install Debian's libcurl4")
        }
        guard let dialing = CurlMulti(connections: options.connectionsMax + 16),
            let fetching = CurlMulti(connections: options.fetchesMax),
            let trial = Transfer(options)
        else { throw Failure(.software, "libcurl cannot start") }
        guard trial.handle.defect == CURLE_OK else {
            let reason = trial.handle.reason(trial.handle.defect)
            throw Failure(
                .unavailable, "this libcurl lacks what is needed: \(reason)", mend: "install Debian's libcurl4")
        }
        self.init(tokens, options, dialing, fetching, trial)
    }

    private init(
        _ tokens: UInt64, _ options: ConnectorOptions, _ dialing: CurlMulti, _ fetching: CurlMulti, _ trial: Transfer
    ) {
        self.options = options
        self.tokens = tokens
        self.dialing = dialing
        self.fetching = fetching
        idle = [trial]
    }

    deinit {
        for connection in connections { if let connection { dialing.remove(connection.handle) } }
        for transfer in busy { fetching.remove(transfer.handle) }
    }

    /// Whether a token of the `Poll` is one of ours.
    public func owns(_ token: UInt64) -> Bool { token >> 32 == tokens >> 32 }

    /// When to call `tick` at the latest; nil: not by time.
    public var deadline: Nanos? {
        if undrained > 0 || (!waiting.isEmpty && canBegin) { return .zero }
        guard let dialingDeadline else { return fetchingDeadline }
        return fetchingDeadline.map { min($0, dialingDeadline) } ?? dialingDeadline
    }

    /// A descriptor of ours became ready.
    public mutating func ready(_ ready: Poll.Ready, on poll: inout Poll, now: Nanos) throws(Failure) {
        let place = Int(ready.token & 0x3FFF_FFFF)
        switch ready.token & Connector.kindMask {
        case Connector.fetchToken:
            fetching.act(on: Int32(place), ready)
            try settleFetching(on: &poll, now: now)
        case Connector.dialToken:
            dialing.act(on: Int32(place), ready)
            try settleDialing(on: &poll, now: now)
        default:
            try passage(slot: place, ready, on: &poll)
        }
    }

    /// Does what the time asks for; to be called when `deadline` has come, and never wrong.
    public mutating func tick(on poll: inout Poll, now: Nanos) throws(Failure) {
        if let deadline = dialingDeadline, deadline <= now {
            dialing.act()
            try settleDialing(on: &poll, now: now)
        }
        if let deadline = fetchingDeadline, deadline <= now {
            fetching.act()
            try settleFetching(on: &poll, now: now)
        }
        if !waiting.isEmpty, canBegin { try settleFetching(on: &poll, now: now) }
        if undrained > 0 {
            for case let connection? in connections where !connection.isDrained && connection.isWanted {
                events.append(.readable(connection.number))
            }
        }
    }

    /// The next of what happened, in order; nil when all is told. Ends the lending of the body before.
    public mutating func next() -> ConnectorEvent? {
        if let transfer = lent {
            transfer.clear()
            idle.append(transfer)
            lent = nil
        }
        guard told < events.count else {
            events.removeAll(keepingCapacity: true)
            told = 0
            return nil
        }
        let event = events[told]
        told += 1
        if case .answered(let number, _) = event, let place = held.firstIndex(where: { $0.number == number }) {
            lent = held.remove(at: place)
        }
        return event
    }

    /// Lends the body of the answer that `next` told last; empty without one.
    public func readBody<R, E: Error>(_ body: (RawSpan) throws(E) -> R) throws(E) -> R {
        guard let lent else { return try body(RawSpan()) }
        return try lent.read(body)
    }

    /// Takes back what was not told yet.
    mutating func withdraw(_ isMeant: (ConnectorEvent) -> Bool) {
        events.removeSubrange(..<told)
        told = 0
        events.removeAll(where: isMeant)
    }

    func deadline(of multi: CurlMulti, now: Nanos) -> Nanos? {
        multi.waiting.map { now + .milliseconds(Int64(min($0, 1 << 31))) }
    }

    /// Host and port of a URL: what a person is told of it, without names and passwords.
    static func place(of url: String) -> String {
        let bytes = url.utf8
        guard let mark = bytes.firstRange(of: "://".utf8) else { return CurlHandle.line(String(url.prefix(100))) }
        let rest = bytes[mark.upperBound...].prefix { $0 != 0x2F && $0 != 0x3F && $0 != 0x23 }
        let host = rest.lastIndex(of: 0x40).map { rest[rest.index(after: $0)...] } ?? rest
        return CurlHandle.line(String(decoding: host.prefix(260), as: UTF8.self))
    }
}
