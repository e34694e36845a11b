import Bytes
import Events
import Flow
import Support
import Units
import Wire

@testable import Merges

/// Frames by hand: what a test says of them, and positions that follow each other.
struct Writer {
    let venue: String
    let symbol: String
    var epoch: UInt32 = 1
    private var positions: [Channel: UInt64] = [:]

    init(_ venue: String, _ symbol: String = "BTC-USDT") {
        self.venue = venue
        self.symbol = symbol
    }

    var name: StreamName { StreamName(venue: venue, symbol: symbol) ?? .none }

    /// Positions that nobody will see.
    mutating func skip(_ channel: Channel, _ count: UInt64 = 1) { positions[channel, default: 0] += count }

    mutating func beginEpoch(_ channel: Channel) {
        epoch += 1
        positions[channel] = 0
    }

    mutating func envelope(
        _ kind: Kind, _ channel: Channel, at received: Int64, sequence: ClosedRange<UInt64> = 0...0
    ) -> Envelope {
        positions[channel, default: 0] += 1
        let position = positions[channel] ?? 0
        return Envelope(
            kind: kind, channel: channel, epoch: epoch, position: position, firstSequence: sequence.lowerBound,
            lastSequence: sequence.upperBound, happened: Nanos(received), received: Nanos(received),
            id: name.id(channel: channel, epoch: epoch, position: position))
    }

    mutating func ticker(_ bid: Int64, at received: Int64, sequence: UInt64 = 0) -> [UInt8] {
        var ticker = Ticker()
        ticker.bid = Decimal(bid, exponent: -2)
        let envelope = envelope(.ticker, .ticker, at: received, sequence: sequence...sequence)
        return written { $0.put(ticker, envelope, name) }
    }

    mutating func trade(
        _ price: Decimal = Decimal(100, exponent: 0), _ size: Decimal = Decimal(1, exponent: 0), side: Side = .buy,
        at received: Int64, sequence: ClosedRange<UInt64> = 0...0
    ) -> [UInt8] {
        let envelope = envelope(.trade, .trade, at: received, sequence: sequence)
        return written { $0.put(Trade(price: price, size: size, side: side), id: RawSpan(), envelope, name) }
    }

    mutating func gap(_ channel: Channel, _ reason: GapReason = .disconnected, at received: Int64) -> [UInt8] {
        let envelope = envelope(.gap, channel, at: received)
        return written { $0.put(Gap(reason: reason), envelope, name) }
    }

    mutating func status(
        _ state: BookState, _ reason: BookReason, at received: Int64 = 1, depth: UInt32 = 0
    ) -> [UInt8] {
        let envelope = envelope(.bookStatus, .book, at: received)
        return written { $0.put(BookStatus(state, reason: reason, depth: depth), envelope, name) }
    }

    mutating func book(
        _ kind: Kind, _ levels: borrowing Sides, at received: Int64 = 1, sequence: ClosedRange<UInt64>
    ) -> [UInt8] {
        var envelope = envelope(kind, .book, at: received, sequence: sequence)
        if kind == .bookSnapshot { envelope.flags = .snapshot }
        var outbox = Outbox()
        outbox.put(kind, levels, depth: 0, checksum: 0, envelope, name)
        return outbox.bytes
    }
}

/// A merger under test: what goes in, and what comes out.
struct Bench: ~Copyable {
    var merger: Merger
    private var outbox = Outbox(capacity: 1 << 12)
    var now: Int64 = 0

    init(_ work: Merger.Work, inputs: Int = 1) {
        merger = Merger(work, stamping: .frames)
        outbox.put(Hello(producer: "merge", timeBase: .recorded), Envelope(kind: .hello, channel: .control))
        merger.begin(TimeOrigin(.recorded))
        for input in 0..<inputs {
            merger.open(input)
            take(
                written {
                    $0.put(Hello(producer: "test", timeBase: .recorded), Envelope(kind: .hello, channel: .control))
                }, input)
        }
    }

    /// Gives an input events, at the time of the first one unless told otherwise.
    mutating func take(_ bytes: [UInt8], _ input: Int = 0, at time: Int64? = nil) {
        var outbox = Outbox(capacity: 0)
        swap(&outbox, &self.outbox)
        bytes.withBytes { span in
            span.eachEvent { event in
                now = max(now, time ?? Header(event).envelope.received.count)
                merger.take(event, Header(event), from: input, now: Nanos(now), into: &outbox)
            }
        }
        swap(&outbox, &self.outbox)
    }

    mutating func pass(to time: Int64) {
        while let deadline = merger.deadline, deadline.count <= time { merger.expire(now: deadline, into: &outbox) }
        now = max(now, time)
    }

    mutating func end(_ input: Int, wasLive: Bool = false) {
        merger.end(input, wasLive: wasLive, now: Nanos(now), into: &outbox)
    }

    /// What came out since the last call, hellos left out.
    mutating func frames() -> [[UInt8]] {
        let frames = outbox.bytes.frames
        outbox.empty { $0.byteCount }
        return frames.filter { $0[11] != Kind.hello.rawValue }
    }

    /// Whether all that came in is accounted for.
    var conserves: Bool {
        merger.tally.taken + merger.tally.healed == merger.tally.accounted + UInt64(merger.held)
    }
}

extension [UInt8] {
    var header: Header { withBytes { Header($0) } }
    var kind: Kind { header.envelope.kind }

    func payload<R>(_ body: (RawSpan, Header) -> R) -> R { withBytes { body($0, Header($0)) } }

    var venue: String { withBytes { String($0, Header($0).venue) } }
    var symbol: String { withBytes { String($0, Header($0).symbol) } }

    /// The events that a merged one carries.
    var fragments: [[UInt8]] {
        payload { frame, header in
            let count = Int(Payload(header).u32(frame, 28))
            return [UInt8](frame.extracting(header.variable..<(header.variable + count)).copied).frames
        }
    }
}

extension RawSpan {
    var copied: [UInt8] { withUnsafeBytes { [UInt8]($0) } }
}
