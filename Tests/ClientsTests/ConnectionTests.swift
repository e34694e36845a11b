import Clients
import Host
import Support
import Testing
import Units

@Suite(.timeLimit(.minutes(1)))
struct ConnectionTests {
    private let peer = Peer.shared

    @Test(
        "a megabyte goes there and back, unchanged, over TLS and plain, in writes of any size",
        arguments: [true, false])
    func echo(isEncrypted: Bool) throws {
        var loop = try Loop()
        var dice = Dice(seed: 1)
        let sent = dice.bytes(1 << 20)
        try loop.connected(1, isEncrypted ? peer.socket : peer.plainSocket)
        #expect(try loop.write(1, "ECHO\n".utf8) == .bytes(5))
        var (at, got): (Int, [UInt8]) = (0, [])
        var mayWrite = true
        var waits = 0
        while got.count < sent.count {
            while mayWrite, at < sent.count {
                let end = min(sent.count, at + dice.number(1...100_000))
                switch try loop.write(1, sent[at..<end]) {
                case .bytes(let count): at += count
                case .again: (mayWrite, waits) = (false, waits + 1)
                case let other: return #expect(Bool(false), "\(other)")
                }
            }
            switch try loop.next() {
            case .readable: got += loop.drain(1, step: dice.number(1...70000)).bytes
            case .writable: mayWrite = true
            case let event: Issue.record("\(event)")
            }
        }
        #expect(got == sent)
        let holdsUnsent = loop.connector.holdsUnsent(1)
        #expect(!holdsUnsent)
    }

    @Test("bytes that come one by one, and are read one by one, are all there")
    func bytewise() throws {
        var loop = try Loop()
        var dice = Dice(seed: 2)
        let sent = dice.bytes(3000)
        try loop.connected(1, peer.socket)
        #expect(try loop.write(1, Array("BYTES\n".utf8) + sent) == .bytes(3006))
        var got: [UInt8] = []
        while got.count < sent.count {
            guard try loop.next() == .readable(1) else { continue }
            got += loop.drain(1, step: 1).bytes
        }
        #expect(got == sent)
    }

    @Test("who stops reading before the end is told again, also when TLS holds all that has come")
    func undrained() throws {
        var loop = try Loop()
        try loop.connected(1, peer.socket)
        #expect(try loop.write(1, Array("ECHO\n".utf8) + [UInt8](repeating: 9, count: 10_000)) == .bytes(10_005))
        var (got, reads) = (0, 0)
        var room = [UInt8](repeating: 0, count: 100)
        while got < 10_000 {
            #expect(try loop.next() == .readable(1))
            var span = room.mutableSpan
            var raw = span.mutableBytes
            // One read for each time that we are told.
            if case .bytes(let count) = loop.connector.read(1, into: &raw) { got += count }
            reads += 1
        }
        #expect(got == 10_000 && reads >= 100)
    }

    @Test("who wants nothing for a while is told nothing, and of what has come when he wants it again")
    func wanting() throws {
        var loop = try Loop()
        try loop.connected(1, peer.socket)
        try loop.connected(2, peer.socket)
        while try loop.next() != .readable(2) {}
        try loop.connector.want(false, from: 1, on: &loop.poll)
        #expect(try loop.write(1, "ECHO\nfirst".utf8) == .bytes(10))
        #expect(try loop.write(2, "ECHO\nsecond".utf8) == .bytes(11))
        var second: [UInt8] = []
        while second.count < 6 {
            #expect(try loop.next() == .readable(2))
            second += loop.drain(2).bytes
        }
        try loop.connector.want(true, from: 1, on: &loop.poll)
        #expect(try loop.read(1, count: 5).bytes == Array("first".utf8))
    }

    @Test("a peer that ends well, and one that breaks off, are told apart; then the number is free")
    func ends() throws {
        var loop = try Loop()
        try loop.connected(1, peer.socket)
        #expect(try loop.write(1, "BYE\n".utf8) == .bytes(4))
        let well = try loop.read(1, count: 4)
        #expect(well.bytes == Array("bye".utf8) && well.last == .ended)
        try loop.connector.close(1, on: &loop.poll, now: loop.now)
        try loop.connected(1, peer.plainSocket)
        #expect(try loop.write(1, "DROP\n".utf8) == .bytes(5))
        guard case .failed(let fault) = try loop.read(1, count: 1).last else { return #expect(Bool(false), "no fault") }
        #expect(fault.kind == .broken && fault.reason.hasPrefix("localhost:\(peer.port("plain")): "))
        try loop.connector.close(1, on: &loop.poll, now: loop.now)
        try loop.connector.close(1, on: &loop.poll, now: loop.now)
        let next = loop.connector.next()
        #expect(next == nil)
    }

    @Test(
        "libcurl closes unused connections that the peer has left when another begins: that is told, and harms no other"
    )
    func upkeep() throws {
        var loop = try Loop()
        try loop.connected(1, "ws://localhost:\(peer.port("leaving"))")
        try loop.connected(2, peer.socket)
        try loop.connected(3, peer.socket)
        // libcurl looks once a second: so long the peer keeps silent.
        try loop.connector.want(false, from: 1, on: &loop.poll)
        #expect(try loop.write(2, "LATER\n".utf8) == .bytes(6))
        #expect(try loop.read(2, count: 5).bytes == Array("later".utf8))
        try loop.connect(4, peer.plainSocket)
        var seen: [ConnectorEvent] = []
        while !seen.contains(.connected(4)) { seen.append(try loop.next()) }
        #expect(seen.contains(.readable(1)))
        #expect(loop.drain(1).last == .ended)
        // The descriptor's number may be in use again.
        try loop.connected(5, peer.plainSocket)
        try loop.connector.close(1, on: &loop.poll, now: loop.now)
        for number in 3...5 {
            #expect(try loop.write(number, "ECHO\nhello".utf8) == .bytes(10))
            #expect(try loop.read(number, count: 5).bytes == Array("hello".utf8))
        }
    }

    @Test("a broken connection that nobody wants to read does not keep the loop awake")
    func brokenUnwanted() throws {
        var loop = try Loop()
        try loop.connected(1, peer.plainSocket)
        try loop.connected(2, peer.plainSocket)
        try loop.connector.want(false, from: 1, on: &loop.poll)
        #expect(try loop.write(1, "DROP\n".utf8) == .bytes(5))
        #expect(try loop.write(2, "LATER\n".utf8) == .bytes(6))
        #expect(try loop.read(2, count: 5).bytes == Array("later".utf8))
        #expect(loop.turns < 20)
        try loop.connector.want(true, from: 1, on: &loop.poll)
        guard case .failed = try loop.read(1, count: 1).last else { return #expect(Bool(false), "no fault") }
    }

    @Test("nobody there, no such host, no WebSocket's URL: each is a fault of its kind")
    func nowhere() throws {
        var loop = try Loop()
        let wanted: [(String, Fault.Kind)] = [
            ("wss://localhost:1", .unreachable), ("ws://nowhere.invalid/", .unresolved), ("wss://", .wrongURL),
            ("https://localhost/", .wrongURL), ("", .wrongURL), ("wss://local host/", .wrongURL),
        ]
        for (url, kind) in wanted {
            try loop.connect(1, url)
            guard case .unconnected(1, let fault) = try loop.next() else { return #expect(Bool(false), "\(url)") }
            #expect(fault.kind == kind && !fault.reason.contains("\n"), "\(url): \(fault)")
        }
    }

    @Test("a handshake that does not go on ends when its time is over")
    func slow() throws {
        var loop = try Loop { $0.connectTime = .milliseconds(50) }
        try loop.connect(1, "wss://localhost:\(peer.port("silent"))")
        guard case .unconnected(1, let fault) = try loop.next() else { return #expect(Bool(false), "connected") }
        #expect(fault.kind == .timedOut)
    }

    @Test("there are no more connections than were agreed on; a closed one makes room, and is not told of")
    func bound() throws {
        var loop = try Loop { $0.connectionsMax = 2 }
        for number in 1...3 { try loop.connect(number, peer.plainSocket) }
        var (made, refused): ([Int], [Int]) = ([], [])
        while made.count < 2 || refused.isEmpty {
            switch try loop.next() {
            case .connected(let number): made.append(number)
            case .unconnected(let number, let fault):
                #expect(fault.kind == .tooMany)
                refused.append(number)
            default: break
            }
        }
        #expect(made.sorted() == [1, 2] && refused == [3])
        try loop.connector.close(1, on: &loop.poll, now: loop.now)
        try loop.connect(3, peer.plainSocket)
        // Given up at once: nothing of it is told.
        try loop.connector.close(3, on: &loop.poll, now: loop.now)
        try loop.connect(4, peer.plainSocket)
        while true {
            let event = try loop.next()
            guard event != .connected(4) else { break }
            #expect(event == .readable(2))
        }
    }
}
