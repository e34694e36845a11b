import Bytes
import Events
import Host
import Text
import Units
import Venues
import Wire

/// Tells a monitor what happens, as datagrams of frames: lost when nobody listens, and never waited for.
struct Telemetry: ~Copyable {
    private var sender: DatagramSender?
    private var outbox = Outbox(capacity: 1 << 12, limit: 1 << 18)
    private let name: StreamName
    private let isOn: Bool

    init(to path: String?, venue: String) throws(Failure) {
        isOn = path != nil
        sender = nil
        if let path { sender = try DatagramSender(to: path) }
        name = StreamName(venue: venue, symbol: "") ?? .none
    }

    /// `fields`: names and values; values are numbers or texts. Made only where somebody may hear them.
    mutating func tell(
        _ type: TelemetryType, _ severity: Severity, value: UInt64 = 0,
        _ fields: @autoclosure () -> [(String, String)], at now: Nanos
    ) {
        guard isOn else { return }
        let fields = fields()
        var page = Printer(capacity: 256)
        page.print("{")
        for (index, field) in fields.enumerated() {
            if index > 0 { page.print(",") }
            field.0.withBytes { page.print(json: $0) }
            page.print(":")
            if UInt64(field.1) != nil { page.print(field.1) } else { field.1.withBytes { page.print(json: $0) } }
        }
        page.print("}")
        let metadata = page.read { String($0) }
        let envelope = Envelope(kind: .telemetry, channel: .control, received: now)
        outbox.put(telemetry: type, severity, value: value, metadata: metadata, envelope, name)
        outbox.empty { span in
            sender?.send(span)
            return span.byteCount
        }
    }

    mutating func tell(_ notice: Notice, venue: String, at now: Nanos) {
        switch notice {
        case .stale(let symbol, let reason):
            let type: TelemetryType = reason == "checksum" ? .checksumFailed : .bookResync
            tell(type, .warning, [("provider", venue), ("symbol", symbol), ("reason", reason)], at: now)
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
