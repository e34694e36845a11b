import Bytes
import Events

// Whether what consumers have asked for can be relied on.
extension MarketLane {
    /// What of a venue does not stand: books that are void, and other streams whose writer is gone.
    public struct Failing: Equatable, Sendable {
        public let venue: String
        public var books = 0
        public var streams = 0
    }

    /// What does not stand of that which somebody wants, by venue in the order of coming. A market that the venue itself has halted is
    /// none of it.
    public func failing(of wanted: [Subscription]) -> [Failing] {
        var found: [Failing] = []
        for stream in 0..<core.tracks.streamCount {
            let hasBook = core.tracks.hasBook(stream)
            guard hasBook ? !isBookSettled(stream) : isOrphaned(stream) else { continue }
            let name = core.tracks.name(ofStream: stream)
            let isWanted = wanted.contains { $0.matches(venue: name.venue, symbol: name.symbol, name.channel) }
            guard isWanted else { continue }
            var index = 0
            while index < found.count, found[index].venue != name.venue { index += 1 }
            if index == found.count { found.append(Failing(venue: name.venue)) }
            if hasBook { found[index].books += 1 } else { found[index].streams += 1 }
        }
        return found
    }

    /// Whether there is anything yet of what a subscription asks for: a book where it asks for books.
    public func isMet(_ wanted: Subscription) -> Bool {
        let asksForBooks = wanted.kind != "*" && wanted.matches(venue: wanted.venue, symbol: wanted.symbol, .book)
        for stream in 0..<core.tracks.streamCount where !asksForBooks || core.tracks.hasBook(stream) {
            let name = core.tracks.name(ofStream: stream)
            if wanted.matches(venue: name.venue, symbol: name.symbol, name.channel) { return true }
        }
        return false
    }

    private func isBookSettled(_ stream: Int) -> Bool {
        let index = core.tracks.track(ofStream: stream)
        return core.tracks.isStanding(index) || core.tracks.status(index)?.reason == .halted
    }

    /// Whether who wrote it is gone, and nobody goes on with it.
    private func isOrphaned(_ stream: Int) -> Bool {
        origins[stream].source >= 0 && writers.isGone(Int(origins[stream].source))
    }

    /// The stream that was folded last for its rate, as `kraken BTC-USD trade`; nil: none.
    public var foldedStream: String? { limiter.lastFolded >= 0 ? key(of: limiter.lastFolded) : nil }

    /// The stream of which most waits for its rate, and how many events of it; nil: nothing waits.
    public var pressed: (stream: String, depth: Int)? {
        guard let (stream, depth) = limiter.deepest else { return nil }
        return (key(of: stream), depth)
    }

    private func key(of stream: Int) -> String {
        let name = core.tracks.name(ofStream: stream)
        return "\(name.venue) \(name.symbol) \(name.channel)"
    }
}
