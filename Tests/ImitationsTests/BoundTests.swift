import Bytes
import Support
import Testing
import Units

@testable import Imitations
@testable import Markets
@testable import Venues

/// What an imitation bears at most, and what comes then.
@Suite(.timeLimit(.minutes(1)))
struct BoundTests {
    @Test("256 faults are set and no more, until one is cleared")
    func faults() throws {
        let client = Client(.binance)
        let first = try client.imitation.set(fault: "drop@chance=1/2", at: client.now)
        for _ in 1..<256 { _ = try client.imitation.set(fault: "drop@chance=1/2", at: client.now) }
        #expect(throws: FaultDefect(text: "256 faults are set; clear some")) {
            _ = try client.imitation.set(fault: "drop@chance=1/2", at: client.now)
        }
        let isCleared = client.imitation.clear(fault: first)
        #expect(isCleared)
        _ = try client.imitation.set(fault: "drop@chance=1/2", at: client.now)
        #expect(client.imitation.faultList.count == 256)
    }

    @Test(
        "messages of 16 MiB are held back; the connection that one more is for is reset, and its messages are forgotten"
    )
    func held() throws {
        let client = Client(.binance)
        client.open("/ws/btcusd@trade", 0)
        client.open("/ws/btcusd@trade", 1)
        _ = try client.imitation.set(fault: "stall:#0+trade", at: client.now)
        #expect(client.trade(400).allSatisfy { $0.hasPrefix("1 ") })
        let few = client.imitation.held.bytes
        #expect(few > 0)
        // Up to the last byte.
        let rest = [UInt8](repeating: 0x20, count: 16 << 20 - few)
        let isHeld = client.imitation.held.hold(HeldMessages.Message(connection: 1, stream: -1, bytes: rest))
        #expect(isHeld && client.imitation.held.bytes == 16 << 20)
        let lines = client.trade(400)
        #expect(lines.filter { $0.hasPrefix("0 ") } == ["0 reset"] && lines.contains { $0.hasPrefix("1 ") })
        let isOpen = [client.imitation.isOpen(0), client.imitation.isOpen(1)]
        #expect(isOpen == [false, true])
        #expect(client.imitation.held.bytes == rest.count)
    }

    @Test(
        "allowances of 4096 addresses are counted; beyond, those in good standing are forgotten, then the shortest ban")
    func addresses() {
        var limits = AddressLimits()
        let now = Nanos.seconds(1_760_000_000)
        func ask(_ address: UInt64, _ weight: Int = 1) -> AddressLimits.Verdict {
            limits.ask(address, weight: weight, most: 10, ban: .seconds(60 + Int64(address)), at: now)
        }
        func ban(_ address: UInt64) { for _ in 0...AddressLimits.patience { _ = ask(address, 11) } }
        for address in 0..<4096 as Range<UInt64> { #expect(ask(address) == .served(used: 1)) }
        #expect(ask(5) == .served(used: 2))
        #expect(limits.count == 4096)
        ban(7)
        #expect(ask(9999) == .served(used: 1))
        #expect(limits.count == 2)
        #expect(ask(7) == .banned(until: now + .seconds(67)))
        for address in 0..<4096 as Range<UInt64> { ban(address) }
        #expect(limits.count == 4096)
        #expect(ask(7) == .banned(until: now + .seconds(67)))
        #expect(ask(9999) == .served(used: 1))
        #expect(limits.count == 4096)
        #expect(ask(0) == .served(used: 1), "its ban was the shortest")
    }

    @Test("names that a request brings beyond 4096 are left out, and channels beyond 32")
    func names() {
        let many = repeatElement(#""a""#, count: 5000).joined(separator: ",")
        let count = #"{"method":"SUBSCRIBE","params":[\#(many),true],"id":1}"#.withBytes {
            Imitation.binanceCall($0).params.count
        }
        #expect(count == 4096)
        let alone = repeatElement(#""symbol":"a""#, count: 5000).joined(separator: ",")
        for symbols in [#""symbol":[\#(many)]"#, alone] {
            let count = #"{"method":"subscribe","params":{\#(symbols)}}"#.withBytes { KrakenCall($0).symbols.count }
            #expect(count == 4096)
        }
        let products = (0..<5000).map { #""p\#($0)""# }.joined(separator: ",")
        let text = #"{"type":"subscribe","product_ids":[\#(products)],"channels":[\#(many)],"channel":"b"}"#
        let (channels, named) = text.withBytes { text in
            let call = CoinbaseCall(text)
            return (call.channels.count, call.products.count)
        }
        #expect(channels == 32 && named == 4096)
    }
}
