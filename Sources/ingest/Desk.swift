import Bytes
import Clients
import Events
import Host
import Text
import Units
import Venues
import WebSockets
import Wire

/// The session, what it writes, and the record of what it was told.
///
/// Whatever is told to the session is told here, so that it is written down, and so that the session's own times come first: a
/// replay does the same and gives the same events.
struct Desk: ~Copyable {
    var session: Session
    /// What the session writes; and while nobody takes it, what waited when that began.
    var outbox = Outbox(limit: Desk.outboxBytes)
    var backlog = Outbox(capacity: 64, limit: Desk.outboxBytes)
    var recorder: Recorder?
    /// What makes a time of 1970 of a monotonic one.
    let wallOffset: Nanos

    /// Beyond this, what is new waits no more: see `Session.mute`. The rest is room for one turn of the largest events.
    static let backlogBytes = 4 << 20
    private static let outboxBytes = 64 << 20

    init(_ session: consuming Session, _ recorder: consuming Recorder?, wallOffset: Nanos) {
        self.session = session
        self.recorder = recorder
        self.wallOffset = wallOffset
    }

    /// Calls the session for each time that it waits for, at exactly that time.
    mutating func advance(to now: Nanos) {
        while let deadline = session.deadline, deadline <= now {
            session.tick(at: deadline, out: &outbox)
            // What does not move would never end.
            guard let next = session.deadline, next > deadline else { break }
        }
    }

    mutating func take(_ arrival: Arrival, _ payload: RawSpan, _ connection: Int, _ url: String) {
        let now = Clock.monotonic()
        advance(to: now)
        switch arrival {
        case .text, .binary:
            recorder?.line("in", "ws", connection: connection, url: url, payload, at: now + wallOffset)
            session.message(payload, connection: connection, at: now, out: &outbox)
        case .ping, .pong:
            recorder?.line("in", "beat", connection: connection, url: url, RawSpan(), at: now + wallOffset)
            session.heard(connection: connection, at: now)
        case .close: break
        }
    }

    mutating func opened(_ connection: Int, _ url: String) {
        let now = Clock.monotonic()
        advance(to: now)
        recorder?.line("in", "open", connection: connection, url: url, RawSpan(), at: now + wallOffset)
        session.opened(connection: connection, at: now, out: &outbox)
    }

    mutating func closed(_ connection: Int, _ url: String, _ reason: String, after: Nanos?) {
        let now = Clock.monotonic()
        advance(to: now)
        reason.withBytes { text in
            recorder?.line(
                "in", "close", connection: String(connection), url: url, text, after: after, at: now + wallOffset)
        }
        session.closed(connection: connection, at: now, after: after, out: &outbox)
    }

    mutating func answer(_ url: String, _ body: RawSpan, usedWeight: Int?) {
        let now = Clock.monotonic()
        advance(to: now)
        recorder?.line(
            "in", "http", connection: "rest", url: url, body, weight: usedWeight, at: now + wallOffset)
        session.answer(url: url, body, usedWeight: usedWeight, at: now, out: &outbox)
    }

    mutating func failed(_ url: String, _ status: Int, after: Nanos?, usedWeight: Int?) {
        let now = Clock.monotonic()
        advance(to: now)
        recorder?.line(
            "in", "http", connection: "rest", url: url, RawSpan(), status: status == 0 ? -1 : status, after: after,
            weight: usedWeight, at: now + wallOffset)
        session.failed(url: url, status: status, after: after, usedWeight: usedWeight, at: now, out: &outbox)
    }

    /// A request or a text that goes out.
    mutating func sent(_ kind: StaticString, _ connection: String, _ url: String, _ body: RawSpan) {
        recorder?.line(
            "out", kind, connection: connection, url: url, body, at: Clock.monotonic() + wallOffset)
    }

    /// What a visitor said; those of the symbols that there are not, or were not.
    mutating func change(isAdding: Bool, _ symbols: [String]) -> [String] {
        let now = Clock.monotonic()
        advance(to: now)
        let text = ([isAdding ? "add" : "remove"] + symbols).joined(separator: " ")
        text.withBytes {
            recorder?.line("in", "command", connection: "ingest", url: "", $0, at: now + wallOffset)
        }
        return isAdding
            ? session.add(symbols: symbols, at: now, out: &outbox)
            : session.remove(symbols: symbols, at: now, out: &outbox)
    }
}
