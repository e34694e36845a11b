import Foundation
import Host
import Support
import Testing

@Suite(.timeLimit(.minutes(1)))
struct DatagramTests {
    private func send(_ text: String, _ sender: inout DatagramSender) -> Bool {
        let bytes = Array(text.utf8)
        return sender.send(bytes.span.bytes)
    }

    @Test("what nobody takes is lost and counted; a receiver that comes, or comes again, is found")
    func reconnecting() throws {
        let folder = try ScratchFolder("datagrams")
        let path = folder.path("s")
        var sender = try DatagramSender(to: path)
        #expect(!send("a", &sender) && sender.lost == 1)
        do {
            let receiver = DatagramReceiver(at: path)
            #expect(send("b", &sender) && receiver.next() == "b")
        }
        #expect(!send("c", &sender), "its receiver is gone")
        #expect(unlink(path) == 0)
        let receiver = DatagramReceiver(at: path)
        #expect(send("d", &sender) && receiver.next() == "d" && receiver.next() == nil)
        #expect(sender.sent == 2 && sender.lost == 2)
    }

    @Test("a receiver that has been replaced without a pause is found with nothing lost")
    func replaced() throws {
        let folder = try ScratchFolder("datagrams")
        let path = folder.path("s")
        var sender = try DatagramSender(to: path)
        do {
            let receiver = DatagramReceiver(at: path)
            #expect(send("a", &sender) && receiver.next() == "a")
        }
        #expect(unlink(path) == 0)
        let receiver = DatagramReceiver(at: path)
        #expect(send("b", &sender) && receiver.next() == "b" && sender.lost == 0)
    }

    @Test("a slow receiver, and a datagram longer than any may be, cost only what is lost")
    func slow() throws {
        let folder = try ScratchFolder("datagrams")
        let path = folder.path("s")
        let receiver = DatagramReceiver(at: path)
        var sender = try DatagramSender(to: path)
        for _ in 0..<2000 { _ = send(String(repeating: "x", count: 1000), &sender) }
        #expect(sender.sent > 0 && sender.lost > 0 && sender.sent + sender.lost == 2000)
        var received: UInt64 = 0
        while receiver.next() != nil { received += 1 }
        #expect(received == sender.sent)
        let lost = sender.lost
        #expect(!send(String(repeating: "x", count: 4 << 20), &sender) && sender.lost == lost + 1)
        #expect(send("after", &sender) && receiver.next() == "after")
    }
}
