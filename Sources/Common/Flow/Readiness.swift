public import Units

/// How far a stage has come: whether what it writes can be relied on.
///
/// It begins; it warms up once there is something to judge; it is ready when that has been steady for a second, and degraded while it is
/// not steady any more.
public struct Readiness: Sendable {
    public enum State: Sendable {
        case starting, warmingUp, ready, degraded

        /// As the service manager and a monitor are told.
        public var word: String {
            switch self {
            case .starting: "INIT"
            case .warmingUp: "WARM-UP"
            case .ready: "READY"
            case .degraded: "DEGRADED"
            }
        }
    }

    /// How long all must have been steady before a stage is ready for the first time.
    public static let steadyTime = Nanos.seconds(1)

    public private(set) var state = State.starting
    private var steadySince: Nanos?

    public init() {}

    /// Whether it is, or ever was, ready.
    public var hasBeenReady: Bool { state == .ready || state == .degraded }

    /// Judges anew. `hasBegun`: there is something that could be steady.
    public mutating func judge(hasBegun: Bool, isSteady: Bool, now: Nanos) {
        switch state {
        case .starting, .warmingUp:
            guard hasBegun else { return }
            state = .warmingUp
            steadySince = isSteady ? steadySince ?? now : nil
            if let steadySince, now - steadySince >= Readiness.steadyTime { state = .ready }
        case .ready: if !isSteady { state = .degraded }
        case .degraded: if isSteady { state = .ready }
        }
    }
}
