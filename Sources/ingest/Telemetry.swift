import Edges
import Events
import Units
import Venues

extension Telemetry {
    mutating func tell(_ notice: Notice, venue: String, at now: Nanos) {
        switch notice {
        case .stale(let symbol, let reason):
            tell(
                reason == "checksum" ? .checksumFailed : .bookResync, .warning,
                [("provider", venue), ("symbol", symbol), ("reason", reason)], at: now)
        case .corrected(let symbol, let levels):
            tell(
                .bookResync, .warning, value: UInt64(levels),
                [("provider", venue), ("symbol", symbol), ("reason", "compared")], at: now)
        case .suspended(let symbol):
            tell(.checksumFailed, .error, [("provider", venue), ("symbol", symbol), ("reason", "suspended")], at: now)
        default:
            tell(.state, .info, [("provider", venue), ("notice", notice.line)], at: now)
        }
    }
}
