import Books
import Bytes
import Events
import Glibc
import Text
import Units
import Venues

/// Reads every message into a batch, and sums what was read so that nothing can be left out: the same work as peer.cpp does.
func measureParse(_ dialect: Dialect, _ path: String, _ rounds: Int) {
    let file = load(path)
    let count = file.count
    var lines: [Range<Int>] = []
    var start = 0
    while start < count {
        let length = file.block.read(start..<count) { $0.firstOffset(of: 0x0A) } ?? (count - start)
        if length > 0 { lines.append(start..<(start + length)) }
        start += length + 1
    }
    var batch = Batch()
    var sum: UInt64 = 0
    var bad = 0
    var best = Double.infinity
    for _ in 0...rounds {
        sum = 0
        bad = 0
        let began = cpu()
        for line in lines {
            batch.clear()
            let defect = file.block.read(line) { dialect.read($0, into: &batch) }
            if defect != .none { bad += 1 }
            add(batch, &sum)
        }
        best = min(best, (cpu() - began) / Double(lines.count))
    }
    print("\(best) \(lines.count) \(count) \(sum) \(bad)")
}

/// A sum over everything that was read: prices, sizes, times, sequences, lengths of names.
@inline(__always)
private func add(_ batch: borrowing Batch, _ sum: inout UInt64) {
    for row in 0..<batch.items.count {
        let item = batch.items[row]
        sum &+= item.head.last &+ UInt64(item.symbol.count) &+ UInt64(bitPattern: item.head.happened.count)
        switch item.content {
        case .trade: sum &+= weight(batch.prints[item.index].trade.price) &+ weight(batch.prints[item.index].trade.size)
        case .ticker: sum &+= weight(batch.tickers[item.index].bid) &+ weight(batch.tickers[item.index].ask)
        case .kline: sum &+= weight(batch.klines[item.index].close)
        case .bookSnapshot, .bookDelta: sum &+= UInt64(item.checksum)
        }
    }
    for row in 0..<batch.sides.bids.count { sum &+= weight(batch.sides.bids[row]) }
    for row in 0..<batch.sides.asks.count { sum &+= weight(batch.sides.asks[row]) }
}

@inline(__always)
private func weight(_ number: Decimal) -> UInt64 {
    UInt64(bitPattern: number.mantissa) &+ UInt64(UInt8(bitPattern: number.exponent))
}

@inline(__always)
private func weight(_ level: Level) -> UInt64 {
    UInt64(bitPattern: level.price) &* 31 &+ UInt64(bitPattern: level.size)
        &+ UInt64(UInt8(bitPattern: level.priceExponent))
}
