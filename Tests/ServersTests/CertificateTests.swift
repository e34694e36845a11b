import Foundation
import Host
import Servers
import Support
import Testing

/// What Python's ssl module says of our certificates: a client that is not ours.
@Suite(.timeLimit(.minutes(1)))
struct CertificateTests {
    /// Connects to each `host:port`, verifying against the file, and prints a line of what came of it.
    private let client = """
        import socket, ssl, sys
        context = ssl.create_default_context(cafile=sys.argv[1])
        for place in sys.argv[2:]:
            host, port = place.rsplit("=", 1)
            try:
                with socket.create_connection(("127.0.0.1", int(port)), 10) as plain:
                    with context.wrap_socket(plain, server_hostname=host) as line:
                        line.sendall(b"ping")
                        print(line.recv(4).decode())
            except ssl.SSLCertVerificationError as error:
                print(error.verify_message)
            except Exception as error:
                print(repr(error))
        """

    /// Runs the client, and one server per place; each answers `ping` with `pong`. Returns the client's lines and the servers' reasons.
    private func serve(_ places: [(host: String, identity: Identity)], ca: String) throws -> ([String], [String]) {
        var servers: [UniqueServer] = []
        for place in places { servers.append(try UniqueServer(place.identity)) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        let arguments = zip(places, servers).map { "\($0.host)=\($1.port)" }
        process.arguments = ["timeout", "30", "python3", "-c", client, ca] + arguments
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        // The client comes to each in turn.
        let reasons = try servers.map { try $0.serveOnce() }
        process.waitUntilExit()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        return (text.split(separator: "\n").map(String.init), reasons)
    }

    @Test("our certificate is taken by its names, and by no other")
    func sound() throws {
        let folder = try Places.scratch("certificate")
        defer { try? FileManager.default.removeItem(at: folder) }
        var dice = Dice(seed: 9)
        let authority = try Authority(
            in: folder.path + "/state", names: ["exchange.example"], now: Clock.wall(), using: &dice)
        let hosts = ["localhost", "127.0.0.1", "::1", "exchange.example", "example"]
        let (lines, _) = try serve(hosts.map { ($0, authority.identity) }, ca: authority.caPath)
        #expect(lines.count == 5 && lines.prefix(4) == ["pong", "pong", "pong", "pong"], "\(lines)")
        #expect(lines.last?.contains("Hostname mismatch") == true)
    }

    @Test("eight of eight bad certificates are refused, each for its own reason")
    func faults() throws {
        let folder = try Places.scratch("certificate")
        defer { try? FileManager.default.removeItem(at: folder) }
        var dice = Dice(seed: 10)
        let authority = try Authority(in: folder.path + "/state", now: Clock.wall(), using: &dice)
        var places: [(String, Identity)] = []
        for fault in CertificateFault.allCases {
            places.append(("localhost", try authority.faulty(fault, now: Clock.wall(), using: &dice)))
        }
        let (lines, reasons) = try serve(places, ca: authority.caPath)
        let expected = [
            "Hostname mismatch, certificate is not valid for 'localhost'.", "certificate has expired",
            "certificate is not yet valid", "self-signed certificate", "certificate signature failure", "invalid CA",
            "unsuitable certificate purpose", "EE certificate key too weak",
        ]
        #expect(CertificateFault.allCases.count == 8 && lines.count == 8)
        for (line, words) in zip(lines, expected) { #expect(line.contains(words), "\(words): \(line)") }
        for reason in reasons { #expect(reason.contains("alert"), "the server hears of it: \(reason)") }
    }
}

/// A listener and a TLS context that serve one client.
private final class UniqueServer {
    private var listener: Listener
    private let tls: TLS
    let port: UInt16

    init(_ identity: Identity) throws {
        listener = try Listener(.loopback, port: 0)
        port = listener.port
        tls = try TLS(identity)
    }

    /// Serves one connection to its end; returns the reason it ended with, or nothing.
    func serveOnce() throws -> String {
        waitUntil(listener.number, POLLIN)
        guard case .some(let accepted) = listener.accept() else { throw Failure(.io, "nothing to accept") }
        var line = try Line(accepted, tls)
        while true {
            switch line.verdict().0 {
            case .count: _ = line.write(Array("pong".utf8)[...])
            case .failed(let reason): return reason
            default:
                _ = line.close()
                return ""
            }
        }
    }
}
