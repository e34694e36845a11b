import Clients
import Foundation
import Host
import Testing
import Units

@Suite(.timeLimit(.minutes(5)))
struct AddressTests {
    private let peer = Peer.shared
    private static let isLong = ProcessInfo.processInfo.environment["PENSTOCK_SEEDS"] != nil

    // Not where the machine has no IPv6: then it says so and checks nothing.
    @Test("an IPv6 address is connected to and asked, plain and over TLS, and its certificate is verified")
    func six() throws {
        guard peer.hasSix else { return print("skipped: no IPv6 here") }
        var loop = try Loop()
        for (number, url) in [(1, "ws://[::1]:\(peer.port("plain6"))"), (2, "wss://[::1]:\(peer.port("six"))")] {
            try loop.connected(number, url)
            #expect(try loop.write(number, "ECHO\nhello".utf8) == .bytes(10))
            #expect(try loop.read(number, count: 5).bytes == Array("hello".utf8))
        }
        // Alone: of the connections something may be told at any time.
        var fetching = try Loop()
        for url in ["http://[::1]:\(peer.port("plain6"))/ok", "https://[::1]:\(peer.port("six"))/ok"] {
            let (answer, body) = try fetching.fetch(url)
            #expect(answer.status == 200 && body == Array("hello".utf8))
        }
        // What is at fault is named as it was written.
        try fetching.connect(3, "wss://[::1]:1")
        guard case .unconnected(3, let fault) = try fetching.next() else { return #expect(Bool(false), "connected") }
        #expect(fault.kind == .unreachable && fault.reason.hasPrefix("[::1]:1: "))
    }

    @Test("a name that has an IPv4 address only is reached at that, whatever else the machine has")
    func either() throws {
        guard peer.hasSix else { return print("skipped: no IPv6 here") }
        var loop = try Loop()
        // Nobody listens there on ::1: libcurl goes on to the next address of the name.
        try loop.connected(1, "ws://localhost:\(peer.port("plain"))")
        try loop.connected(2, "ws://localhost:\(peer.port("plain6"))")
        for number in 1...2 {
            #expect(try loop.write(number, "ECHO\nhello".utf8) == .bytes(10))
            #expect(try loop.read(number, count: 5).bytes == Array("hello".utf8))
        }
    }

    @Test(
        "a connection over which nothing went for two minutes outlives the next one's beginning", .enabled(if: isLong))
    func age() throws {
        var loop = try Loop(patience: .seconds(200))
        try loop.connected(1, peer.socket)
        try loop.connected(2, peer.plainSocket)
        // libcurl's own limit is 118 s.
        let end = loop.now + .seconds(121)
        while let event = try loop.next(until: end) { #expect(event == .readable(1) || event == .readable(2)) }
        try loop.connected(3, peer.plainSocket)
        for number in 1...3 {
            #expect(try loop.write(number, "ECHO\nhello".utf8) == .bytes(10))
            #expect(try loop.read(number, count: 5).bytes == Array("hello".utf8))
        }
    }
}
