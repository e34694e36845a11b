import Foundation
import Host
import Support
import Units

/// A folder of a test's own; gone when it goes.
struct ScratchFolder: ~Copyable {
    let url: URL

    init(_ name: String) throws { url = try Places.scratch(name) }
    deinit { try? FileManager.default.removeItem(at: url) }

    func path(_ name: String) -> String { url.appendingPathComponent(name).path }
}

/// What lstat says; nil when there is nothing.
func status(_ path: String) -> stat? {
    var status = stat()
    return lstat(path, &status) == 0 ? status : nil
}

func mode(_ path: String) -> mode_t? { status(path).map { $0.st_mode & 0o7777 } }

/// A connection to a listener, and the listener's end of it.
struct Pair: ~Copyable {
    let near: Descriptor
    let far: Descriptor

    init(_ listener: inout Listener, _ dialer: consuming Dialer) throws {
        var dice = Dice(seed: 1)
        guard let near = connect(&dialer, using: &dice) else { throw Failure(.io, "no connection") }
        waitUntil(listener.number, POLLIN)
        guard let far = listener.accept() else { throw Failure(.io, "nothing to accept") }
        self.near = near
        self.far = far
    }

    static func tcp() throws -> Pair {
        var listener = try Listener(.loopback, port: 0)
        return try Pair(&listener, Dialer(loopbackPort: listener.port))
    }
}

/// Dials once, and until what is under way has ended.
func connect(_ dialer: inout Dialer, using dice: inout Dice) -> Descriptor? {
    var made = dialer.dial(now: dialer.nextTry, using: &dice)
    while let number = dialer.underwayNumber {
        waitUntil(number, POLLOUT)
        made = dialer.dial(now: dialer.nextTry, using: &dice)
    }
    return made
}

/// Waits until poll(2) tells something; the suite's time limit ends what never comes.
func waitUntil(_ number: Int32, _ events: Int32) {
    var poll = pollfd(fd: number, events: Int16(events), revents: 0)
    while Foundation.poll(&poll, 1, -1) < 1 {}
}

extension Descriptor {
    /// What can be received now, waiting for the first of it.
    borrowing func arriving(upTo limit: Int = 65536) -> (Transfer, [UInt8]) {
        waitUntil(number, POLLIN)
        var bytes = [UInt8](repeating: 0, count: limit)
        var span = bytes.mutableSpan
        var raw = span.mutableBytes
        let transfer = receive(into: &raw)
        guard case .count(let count) = transfer else { return (transfer, []) }
        return (transfer, Array(bytes[..<count]))
    }

    borrowing func send(_ bytes: [UInt8]) -> Transfer { send(bytes.span.bytes) }
}
