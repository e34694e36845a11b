import Units

/// What a client can be subscribed to: one row of messages.
enum StreamKind: UInt8, Sendable {
    // Of one market.
    case depth, partialDepth, trade, aggregate, touch, ticker, smallTicker, kline
    // Of the venue.
    case heartbeat, status, instrument
}

/// Names a stream: its kind, its market (-1: the venue's own), and what else tells it apart: a period in ms, a depth, an interval in
/// seconds.
struct StreamKey: Hashable, Sendable {
    var kind: StreamKind
    var market: Int
    var first = 0
    var second = 0
}

/// One row of messages and who hears it.
struct Stream: Sendable {
    let key: StreamKey
    /// As subscribers ask for it.
    let name: String
    var subscribers: [Int] = []
    /// When it last was sent something, and of what.
    var shown: UInt64 = 0
}

/// All streams that were ever asked for; at most `limit`, beyond which none is made.
struct Streams: Sendable {
    static let limit = 1 << 18

    private(set) var all: [Stream] = []
    private var indices: [StreamKey: Int] = [:]

    subscript(index: Int) -> Stream {
        _read { yield all[index] }
        _modify { yield &all[index] }
    }

    func index(_ key: StreamKey) -> Int? { indices[key] }

    /// The stream, which is made when there is none.
    mutating func open(_ key: StreamKey, name: @autoclosure () -> String) -> Int? {
        if let known = indices[key] { return known }
        guard all.count < Streams.limit else { return nil }
        indices[key] = all.count
        all.append(Stream(key: key, name: name()))
        return all.count - 1
    }

    /// False when it was subscribed already.
    mutating func subscribe(_ connection: Int, to index: Int) -> Bool {
        guard !all[index].subscribers.contains(connection) else { return false }
        all[index].subscribers.append(connection)
        return true
    }

    /// False when it was not subscribed.
    mutating func unsubscribe(_ connection: Int, from index: Int) -> Bool {
        guard let place = all[index].subscribers.firstIndex(of: connection) else { return false }
        all[index].subscribers.remove(at: place)
        return true
    }
}

/// A client's connection.
struct Connection: Sendable {
    var isOpen = false
    /// Whether its messages bear their stream's name around them (Binance).
    var isCombined = false
    var opened = Nanos.zero
    var lastSent = Nanos.zero
    var lastPing = Nanos.zero
    /// When the client last said something.
    var lastHeard = Nanos.zero
    /// When the oldest ping was sent that has not been answered.
    var awaitsPong: Nanos?
    /// Number of its next message (Coinbase Advanced).
    var sequence: UInt64 = 0
    /// Heartbeats sent.
    var beats: UInt64 = 0
    /// Messages received in this second.
    var second = Nanos.zero
    var messages = 0
    /// What it asked for, in order; -1: what there is not.
    var subscriptions: [(name: String, stream: Int)] = []
    /// Whether it was told that it will be closed, and when it is.
    var closes: Nanos?
    /// Answers no pings, sends none.
    var isMute = false
    /// Neither hears nor says anything any more.
    var isFrozen = false
}
