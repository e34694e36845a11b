import Bytes
public import Events
import Text
public import Units
public import Wire

/// Which events somebody wants to see. What is not restricted passes.
public struct Filter: Sendable {
    /// Patterns; an event passes when it matches one of them, or when there are none. Events of no venue or symbol match none.
    public var venues: [String] = []
    public var symbols: [String] = []
    public var kinds: [String] = []
    /// Received (or, where that is not given, happened) from `since` on and before `until`. An event without a time passes only
    /// where neither is asked for.
    public var since: Nanos?
    public var until: Nanos?

    public init() {}

    public var isEmpty: Bool {
        venues.isEmpty && symbols.isEmpty && kinds.isEmpty && since == nil && until == nil
    }

    /// Whether the event passes. `offset`: what to add to received times to get the wall clock's.
    public func admits(_ frame: RawSpan, _ header: Header, offset: Nanos) -> Bool {
        if isEmpty { return true }
        if !kinds.isEmpty {
            let name = header.envelope.kind.name ?? "\(header.envelope.kind.rawValue)"
            guard kinds.contains(where: { Glob.matches($0, name) }) else { return false }
        }
        guard matches(venues, frame, header.venue), matches(symbols, frame, header.symbol) else { return false }
        guard since != nil || until != nil else { return true }
        guard let time = Filter.time(header.envelope, offset: offset) else { return false }
        if let since, time < since { return false }
        if let until, time >= until { return false }
        return true
    }

    /// When an event came, by the wall clock; nil where it is not told.
    public static func time(_ envelope: Envelope, offset: Nanos) -> Nanos? {
        if envelope.received.count > 0 { return envelope.received + offset }
        return envelope.happened.count > 0 ? envelope.happened : nil
    }

    private func matches(_ patterns: [String], _ frame: RawSpan, _ range: Range<Int>) -> Bool {
        guard !patterns.isEmpty else { return true }
        guard !range.isEmpty else { return false }
        let text = frame.extracting(range)
        return patterns.contains { pattern in pattern.withBytes { Glob.matches($0, text) } }
    }
}
