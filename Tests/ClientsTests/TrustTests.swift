import Clients
import Foundation
import Host
import Testing
import Units

@Suite(.timeLimit(.minutes(1)))
struct TrustTests {
    /// What the line says of each certificate.
    private static let reasons = [
        ("expired", "certificate has expired"),
        ("wronghost", "no alternative certificate subject name matches target host name 'localhost'"),
        ("wrongca", "unable to get local issuer certificate"),
        ("purpose", "certificate purpose"),
        ("weak", "key too weak"),
        ("chainless", "unable to get local issuer certificate"),
        ("notca", "invalid CA certificate"),
        ("selfsigned", "self-signed certificate"),
    ]

    @Test("each of eight bad certificates is refused with a line that names the reason", arguments: TrustTests.reasons)
    func bad(name: String, reason: String) throws {
        var loop = try Loop()
        let place = "localhost:\(Peer.shared.port(name))"
        try loop.connect(1, "wss://\(place)")
        guard case .unconnected(1, let fault) = try loop.next() else { return #expect(Bool(false), "connected") }
        #expect(fault.kind == .unverified && fault.reason.hasPrefix("\(place): ") && fault.reason.contains(reason))
        let again = try loop.fault("https://\(place)/ok")
        #expect(again == fault)
    }

    @Test("the system's certificates are no longer trusted with others given, and ours are not without")
    func authority() throws {
        var system = try Loop { $0.caFile = nil }
        #expect(try system.fault(Peer.shared.url("/ok"))?.kind == .unverified)
        let other = Peer.shared.folder.appendingPathComponent("other.pem").path
        var wrong = try Loop { $0.caFile = other }
        #expect(try wrong.fault(Peer.shared.url("/ok"))?.kind == .unverified)
        var missing = try Loop { $0.caFile = "/nowhere/ca.pem" }
        let fault = try missing.fault(Peer.shared.url("/ok"))
        #expect(fault?.kind == .unverified && fault?.reason.contains("/nowhere/ca.pem") == true)
        #expect(fault?.reason.contains("\n") == false)
    }
}
