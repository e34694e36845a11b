import Foundation
import Support
import Synchronization

/// The other side, as a process: `peer.py`, with certificates that `certificates.sh` has made. It ends with its standard input,
/// that is with us.
final class Peer: Sendable {
    let folder: URL
    private let process: Process
    private let ports: [String: Int]
    private let lines: Lines
    /// Kept open: what it closes, ends the peer.
    private let leash: Pipe

    static let badCertificates = [
        "expired", "wronghost", "wrongca", "purpose", "weak", "chainless", "notca", "selfsigned",
    ]

    /// One for all tests.
    static let shared: Peer = {
        guard let peer = try? Peer() else { preconditionFailure("no peer: are python3 and openssl installed?") }
        return peer
    }()

    init() throws {
        let here = Places.root.appendingPathComponent("Tests/ClientsTests")
        folder = try Places.scratch("certificates")
        let making = try Shell.run("sh \(here.path)/certificates.sh \(folder.path)")
        guard making.status == 0 else { throw Absent(what: making.errors) }
        process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        var arguments = ["python3", here.appendingPathComponent("peer.py").path, "plain", "plain"]
        arguments += ["proxy", "proxy", "silent", "silent", "leaving", "leaving"]
        arguments += ["plain6", "plain6", "tls6", "six", "six.pem", "six.key"]
        for (name, certificate) in [("tlsproxy", "good"), ("badproxy", "wronghost")] {
            arguments += ["tlsproxy", name, "\(certificate).pem", "\(certificate).key"]
        }
        for name in ["good"] + Peer.badCertificates { arguments += ["tls", name, "\(name).pem", "\(name).key"] }
        process.arguments = arguments
        process.currentDirectoryURL = folder
        leash = Pipe()
        let output = Pipe()
        process.standardInput = leash
        process.standardOutput = output
        try process.run()
        lines = Lines(output.fileHandleForReading)
        var ports: [String: Int] = [:]
        while let line = lines.next(), line != "ready" {
            let words = line.split(separator: " ")
            ports[String(words[0])] = Int(words[1])
        }
        self.ports = ports
        guard ports.count == 17 else { throw Absent(what: "peer.py") }
    }

    struct Absent: Error { let what: String }

    /// Whether this machine has IPv6, if only for itself.
    var hasSix: Bool { port("plain6") > 0 }

    func port(_ name: String) -> Int { ports[name] ?? 0 }
    var ca: String { folder.appendingPathComponent("ca.pem").path }
    func url(_ path: String) -> String { "https://localhost:\(port("good"))\(path)" }
    func plainURL(_ path: String) -> String { "http://localhost:\(port("plain"))\(path)" }
    var socket: String { "wss://localhost:\(port("good"))" }
    var plainSocket: String { "ws://localhost:\(port("plain"))" }
    /// The next line that the peer says.
    func line() -> String? { lines.next() }
}

/// Lines of a pipe, waiting for each.
private final class Lines: Sendable {
    private let handle: FileHandle
    private let rest = Mutex(Data())

    init(_ handle: FileHandle) { self.handle = handle }

    func next() -> String? {
        rest.withLock { rest in
            while true {
                if let end = rest.firstIndex(of: 0x0A) {
                    let line = String(decoding: rest[..<end], as: UTF8.self)
                    rest = Data(rest[(end + 1)...])
                    return line
                }
                let more = handle.availableData
                guard !more.isEmpty else { return nil }
                rest += more
            }
        }
    }
}
