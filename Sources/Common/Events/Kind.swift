/// What an event is. A byte on the wire; a kind that this version does not know passes through untouched.
public struct Kind: RawRepresentable, Hashable, BitwiseCopyable, Sendable {
    public var rawValue: UInt8

    @inlinable public init(rawValue: UInt8) { self.rawValue = rawValue }

    @inlinable public static var hello: Kind { Kind(rawValue: 1) }
    @inlinable public static var instrument: Kind { Kind(rawValue: 2) }
    @inlinable public static var bookSnapshot: Kind { Kind(rawValue: 3) }
    @inlinable public static var bookUpdate: Kind { Kind(rawValue: 4) }
    @inlinable public static var bookStatus: Kind { Kind(rawValue: 5) }
    @inlinable public static var trade: Kind { Kind(rawValue: 6) }
    @inlinable public static var ticker: Kind { Kind(rawValue: 7) }
    @inlinable public static var kline: Kind { Kind(rawValue: 8) }
    @inlinable public static var merged: Kind { Kind(rawValue: 9) }
    @inlinable public static var consolidatedBook: Kind { Kind(rawValue: 10) }
    @inlinable public static var gap: Kind { Kind(rawValue: 11) }
    @inlinable public static var intent: Kind { Kind(rawValue: 12) }
    @inlinable public static var execReport: Kind { Kind(rawValue: 13) }
    @inlinable public static var balance: Kind { Kind(rawValue: 14) }
    @inlinable public static var position: Kind { Kind(rawValue: 15) }
    @inlinable public static var command: Kind { Kind(rawValue: 16) }
    @inlinable public static var acknowledgement: Kind { Kind(rawValue: 17) }
    @inlinable public static var resume: Kind { Kind(rawValue: 18) }
    @inlinable public static var cursor: Kind { Kind(rawValue: 19) }
    @inlinable public static var riskControl: Kind { Kind(rawValue: 20) }
    /// Opaque bytes of somebody else, capped at 102,400.
    @inlinable public static var `extension`: Kind { Kind(rawValue: 21) }
    @inlinable public static var heartbeat: Kind { Kind(rawValue: 22) }
    @inlinable public static var end: Kind { Kind(rawValue: 23) }
    @inlinable public static var telemetry: Kind { Kind(rawValue: 24) }

    /// Names of the kinds from 1 on, as they stand in text.
    public static let names: [String] = [
        "hello", "instrument", "bookSnapshot", "bookUpdate", "bookStatus", "trade", "ticker", "kline", "merged",
        "consolidatedBook", "gap", "intent", "execReport", "balance", "position", "command", "acknowledgement",
        "resume", "cursor", "riskControl", "extension", "heartbeat", "end", "telemetry",
    ]

    /// All kinds that this version knows.
    public static let known: [Kind] = (1...UInt8(names.count)).map(Kind.init(rawValue:))

    @inlinable public var isKnown: Bool { rawValue >= 1 && rawValue <= 24 }

    /// The kind's name; nil for one that this version does not know.
    public var name: String? { isKnown ? Kind.names[Int(rawValue) - 1] : nil }

    /// Whether a newer event of the same stream makes an older one needless (merging book updates).
    @inlinable public var isCoalescable: Bool { self == .ticker || self == .bookUpdate || self == .kline }
}

/// The part of a symbol's events that is one ordered stream: `(venue, symbol, channel)` names a stream.
///
/// A book's snapshots, updates and states are one stream, since their order matters.
public enum Channel: UInt8, Word {
    /// Belongs to no stream: hello, heartbeat, end, commands and their answers, telemetry.
    case control
    case book, trade, ticker, kline, instrument, merged, consolidated, order, account, risk

    // Written out, as the compiler's own would be a call for each frame.
    @inlinable @inline(__always)
    public init?(rawValue: UInt8) {
        switch rawValue {
        case 0: self = .control
        case 1: self = .book
        case 2: self = .trade
        case 3: self = .ticker
        case 4: self = .kline
        case 5: self = .instrument
        case 6: self = .merged
        case 7: self = .consolidated
        case 8: self = .order
        case 9: self = .account
        case 10: self = .risk
        default: return nil
        }
    }
}

/// Properties of an event that any kind may bear.
public struct Flags: OptionSet, BitwiseCopyable, Sendable {
    public var rawValue: UInt32

    @inlinable public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// Must not be lost: never dropped, coalesced or reordered.
    @inlinable public static var critical: Flags { Flags(rawValue: 1 << 0) }
    /// Replaces what came before it in its stream.
    @inlinable public static var snapshot: Flags { Flags(rawValue: 1 << 1) }
    /// One of several frames of one event.
    @inlinable public static var part: Flags { Flags(rawValue: 1 << 2) }
    /// Happened before it was asked for: history that a venue sends on subscribing, or fetched after an outage.
    @inlinable public static var backfilled: Flags { Flags(rawValue: 1 << 3) }
    /// Stands for several events of its stream.
    @inlinable public static var coalesced: Flags { Flags(rawValue: 1 << 4) }
    /// Written before its writer was ready.
    @inlinable public static var warmUp: Flags { Flags(rawValue: 1 << 5) }
    /// Comes from a recording; its received time is the recorded one.
    @inlinable public static var replay: Flags { Flags(rawValue: 1 << 6) }
    /// Levels of 24 bytes, each with exponents of its own.
    @inlinable public static var mixed: Flags { Flags(rawValue: 1 << 7) }

    /// Names of the bits from 0 on, as they stand in text.
    public static let names = [
        "critical", "snapshot", "part", "backfilled", "coalesced", "warmUp", "replay", "mixed",
    ]

    /// All bits that this version knows; another one is refused.
    @inlinable public static var known: Flags { Flags(rawValue: 0xFF) }
}
