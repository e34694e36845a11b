import COpenSSL
import Foundation
import Host
import Servers
import Support
import Testing

@Suite(.timeLimit(.minutes(1)))
struct LineTests {
    /// Bytes that repeat after a prime number of them: no piece of a power of two can be mistaken for another one.
    private func bytes(_ count: Int) -> [UInt8] {
        var dice = Dice(seed: 8)
        let some = (0..<min(count, 4093)).map { _ in UInt8.random(in: 0...255, using: &dice) }
        var all: [UInt8] = []
        while all.count < count { all += some.prefix(count - all.count) }
        return all
    }

    @Test("a megabyte goes there and back, in pieces of any size", arguments: [1000, 16384, 100_000])
    func echo(piece: Int) throws {
        var bench = try Bench()
        var talk = try Talk(&bench)
        let sent = bytes(1 << 20)
        var given = 0
        var echoed: [UInt8] = []
        var waiting: [UInt8] = []
        while echoed.count < sent.count {
            if given < sent.count {
                let count = talk.client.write(sent[given..<min(given + piece, sent.count)])
                if count > 0 { given += count }
            }
            while case (let transfer, let some) = talk.line.read(upTo: piece), case .count = transfer {
                waiting += some
            }
            while !waiting.isEmpty, case .count(let count) = talk.line.write(waiting[...]) {
                waiting.removeFirst(count)
            }
            while case (let count, let some) = talk.client.read(), count > 0 { echoed += some }
        }
        #expect(echoed == sent && given == sent.count)
        #expect(talk.line.version == "TLSv1.3")
    }

    @Test("bytes one at a time arrive one at a time")
    func single() throws {
        var bench = try Bench()
        var talk = try Talk(&bench)
        for byte in bytes(300) {
            #expect(talk.client.write([byte]) == 1)
            #expect(talk.line.verdict() == (.count(1), [byte]))
            #expect(talk.line.read().0 == .again)
        }
    }

    @Test("what OpenSSL holds is pending, though the poll knows of nothing")
    func pending() throws {
        var bench = try Bench()
        var talk = try Talk(&bench)
        #expect(talk.client.write(bytes(1000)[...]) == 1000)
        waitUntil(talk.line.number, POLLIN)
        let first = talk.line.read(upTo: 10)
        #expect(first.0 == .count(10) && talk.line.hasPending == true)
        var poll = pollfd(fd: talk.line.number, events: Int16(POLLIN), revents: 0)
        #expect(Foundation.poll(&poll, 1, 0) == 0)
        #expect(talk.line.read().0 == .count(990) && talk.line.hasPending == false)
    }

    @Test("a slow reader makes writes wait, and they go on from where they were")
    func slow() throws {
        var bench = try Bench()
        var talk = try Talk(&bench)
        let sent = bytes(8 << 20)
        var given = 0
        var last = Transfer.again
        repeat {
            last = talk.line.write(sent[given..<min(given + 1 << 16, sent.count)])
            if case .count(let count) = last { given += count }
        } while last != .again && given < sent.count
        #expect(last == .again && given > 0 && given < sent.count)
        #expect(talk.line.interest(wantsToWrite: true) == [.read, .write])
        #expect(talk.line.interest(wantsToWrite: false) == .read)
        var received: [UInt8] = []
        received.reserveCapacity(sent.count)
        while received.count < sent.count {
            let (count, some) = talk.client.read()
            if count > 0 { received += some } else { #expect(Client.again.contains(count)) }
            while given < sent.count,
                case .count(let count) = talk.line.write(sent[given..<min(given + 1 << 17, sent.count)])
            { given += count }
        }
        #expect(received == sent)
    }

    @Test("a peer that says goodbye, one that just ends, and one that resets are told apart")
    func endings() throws {
        var bench = try Bench()
        do {
            var talk = try Talk(&bench)
            SSL_shutdown(talk.client.ssl)
            #expect(talk.line.verdict().0 == .closed)
            #expect(talk.line.write([1]) == .count(1), "it may still be written to")
            #expect(talk.line.close() == .closed)
        }
        do {
            // All in one go: the last of the handshake, a byte, and the end.
            let client = Client(try bench.dial())
            var line = try bench.accept()
            var result: Int32 = 0
            while result != 1 {
                result = SSL_do_handshake(client.ssl)
                if result != 1 { #expect(line.read().0 == .again) }
            }
            #expect(client.write([1]) == 1 && line.isEstablished == false)
            client.descriptor.endSending()
            #expect(line.verdict() == (.count(1), [1]) && line.isEstablished == true)
            #expect(line.read().0 == .failed("the peer ended without close_notify"))
        }
        do {
            var talk = try Talk(&bench)
            talk.client.descriptor.endSending()
            #expect(talk.line.verdict().0 == .failed("the peer ended without close_notify"))
            #expect(talk.line.read().0 == .failed("the peer ended without close_notify"), "and stays so")
            #expect(talk.line.write([1]) == .failed("the peer ended without close_notify"))
            #expect(talk.line.close() == .closed)
        }
        let client = try bench.dial()
        var line = try bench.accept()
        client.closeByReset()
        _ = consume client
        #expect(line.verdict().0 == .failed("TLS handshake: Connection reset by peer"))
    }

    @Test("our goodbye is one for the peer; our reset is none")
    func ours() throws {
        var bench = try Bench()
        var talk = try Talk(&bench)
        #expect(talk.line.write([1, 2]) == .count(2) && talk.line.close() == .closed)
        waitUntil(talk.client.descriptor.number, POLLIN)
        #expect(talk.client.read() == (2, [1, 2]) && talk.client.read().0 == Client.ended)

        let other = Client(try bench.dial())
        let line = try bench.accept()
        line.reset()
        waitUntil(other.descriptor.number, POLLIN)
        ERR_clear_error()
        let result = SSL_do_handshake(other.ssl)
        #expect(SSL_get_error(other.ssl, result) == SSL_ERROR_SYSCALL && errno == ECONNRESET)
    }

    @Test("a peer that leaves in the handshake, speaks HTTP or garbage is told by its reason", arguments: 0..<4)
    func handshake(kind: Int) throws {
        var bench = try Bench()
        let peer = try bench.dial()
        var line = try bench.accept()
        #expect(line.read().0 == .again && line.isEstablished == false)
        let hello: [UInt8] = [0x16, 3, 1, 0, 200, 1, 0, 0, 196, 3, 3]
        let (words, reason): ([UInt8], String) =
            switch kind {
            case 0: ([], "the peer ended")
            case 1: (hello, "the peer ended")
            case 2: (Array("GET / HTTP/1.1\r\nHost: x\r\n\r\n".utf8), "http request")
            default: ([UInt8](repeating: 0xFF, count: 64), "wrong version number")
            }
        #expect(peer.send(words.span.bytes) == .count(words.count))
        if kind < 2 { peer.endSending() }
        #expect(line.verdict().0 == .failed("TLS handshake: \(reason)"))
        #expect(line.close() == .closed)
    }

    @Test("a handshake cut at any byte ends with a reason; one that comes byte by byte succeeds")
    func cut() throws {
        var bench = try Bench()
        // What a client says first, caught in a memory.
        let context = SSL_CTX_new(TLS_client_method())
        let ssl = SSL_new(context)
        let (input, output) = (BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()))
        SSL_set_bio(ssl, input, output)
        SSL_set_connect_state(ssl)
        SSL_do_handshake(ssl)
        var hello = [UInt8](repeating: 0, count: 4096)
        hello.removeLast(hello.count - Int(BIO_read(output, &hello, 4096)))
        SSL_free(ssl)
        SSL_CTX_free(context)
        #expect(hello.count > 100)
        for count in stride(from: 0, to: hello.count, by: 7) {
            let peer = try bench.dial()
            var line = try bench.accept()
            for byte in hello[..<count] {
                let one = [byte]
                #expect(peer.send(one.span.bytes) == .count(1))
                #expect(line.read().0 == .again)
            }
            peer.endSending()
            #expect(line.verdict().0 == .failed("TLS handshake: the peer ended"), "\(count) of \(hello.count)")
        }
    }

    @Test("http/1.1 is agreed on where it is offered; whoever offers only something else is told")
    func protocols() throws {
        var bench = try Bench()
        let http = Array("\u{2}h2\u{8}http/1.1".utf8)
        let talk = try Talk(&bench, protocols: http)
        var chosen: UnsafePointer<UInt8>?
        var count: UInt32 = 0
        SSL_get0_alpn_selected(talk.client.ssl, &chosen, &count)
        #expect(String(decoding: UnsafeBufferPointer(start: chosen, count: Int(count)), as: UTF8.self) == "http/1.1")
        do {
            _ = try Talk(&bench, protocols: Array("\u{2}h2".utf8))
            Issue.record("h2 was taken")
        } catch let error as Failure {
            #expect(error.what == "TLS handshake: no application protocol")
        }
    }

    @Test("TLS 1.2 is spoken, 1.1 is not", arguments: [TLS1_1_VERSION, TLS1_2_VERSION])
    func versions(latest: Int32) throws {
        var bench = try Bench()
        let client = Client(try bench.dial())
        // SSL_set_max_proto_version is a macro.
        SSL_ctrl(client.ssl, SSL_CTRL_SET_MAX_PROTO_VERSION, Int(latest), nil)
        SSL_set_security_level(client.ssl, 0)
        var line = try bench.accept()
        var last = Transfer.again
        var result: Int32 = 0
        while result != 1, last == .again {
            ERR_clear_error()
            result = SSL_do_handshake(client.ssl)
            last = line.read().0
        }
        if latest == TLS1_2_VERSION {
            #expect(result == 1 && line.isEstablished == true && line.version == "TLSv1.2")
        } else {
            #expect(last == .failed("TLS handshake: unsupported protocol") && line.isEstablished == false)
        }
    }

    @Test("a plain line reads, writes and ends like a TLS one")
    func plain() throws {
        var bench = try Bench()
        let peer = try bench.dial()
        var line = try bench.accept(isPlain: true)
        #expect(line.read().0 == .again && line.isEstablished == true && line.hasPending == false)
        #expect(line.isSecure == false && line.version == nil)
        let text = Array("hello".utf8)
        #expect(peer.send(text.span.bytes) == .count(5))
        #expect(line.verdict() == (.count(5), text))
        #expect(line.write(text[...]) == .count(5) && line.close() == .closed)
        peer.endSending()
        #expect(line.verdict().0 == .closed)
        line.reset()
    }
}
