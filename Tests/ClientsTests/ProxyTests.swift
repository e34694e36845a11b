import Clients
import Foundation
import Host
import Testing
import Units

/// The environment belongs to the process: so this test is one of its own.
@Suite(.timeLimit(.minutes(1)))
struct ProxyTests {
    /// Hosts that only a proxy could find.
    static func expectTunnels(_ variable: String) throws {
        setenv(variable, "http://localhost:\(Peer.shared.port("proxy"))", 1)
        setenv("no_proxy", "localhost", 1)
        let (peer, plain) = (Peer.shared.port("good"), Peer.shared.port("plain"))
        var loop = try Loop()
        // The certificate is not for that host: what the proxy says of itself cannot change that.
        try loop.connect(1, "wss://venue.invalid:\(peer)")
        guard case .unconnected(1, let fault) = try loop.next() else { return #expect(Bool(false), "connected") }
        #expect(fault.kind == .unverified && fault.reason.contains("'venue.invalid'"))
        #expect(Peer.shared.line() == "asked CONNECT venue.invalid:\(peer)")
        // Not asked of the proxy.
        #expect(try loop.fetch(Peer.shared.url("/ok")).answer.status == 200)
        try loop.connected(2, Peer.shared.socket)
        guard variable == "ALL_PROXY" else { return }
        try loop.connected(3, "ws://venue.invalid:\(plain)")
        #expect(Peer.shared.line() == "asked CONNECT venue.invalid:\(plain)")
        #expect(try loop.write(3, "ECHO\nhello".utf8) == .bytes(10))
        #expect(try loop.read(3, count: 5).bytes == Array("hello".utf8))
        try loop.connect(4, "ws://refused.invalid:\(plain)")
        while true {
            guard case .unconnected(4, let fault) = try loop.next() else { continue }
            #expect(fault.reason.contains("403"))
            break
        }
    }

    /// Through a proxy to a host that shows the right certificate.
    static func expectVerified(through proxy: String) throws {
        setenv("HTTPS_PROXY", proxy, 1)
        let peer = Peer.shared.port("good")
        var loop = try Loop()
        try loop.connected(1, Peer.shared.socket)
        #expect(Peer.shared.line() == "asked CONNECT localhost:\(peer)")
        #expect(try loop.write(1, Array("ECHO\n".utf8) + [UInt8](repeating: 7, count: 100_000)) != .again)
        #expect(try loop.read(1, count: 5000).bytes.count >= 5000)
        try loop.connector.close(1, on: &loop.poll, now: loop.now)
        let (answer, body) = try loop.fetch(Peer.shared.url("/ok"))
        #expect(Peer.shared.line() == "asked CONNECT localhost:\(peer)")
        #expect(answer.status == 200 && body == Array("hello".utf8))
    }

    @Test("through a proxy the venue's certificate is verified, and the proxy's own where it is reached over TLS")
    func verified() async {
        await #expect(processExitsWith: .success) {
            for name in ["no_proxy", "NO_PROXY", "https_proxy", "all_proxy", "ALL_PROXY"] { unsetenv(name) }
            try ProxyTests.expectVerified(through: "http://localhost:\(Peer.shared.port("proxy"))")
            try ProxyTests.expectVerified(through: "https://localhost:\(Peer.shared.port("tlsproxy"))")
            setenv("HTTPS_PROXY", "https://localhost:\(Peer.shared.port("badproxy"))", 1)
            var loop = try Loop()
            try loop.connect(1, Peer.shared.socket)
            guard case .unconnected(1, let fault) = try loop.next() else { return #expect(Bool(false), "connected") }
            #expect(fault.kind == .unverified, "\(fault)")
        }
    }

    @Test(
        "HTTPS_PROXY is used for TLS and ALL_PROXY for all, plain connections as a tunnel too, but for hosts in NO_PROXY"
    )
    func environment() async {
        await #expect(processExitsWith: .success) {
            for variable in ["HTTPS_PROXY", "ALL_PROXY"] {
                try ProxyTests.expectTunnels(variable)
                unsetenv(variable)
            }
        }
    }
}
