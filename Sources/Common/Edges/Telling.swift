import Events
public import Flow
import Host
public import Units

extension Telemetry {
    /// Tells the service manager and the monitor how far a stage has come, and what is wrong where something is.
    public mutating func tell(_ state: Readiness.State, _ detail: String = "", at now: Nanos) {
        let line = Telemetry.line(state, detail)
        let fields = [("state", state.word)] + (detail.isEmpty ? [] : [("detail", detail)])
        tell(.state, state == .degraded ? .warning : .info, fields, at: now)
        if state == .ready { Notify.ready(line) } else { Notify.status(line) }
    }

    /// Settings are read again: `reloaded` has to follow. Of a stage that was never ready nothing is told.
    public static func reloading(_ readiness: Readiness) {
        if readiness.hasBeenReady { Notify.reloading(now: Clock.monotonic()) }
    }

    /// Goes on as before: for the service manager that is READY, whatever the state is.
    public static func reloaded(_ readiness: Readiness, _ detail: String) {
        if readiness.hasBeenReady { Notify.ready(line(readiness.state, detail)) }
    }

    private static func line(_ state: Readiness.State, _ detail: String) -> String {
        detail.isEmpty ? state.word : "\(state.word): \(detail)"
    }
}
