import Events
import Units

/// One WebSocket of a session, and what it is asked to carry.
struct Connection {
    enum Phase: Equatable {
        /// Nobody uses this number.
        case free
        /// To be connected at `due`.
        case waiting
        case connecting
        case open
        /// Told to end.
        case leaving
    }

    var url = ""
    var channels: ChannelSet = []
    var symbols: [Int] = []
    var phase = Phase.free
    var isOpen: Bool { phase == .open }
    /// The sequence of its last message, where the venue numbers them.
    var sequence: UInt64?
    var lastPing = Nanos.zero
    /// When anything was heard of it last; when it was opened; when it is to be connected.
    var lastHeard = Nanos.zero
    var openedAt = Nanos.zero
    var due = Nanos.zero
    /// Attempts that failed, one after the other.
    var failures = 0
    /// Texts that wait for their turn.
    var outgoing: [String] = []
    var pacer: Pacer?
    /// The connection whose place it takes, while that one lives.
    var replaces: Int?
    /// The one that takes its place.
    var successor: Int?
    /// When it is to be replaced.
    var expires = Nanos.range.upperBound
    var isQuestioned = false
    /// Whether the instruments' stream was subscribed to here; and whether anything came of it.
    var carriesInstruments = false
    var tellsInstruments = false
}
