import Units

/// Something that goes wrong between what a venue publishes and what its clients get. It is written as
///
///     KIND[:TARGET][@WHEN[,WHEN…]]
///
/// and never touches what the witness says.
///
/// | kind | what happens |
/// |---|---|
/// | `drop`, `repeat` | a message of a book is lost, comes twice |
/// | `reorder` | a message of a book comes behind the next one of its stream |
/// | `checksum` | a message of a book bears a wrong checksum (Kraken) |
/// | `crossed` | a change of a book brings a bid at the best ask |
/// | `stall` | a stream is silent while all else goes on; then all comes that it has missed |
/// | `mute` | pings are not answered, and none are sent |
/// | `cut` | a connection ends without a word |
/// | `cut-inside` | a connection ends inside a message, behind `bytes` bytes of it (any number) |
/// | `half-open` | a connection stays, and nothing is read or written any more |
/// | `slow` | answers to requests take `by` longer (2 s) |
/// | `429`, `418` | requests are refused, to be tried again in `retry` (10 s; 120 s) |
/// | `5xx` | requests fail with `status` (503) |
/// | `old-snapshot` | a book is given to a request as it was when the fault was set, or struck last |
/// | `daily-cut` | connections are closed as after their 24 hours |
/// | `shutdown` | connections are told that they will be closed, and are in `by` (5 s) |
/// | `hostile` | a message that no client should trust: `payload` = `huge`, `utf8`, `deep`, `types`, `truncated`, `frame` (any) |
///
/// Targets, joined by `+`: a market (`BTC-USDT`), a channel (`book`, `trade`, `ticker`, `kline`, `heartbeat`, `instrument`), a
/// connection (`#3`), the beginning of a request's path (`/api/v3/depth`). Faults of messages hit books where no channel is named,
/// `hostile` any channel; all others hit whatever there is.
///
/// When: `at=10s` once, so long after it was set; `every=30s`; `chance=1/1000` of each message or request; `for=5s` from each of these
/// times on; `count=3` times at most. Without any of these always, but kinds that end connections once.
struct Fault: Sendable {
    enum Kind: String, CaseIterable, Sendable {
        case drop, `repeat`, reorder, checksum, crossed, stall, mute, cut
        case cutInside = "cut-inside"
        case halfOpen = "half-open"
        case slow
        case tooMany = "429"
        case banned = "418"
        case failed = "5xx"
        case oldSnapshot = "old-snapshot"
        case dailyCut = "daily-cut"
        case shutdown, hostile

        /// Whether it concerns a message of a stream.
        var isOfMessages: Bool {
            switch self {
            case .drop, .repeat, .reorder, .checksum, .crossed, .stall, .cutInside, .hostile: true
            default: false
            }
        }

        /// Whether it ends a connection, or leaves it dead.
        var isEnd: Bool {
            switch self {
            case .cut, .cutInside, .halfOpen, .dailyCut, .shutdown: true
            default: false
            }
        }
    }

    enum Payload: String, CaseIterable, Sendable { case huge, utf8, deep, types, truncated, frame }

    let id: Int
    let text: String
    let kind: Kind

    /// Where it strikes; nil: anywhere.
    var board: Int?
    var channel: ChannelWord?
    var connection: Int?
    var path: String?

    /// Spans; 0: not given.
    var at = Nanos.zero
    var isTimed = false
    var every = Nanos.zero
    var span = Nanos.zero
    /// One chance in so many, `chances` of them; 0: none.
    var chances: UInt64 = 0
    var throwsOf: UInt64 = 0
    /// Times left; negative: any number.
    var left = -1
    var bytes: Int?
    var by: Nanos?
    var retry: Nanos?
    var status = 503
    var payload: Payload?

    /// How often it has struck.
    var strikes: UInt64 = 0
    var since = Nanos.zero
    /// When it may strike next, and whether it waits for something to strike.
    private var next = Nanos.zero
    private var isArmed = true
    private var until = Nanos.zero
    /// Whether a fault that lasts is on.
    var isOn = false

    init(id: Int, text: String, kind: Kind) {
        self.id = id
        self.text = text
        self.kind = kind
    }

    /// From now on.
    mutating func begin(at now: Nanos) {
        since = now
        next = now + (isTimed ? at : every)
        isArmed = every.count == 0
        if kind.isEnd, left < 0, !isTimed, every.count == 0, throwsOf == 0, span.count == 0 { left = 1 }
    }

    /// Whether the time is right, apart from chance.
    private mutating func isDue(at now: Nanos) -> Bool {
        guard left != 0, now >= since else { return false }
        if every.count > 0 {
            if now >= next {
                until = next + span
                isArmed = true
                // Windows that have passed unseen are left out.
                next = next + Nanos((now - next).count / every.count * every.count) + every
                if span.count > 0, until <= now { until = next - every + span }
            }
            return span.count > 0 ? now < until : isArmed
        }
        guard isTimed else { return span.count == 0 || now < since + span }
        guard now >= next else { return false }
        if span.count > 0 { return now < next + span }
        return throwsOf > 0 || isArmed
    }

    /// Whether it strikes something that it may strike.
    mutating func strikes(at now: Nanos, _ dice: inout SplitMix64) -> Bool {
        guard isDue(at: now) else { return false }
        if throwsOf > 0, UInt64.random(in: 0..<throwsOf, using: &dice) >= chances { return false }
        if span.count == 0, throwsOf == 0 { isArmed = false }
        if left > 0 { left -= 1 }
        strikes += 1
        return true
    }

    /// Whether a fault that lasts is on: within its times, or from its time on.
    mutating func lasts(at now: Nanos) -> Bool {
        guard left != 0, now >= since else { return false }
        if every.count > 0 || span.count > 0 { return isDue(at: now) }
        return !isTimed || now >= next
    }
}

/// Channels as faults name them.
enum ChannelWord: String, CaseIterable, Sendable {
    case book, trade, ticker, kline, heartbeat, instrument

    init(_ kind: StreamKind) {
        switch kind {
        case .depth, .partialDepth: self = .book
        case .trade, .aggregate: self = .trade
        case .touch, .ticker, .smallTicker: self = .ticker
        case .kline: self = .kline
        case .heartbeat: self = .heartbeat
        case .status, .instrument: self = .instrument
        }
    }
}
