import CSystemd
public import Units

/// What a service tells its manager, sd_notify(3). Without NOTIFY_SOCKET nothing happens; a manager that does not answer loses the
/// message and stops nothing.
///
/// Why `unsafe` is sound here: libsystemd reads the strings during the call.
public enum Notify {
    /// Longest status text, bytes; the rest is cut.
    public static let statusBytesMax = 512

    /// Whether somebody is told.
    public static var isHeard: Bool { Environment.value("NOTIFY_SOCKET").map { !$0.isEmpty } ?? false }

    /// Started, or done with reloading.
    public static func ready(_ status: String) { tell("READY=1\nSTATUS=\(line(status))") }

    /// What it is doing, as `systemctl status` shows it.
    public static func status(_ status: String) { tell("STATUS=\(line(status))") }

    /// Beginning to read its settings again: `ready` has to follow. `now` is the monotonic clock.
    public static func reloading(now: Nanos) { tell("RELOADING=1\nMONOTONIC_USEC=\(now.count / 1000)") }

    /// Beginning to end.
    public static func stopping(_ status: String) { tell("STOPPING=1\nSTATUS=\(line(status))") }

    /// Alive: to be told at least once per `watchdog`, best twice.
    public static func ping() { tell("WATCHDOG=1") }

    /// The manager restarts what is silent for so long; nil when it does not watch this process. To be asked once.
    public static func watchdog() -> Nanos? {
        var microseconds: UInt64 = 0
        guard unsafe sd_watchdog_enabled(0, &microseconds) > 0 else { return nil }
        return Int64(exactly: microseconds).flatMap { $0 <= .max / 1000 ? Nanos($0 * 1000) : nil }
    }

    private static func tell(_ text: String) {
        guard isHeard else { return }
        _ = unsafe sd_notify(0, text)
    }

    /// One line: a line end in it would begin another assignment.
    private static func line(_ text: String) -> String {
        let bytes = text.utf8.prefix(statusBytesMax).map { $0 < 0x20 ? 0x20 : $0 }
        return String(decoding: bytes, as: UTF8.self)
    }
}
