import Books
import Bytes
import Events
import Support
import Units
import Wire

/// The plainest consumer: it knows FORMAT.md and nothing of the lane.
struct Sink: ~Copyable {
    struct Place: Equatable {
        var epoch: UInt32
        var position: UInt64
    }

    private var inbox = Inbox(readBytes: 1 << 16)
    private var assembly = Assembly()
    var names: [String] = []
    var followers = Slots<Follower>()
    private var sides = Sides()
    private var effects = Sides()
    var lastTicker: [String: UInt64] = [:]
    var candles: [String: [Int64: Int64]] = [:]
    var places: [String: Place] = [:]
    /// Events by kind, and what was wrong.
    var counts: [UInt8: Int] = [:]
    var faults: [String] = []
    var frames = 0
    var bytes: [UInt8] = []
    var keepsBytes = false
    var versions: [UInt32] = []
    /// Events of which gaps tell, and the gaps themselves.
    var missed: UInt64 = 0
    var gaps: [(key: String, gap: Gap)] = []
    var coalesced = 0

    mutating func take(_ part: RawSpan) {
        if keepsBytes { for at in 0..<part.byteCount { bytes.append(part.byte(at)) } }
        var at = 0
        while at < part.byteCount {
            _ = inbox.fill { room in
                let count = min(room.byteCount, part.byteCount - at)
                room.put(part.extracting(at..<(at + count)), at: 0)
                at += count
                return count
            }
            drain()
        }
    }

    var isBetweenFrames: Bool { !inbox.holdsPartialFrame }

    private mutating func drain() {
        var events: [[UInt8]] = []
        let defect = inbox.drain { frame in
            events.append(frame.withUnsafeBytes { [UInt8]($0) })
            return true
        }
        if let defect { faults.append(defect.text) }
        for event in events { event.withBytes { hear($0) } }
    }

    private mutating func hear(_ frame: RawSpan) {
        frames += 1
        if let field = Layout.defect(in: frame) { faults.append("payload \(field)") }
        let header = Header(frame)
        let envelope = header.envelope
        versions.append(envelope.routingVersion)
        counts[envelope.kind.rawValue, default: 0] += 1
        if envelope.flags.contains(.coalesced) { coalesced += 1 }
        let key = "\(String(frame, header.venue)) \(String(frame, header.symbol)) \(envelope.channel)"
        order(key, frame, header)
        switch envelope.kind {
        case .bookStatus: followers[index(key)].take(BookStatus(frame, header))
        case .bookSnapshot, .bookUpdate:
            sides.removeAll()
            LevelRows(frame, header).append(frame, to: &sides)
            let complaint =
                envelope.kind == .bookSnapshot
                ? followers[index(key)].replace(with: sides)
                : followers[index(key)].apply(sides, effects: &effects)
            if let complaint, complaint != .crossed { faults.append("\(key): \(complaint)") }
        case .ticker: lastTicker[key] = UInt64(Ticker(frame, header).bid.mantissa)
        case .kline:
            let kline = Kline(frame, header)
            let span = (kline.closes - kline.opened).count
            candles[key, default: [:]][kline.opened.count * 1000 + span] = kline.close.mantissa
        default: break
        }
    }

    private mutating func order(_ key: String, _ frame: RawSpan, _ header: Header) {
        let envelope = header.envelope
        guard envelope.channel != .control else { return }
        let place = Place(epoch: envelope.epoch, position: envelope.position)
        if envelope.kind == .gap {
            let gap = Gap(frame, header)
            missed += gap.missed
            gaps.append((key, gap))
            if gap.toPosition != envelope.position { faults.append("\(key): a gap's place") }
        }
        let before = places[key]
        places[key] = place
        guard let before, !envelope.flags.contains(.snapshot) else { return }
        guard (place.epoch, place.position) > (before.epoch, before.position) else {
            return faults.append("\(key): \(place) after \(before), a \(envelope.kind)")
        }
        // What is between was folded or is told by a gap.
        let expected = place.epoch == before.epoch ? before.position + 1 : 1
        if place.position != expected, envelope.kind != .gap, !envelope.flags.contains(.coalesced) {
            holes[key, default: 0] += Int(place.position - expected)
        }
    }

    /// Positions that nobody told of.
    var holes: [String: Int] = [:]

    mutating func index(_ key: String) -> Int {
        if let index = names.firstIndex(of: key) { return index }
        names.append(key)
        followers.append(Follower())
        return names.count - 1
    }

    mutating func levels(_ key: String) -> [[PlainBook.Row]]? {
        let index = index(key)
        guard followers[index].isValid else { return nil }
        var sides = Sides()
        followers[index].book.copy(to: &sides)
        return [sides.bids.rows, sides.asks.rows]
    }
}
