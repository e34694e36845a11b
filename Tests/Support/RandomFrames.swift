import Bytes
import Events
import Text
import Units
import Wire

import class Foundation.ProcessInfo

/// Legal events of every kind from a seed: any header, any values that their fields may hold, any length of the fixed part.
///
/// An event is made as drafts, one for each of its frames.
public struct RandomFrames: Sendable {
    public var dice: Dice
    var texts = RandomText()

    public init(seed: UInt64) { dice = Dice(seed: seed) }

    /// Events that a property is tried with: `PENSTOCK_FRAMES`, or so many that a test run stays short.
    public static let count = ProcessInfo.processInfo.environment["PENSTOCK_FRAMES"].flatMap { Int($0) } ?? 20_000

    /// Seeds that share `count`.
    public static let seeds = 0..<UInt64(50)

    /// Events for each of `seeds`.
    public static var countPerSeed: Int { (count + seeds.count - 1) / seeds.count }

    /// An event of any kind; one in ten of a kind that this version does not know.
    public mutating func next() -> [Draft] {
        let kind = dice.oneIn(10) ? Kind(rawValue: UInt8(dice.number(25...255))) : dice.pick(Kind.known)
        return next(kind)
    }

    /// An event of this kind. Parts, which are full frames but for the last, only where the kind is unknown.
    public mutating func next(_ kind: Kind) -> [Draft] {
        guard let layout = Layout.of(kind) else { return unknown(kind) }
        return [known(layout)]
    }

    /// Its frames, one after the other.
    public mutating func nextBytes() -> [UInt8] { RandomFrames.bytes(next()) }

    /// The frames of these drafts; traps where one is not legal.
    public static func bytes(_ drafts: [Draft]) -> [UInt8] {
        var outbox = Outbox(capacity: 1 << 12)
        for draft in drafts {
            if let field = outbox.write(draft) {
                preconditionFailure("\(field) of a \(draft.envelope.kind) is not legal")
            }
        }
        return outbox.read { span in span.withUnsafeBytes { [UInt8]($0) } }
    }

    private mutating func known(_ layout: Layout) -> Draft {
        let channel = layout.channel ?? dice.pick(Array(Channel.allCases))
        var draft = Draft(header(layout.kind, channel), name())
        draft.hops = hops()
        fill(&draft, layout)
        return draft
    }

    /// One frame, or a few parts, which bear the same header.
    private mutating func unknown(_ kind: Kind) -> [Draft] {
        var model = Draft(header(kind, dice.pick(Array(Channel.allCases))), name())
        model.hops = hops()
        let parts = dice.oneIn(5) ? dice.number(2...4) : 1
        if parts > 1 { model.envelope.flags.insert(.part) }
        model.envelope.parts = UInt16(parts)
        let count = dice.oneIn(20) ? 255 : dice.number(0...9)
        model.wordCount = count
        return (1...parts).map { part in
            var draft = model
            draft.envelope.part = UInt16(part)
            draft.words = (0..<count).map { _ in dice.oneIn(3) ? 0 : dice.next() }
            draft.variable = dice.bytes(8 * dice.number(0...12))
            return draft
        }
    }

    /// A header of any values that a header may have, but for parts.
    public mutating func header(_ kind: Kind, _ channel: Channel) -> Envelope {
        var envelope = Envelope(kind: kind, channel: channel)
        envelope.flags = Flags(rawValue: UInt32(truncatingIfNeeded: dice.next()) & Flags.known.rawValue)
        envelope.flags.remove(.part)
        envelope.epoch = UInt32(truncatingIfNeeded: number())
        envelope.position = number()
        let sequences = [number(), number()].sorted()
        envelope.firstSequence = dice.oneIn(2) ? sequences[1] : sequences[0]
        envelope.lastSequence = sequences[1]
        envelope.happened = time()
        envelope.received = time()
        envelope.id = number()
        envelope.cause = number()
        envelope.routingVersion = UInt32(truncatingIfNeeded: number())
        return envelope
    }

    public mutating func name() -> StreamName {
        let venue = String(decoding: texts.name(atMost: Frame.venueBytesMax, using: &dice), as: Unicode.UTF8.self)
        let symbol = String(decoding: texts.name(atMost: Frame.symbolBytesMax, using: &dice), as: Unicode.UTF8.self)
        guard let name = StreamName(venue: venue, symbol: symbol) else {
            preconditionFailure("a name of characters that names may have")
        }
        return name
    }

    public mutating func hops() -> [UInt64] {
        (0..<8).map { _ in dice.oneIn(3) ? dice.pick([1, 999, Frame.hopMax - 1, Frame.hopMax]) : 0 }
    }

    /// Text of any characters.
    public mutating func text(atMost limit: Int) -> String {
        String(decoding: texts.any(atMost: limit, using: &dice), as: Unicode.UTF8.self)
    }

    /// A whole number: the smallest, the largest, or one of any size between.
    public mutating func number() -> UInt64 {
        switch dice.number(0...3) {
        case 0: 0
        case 1: dice.pick([1, 1 << 32 - 1, 1 << 32, 1 << 53 + 1, 1 << 63, .max])
        default: dice.next() >> UInt64(dice.number(0...63))
        }
    }

    public mutating func time() -> Nanos {
        let most = Nanos.range.upperBound.count
        return Nanos(dice.oneIn(3) ? dice.pick([0, 1, most]) : Int64(dice.next() >> 1) % (most + 1))
    }

    public mutating func decimal() -> Decimal {
        if dice.oneIn(4) { return .notGiven }
        return Decimal(mantissa(), exponent: exponent())
    }

    /// Any but -2^63, which is none.
    public mutating func mantissa() -> Int64 {
        let magnitude = Int64(number() >> 1)
        return dice.oneIn(4) ? -magnitude : magnitude
    }

    public mutating func exponent() -> Int8 {
        dice.oneIn(4) ? dice.pick([-63, -1, 0, 1, 63]) : Int8(dice.number(-18...3))
    }
}
