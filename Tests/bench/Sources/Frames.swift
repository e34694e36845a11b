import Bytes
import Events
import Units
import Wire

/// Writing tickers as frames, and taking frames in: ns a frame, beside the checksum alone and the portable one.
func measureFrames() {
    let rounds = 200_000
    let name = StreamName(venue: "binance", symbol: "BTC-USDT")!
    var ticker = Ticker()
    ticker.bid = Decimal(6_183_763, exponent: -2)
    ticker.bidSize = Decimal(378_826, exponent: -5)
    ticker.ask = Decimal(6_183_764, exponent: -2)
    ticker.askSize = Decimal(154_698, exponent: -5)
    var outbox = Outbox(capacity: 1 << 20)
    var envelope = Envelope(kind: .ticker, channel: .ticker, flags: .replay, epoch: 1)
    func fill() {
        outbox.empty { $0.byteCount }
        for position in 0..<1000 {
            envelope.position = UInt64(position)
            outbox.put(ticker, envelope, name)
        }
    }
    var encode = Double.infinity
    var decode = Double.infinity
    var check = Double.infinity
    var portable = Double.infinity
    var bytes = 0
    for _ in 0..<5 {
        var began = cpu()
        for _ in 0..<(rounds / 1000) { fill() }
        encode = min(encode, (cpu() - began) / Double(rounds))
        bytes = outbox.byteCount / 1000
        began = cpu()
        for _ in 0..<(rounds / 1000) {
            outbox.read { span in
                var at = 0
                while case .frame(let length) = Frame.front(of: span.extracting(at..<span.byteCount)) { at += length }
            }
        }
        decode = min(decode, (cpu() - began) / Double(rounds))
        began = cpu()
        var register = CRC32C.start
        for _ in 0..<rounds { outbox.read { register = CRC32C.add($0.extracting(0..<bytes), to: register) } }
        check = min(check, (cpu() - began) / Double(rounds))
        began = cpu()
        for _ in 0..<(rounds / 10) {
            outbox.read { register = CRC32C.addPortably($0.extracting(0..<bytes), to: register) }
        }
        portable = min(portable, (cpu() - began) / Double(rounds / 10))
        precondition(register != 1)
    }
    print("\(encode) \(decode) \(check) \(portable) \(bytes)")
}
