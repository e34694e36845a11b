import Foundation
import Host
import Support
import Testing
import Units

@Suite(.timeLimit(.minutes(1)))
struct TransferTests {
    @Test("nothing there is `again`, an end is `closed`, and a reset says so")
    func ends() throws {
        let pair = try Pair.tcp()
        var bytes = [UInt8](repeating: 0, count: 8)
        var span = bytes.mutableSpan
        var raw = span.mutableBytes
        #expect(pair.near.receive(into: &raw) == .again)
        #expect(pair.far.send([1, 2, 3]) == .count(3))
        #expect(pair.near.arriving() == (.count(3), [1, 2, 3]))
        pair.far.endSending()
        #expect(pair.near.arriving().0 == .closed)
        #expect(pair.near.send([4]) == .count(1) && pair.far.arriving() == (.count(1), [4]), "the other way goes on")
    }

    @Test("closing by reset is a reset for the peer, not an end")
    func reset() throws {
        var listener = try Listener(.loopback, port: 0)
        var dialer = Redialer(loopbackPort: listener.port)
        var dice = Dice(seed: 2)
        guard case .some(let near) = connect(&dialer, using: &dice) else { throw Failure(.io, "no connection") }
        waitUntil(listener.number, POLLIN)
        do {
            guard case .some(let far) = listener.accept() else { throw Failure(.io, "nothing to accept") }
            far.closeByReset()
        }
        #expect(near.arriving().0 == .failed("Connection reset by peer"))
    }

    @Test("a full socket is `again`, and takes more when it is read")
    func full() throws {
        let pair = try Pair.tcp()
        pair.near.sendAtOnce()
        pair.near.keepAlive(idle: Nanos(10_000_000_000), interval: Nanos(1), count: 3)
        let bytes = [UInt8](repeating: 7, count: 65536)
        var sent = 0
        while case .count(let count) = pair.near.send(bytes) { sent += count }
        #expect(pair.near.send(bytes) == .again && sent > 0)
        var received = 0
        while received < sent { received += pair.far.arriving(upTo: 1 << 20).1.count }
        #expect(received == sent)
        waitUntil(pair.near.number, POLLOUT)
        #expect(pair.near.send([1]) == .count(1))
    }

    @Test("writing to a peer that is gone is no signal")
    func gone() async {
        // In a process of its own, with the signal as it is at the start: it would be its end.
        await #expect(processExitsWith: .success) {
            signal(SIGPIPE, SIG_DFL)
            let folder = try ScratchFolder("transfer")
            var listener = try Listener(unix: folder.path("s"))
            var dialer = try Redialer(unix: folder.path("s"))
            var dice = Dice(seed: 3)
            guard case .some(let near) = connect(&dialer, using: &dice) else { throw Failure(.io, "no connection") }
            switch listener.accept() {
            case .some(let far): _ = consume far
            case .none: Issue.record("nothing to accept")
            }
            #expect(near.send([1]) == .closed)
        }
    }

    @Test("a pipe that does not block is read and written without waiting")
    func pipes() throws {
        var pipe = Pipe(holding: 4096)
        let reader = Descriptor(pipe.reader, owns: false)
        let writer = Descriptor(pipe.writer, owns: false)
        try reader.stopBlocking()
        try writer.stopBlocking()
        var bytes = [UInt8](repeating: 1, count: 5000)
        #expect(writer.writeNow(bytes.span.bytes) == .count(4096) && writer.writeNow(bytes.span.bytes) == .again)
        pipe.closeWriter()
        var span = bytes.mutableSpan
        var raw = span.mutableBytes
        #expect(reader.readNow(into: &raw) == .count(4096))
        #expect(reader.readNow(into: &raw) == .closed)
    }
}
