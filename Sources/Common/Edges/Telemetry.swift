import Bytes
public import Events
public import Host
import Text
public import Units
import Wire

/// Tells a monitor what happens, as datagrams of frames: lost when nobody listens, and never waited for.
public struct Telemetry: ~Copyable {
    private var sender: DatagramSender?
    private var outbox = Outbox(capacity: 1 << 12, limit: 1 << 18)
    private let name: StreamName
    private let isOn: Bool

    /// Tells the socket at `path`, if there is one, in the name of a venue where it is about one.
    public init(to path: String?, venue: String = "") throws(Failure) {
        isOn = path != nil
        sender = nil
        if let path { sender = try DatagramSender(to: path) }
        name = StreamName(venue: venue, symbol: "") ?? .none
    }

    /// `fields`: names and values; values are numbers or texts. Made only where somebody may hear them.
    public mutating func tell(
        _ type: TelemetryType, _ severity: Severity, value: UInt64 = 0,
        _ fields: @autoclosure () -> [(String, String)] = [], at now: Nanos
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
}
