import Events
public import Flow
import Host
public import Units

extension Telemetry {
    /// Tells the service manager and the monitor how far a stage has come, and what is wrong where something is.
    public mutating func tell(_ state: Readiness.State, _ detail: String = "", at now: Nanos) {
        let line = detail.isEmpty ? state.word : "\(state.word): \(detail)"
        let fields = [("state", state.word)] + (detail.isEmpty ? [] : [("detail", detail)])
        tell(.state, state == .degraded ? .warning : .info, fields, at: now)
        if state == .ready { Notify.ready(line) } else { Notify.status(line) }
    }
}
