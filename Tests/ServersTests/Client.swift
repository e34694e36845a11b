import COpenSSL
import Foundation
import Host
import Servers
import Support

/// A client of OpenSSL's over a non-blocking socket, as plain as can be; and the server's line that it talks to.
struct Client: ~Copyable {
    let descriptor: Descriptor
    let context: OpaquePointer
    let ssl: OpaquePointer

    init(_ descriptor: consuming Descriptor, protocols: [UInt8] = []) {
        self.descriptor = descriptor
        context = SSL_CTX_new(TLS_client_method())
        ssl = SSL_new(context)
        if !protocols.isEmpty { SSL_set_alpn_protos(ssl, protocols, UInt32(protocols.count)) }
        SSL_set_fd(ssl, self.descriptor.number)
        SSL_set_connect_state(ssl)
    }

    deinit {
        SSL_free(ssl)
        SSL_CTX_free(context)
    }

    /// The count, or minus OpenSSL's error.
    func write(_ bytes: ArraySlice<UInt8>) -> Int {
        ERR_clear_error()
        let result = bytes.withUnsafeBytes { SSL_write(ssl, $0.baseAddress, Int32($0.count)) }
        return Int(result > 0 ? result : -SSL_get_error(ssl, result))
    }

    func read(upTo limit: Int = 65536) -> (Int, [UInt8]) {
        ERR_clear_error()
        var bytes = [UInt8](repeating: 0, count: limit)
        let result = SSL_read(ssl, &bytes, Int32(limit))
        return result > 0 ? (Int(result), Array(bytes[..<Int(result)])) : (-Int(SSL_get_error(ssl, result)), [])
    }

    static let again: Set<Int> = [-Int(SSL_ERROR_WANT_READ), -Int(SSL_ERROR_WANT_WRITE)]
    static let ended = -Int(SSL_ERROR_ZERO_RETURN)
}

/// A server of tests: a listener, an identity, and connections to it.
struct Bench: ~Copyable {
    var listener: Listener
    let tls: TLS
    let authority: Authority
    private let folder: URL
    private var dice = Dice(seed: 7)

    init() throws {
        folder = try Places.scratch("servers")
        listener = try Listener(.loopback, port: 0)
        authority = try Authority(in: folder.path, now: Clock.wall(), using: &dice)
        tls = try TLS(authority.identity)
        // The client of these tests writes as OpenSSL does.
        signal(SIGPIPE, SIG_IGN)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    mutating func dial() throws -> Descriptor {
        var dialer = Dialer(loopbackPort: listener.port)
        var made = dialer.dial(now: .zero, using: &dice)
        while let number = dialer.underwayNumber {
            waitUntil(number, POLLOUT)
            made = dialer.dial(now: .zero, using: &dice)
        }
        guard let made else { throw Failure(.io, "no connection") }
        made.sendAtOnce()
        return made
    }

    mutating func accept(isPlain: Bool = false) throws -> Line {
        waitUntil(listener.number, POLLIN)
        guard let accepted = listener.accept() else { throw Failure(.io, "nothing to accept") }
        return try Line(accepted, isPlain ? nil : tls)
    }
}

/// Waits until poll(2) tells something; the suite's time limit ends what never comes.
func waitUntil(_ number: Int32, _ events: Int32) {
    var poll = pollfd(fd: number, events: Int16(events), revents: 0)
    while Foundation.poll(&poll, 1, -1) < 1 {}
}

extension Line {
    mutating func read(upTo limit: Int = 65536) -> (Transfer, [UInt8]) {
        var bytes = [UInt8](repeating: 0, count: limit)
        var span = bytes.mutableSpan
        var raw = span.mutableBytes
        let transfer = read(into: &raw)
        guard case .count(let count) = transfer else { return (transfer, []) }
        return (transfer, Array(bytes[..<count]))
    }

    mutating func write(_ bytes: ArraySlice<UInt8>) -> Transfer {
        let copy = Array(bytes)
        return write(copy.span.bytes)
    }

    /// Reads until something else than `again` comes, waiting for the peer.
    mutating func verdict() -> (Transfer, [UInt8]) {
        while true {
            let answer = read()
            guard answer.0 == .again else { return answer }
            waitUntil(number, interest(wantsToWrite: false) == .write ? POLLOUT : POLLIN)
        }
    }
}

/// Both ends of a connection whose handshake is done.
struct Talk: ~Copyable {
    let client: Client
    var line: Line

    init(_ bench: inout Bench, protocols: [UInt8] = []) throws {
        client = Client(try bench.dial(), protocols: protocols)
        line = try bench.accept()
        var isDone = false
        while !isDone || !line.isEstablished {
            ERR_clear_error()
            let result = SSL_do_handshake(client.ssl)
            isDone = result == 1
            if !isDone, !Client.again.contains(-Int(SSL_get_error(client.ssl, result))) { break }
            if case .failed(let reason) = line.read().0 { throw Failure(.io, reason) }
        }
    }
}
