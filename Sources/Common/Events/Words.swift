/// A closed set of words in an event, a byte each on the wire. A value outside the set is an error, never a default.
public protocol Word: RawRepresentable, CaseIterable, BitwiseCopyable, Sendable where RawValue == UInt8 {}

/// Who pressed for a trade, or what an order does.
public enum Side: UInt8, Word { case unknown, buy, sell }

/// Whether a book may be used.
public enum BookState: UInt8, Word {
    /// No book yet: its snapshot is awaited. Void.
    case syncing
    /// The book equals the venue's.
    case synced
    /// The book is known to be wrong, or may be. Void until the next `synced`.
    case stale
    /// The book stands, but nothing was heard of it for longer than usual.
    case quiet

    /// Whether a consumer must not use what it holds.
    @inlinable public var isVoid: Bool { self == .syncing || self == .stale }
}

/// What vouches for a book.
public enum Integrity: UInt8, Word { case none, sequence, checksum, both }

/// Why a book changed its state.
public enum BookReason: UInt8, Word {
    case none
    /// Subscribed; nothing was heard yet.
    case start
    /// The venue's sequence broke: `expected` and `actual` say where.
    case gap
    /// The venue's checksum differs: `expected` is the venue's, `actual` ours.
    case checksum
    /// Best bid at or above best ask.
    case crossed
    /// A price or size does not fit in 64 bits.
    case range
    /// More levels than a side may hold, or more deltas than can wait for a snapshot.
    case limit
    /// A message that could not be read.
    case malformed
    /// The connection that carried it ended.
    case disconnected
    /// Nothing was heard for longer than usual.
    case silence
    /// The venue halted the instrument.
    case halted
    /// A snapshot arrived and fitted.
    case snapshot
    /// Heard of again after silence.
    case resumed
}

/// Why events of a stream are missing.
public enum GapReason: UInt8, Word {
    case unknown
    /// A number of the event does not fit in 64 bits.
    case range
    /// The venue's message could not be read.
    case malformed
    /// The connection to the venue was down.
    case disconnected
    /// The venue's sequence jumped.
    case sequence
    /// The reader fell behind and events were skipped.
    case slow
    /// More events than the stream's rate allows.
    case rate
    /// The writer restarted.
    case restart
}

/// What kind of contract an instrument is.
public enum InstrumentType: UInt8, Word { case unknown, spot, perpetual, future, option }

/// What may be done with an instrument at its venue.
public enum InstrumentStatus: UInt8, Word {
    case unknown, trading, halted, cancelOnly, postOnly, limitOnly, reduceOnly, pending, ended
}

/// What an ingest time counts from.
public enum TimeBase: UInt8, Word {
    /// CLOCK_MONOTONIC of the boot that `hello` names.
    case monotonic
    /// 1970, as recorded.
    case recorded
}

/// Why a writer ended its stream.
public enum EndReason: UInt8, Word { case finished, stopped, failed, replaced }

public enum IntentAction: UInt8, Word { case new, cancel, replace, cancelAll }
public enum OrderType: UInt8, Word { case limit, market }
public enum TimeInForce: UInt8, Word { case goodTillCancelled, immediateOrCancel, fillOrKill, goodTillDate }
public enum Liquidity: UInt8, Word { case unknown, maker, taker }

/// Where an order stands; after `filled`, `cancelled`, `rejected`, `expired` or `tombstone` nothing is open.
public enum OrderState: UInt8, Word {
    case ack, partial, filled, cancelled, rejected, expired
    /// Sent, and no definite answer: its exposure stays reserved.
    case unknown
    /// A person must decide.
    case held
    /// Nothing rests at the venue, and whether something was filled is not proven.
    case tombstone
}

/// Why an order was refused or ended.
public enum RejectReason: UInt8, Word {
    case none, other, insufficientFunds, postOnlyWouldTake, invalidOrder, unknownSymbol, unknownOrder, duplicate
    case rateLimit, authentication, clock, marketClosed, tooManyOrders, noLiquidity, risk, tradingOff, noGateway
    case stateUnknown
}

public enum CommandVerb: UInt8, Word {
    case subscribe, unsubscribe, mergedSubscribe, mergedUnsubscribe, setTradingMode, cancelAll, setRisk
    case addSymbol, removeSymbol, forget, query, reload, stop
}

public enum AnswerCode: UInt8, Word { case accepted, refused, unknownCommand, notPermitted, unavailable, invalid }

/// Which limit an order met.
public enum Breach: UInt8, Word {
    case none, rateLimit, orderType, orderValidation, priceBand, positionLimit, notionalLimit, concurrency, killSwitch
}

public enum RiskStatus: UInt8, Word { case normal, warning, breached, halted }

public enum Severity: UInt8, Word { case info, warning, error }

public enum TelemetryType: UInt8, Word {
    case counters, bookResync, checksumFailed, mergeSuppressedPartial, lateEventDropped, coalescingApplied
    case backpressureApplied, deadLetterPublished, tradingSwitch, duplicateOrder, state
}

/// What ended a merge window.
public enum WindowEnd: UInt8, Word { case complete, time, count }
