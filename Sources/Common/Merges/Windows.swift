import Bytes
public import Events
public import Units
public import Wire

/// Merges events of several venues that fall into one window, by rules.
///
/// A window opens with the first event of its key (symbol and kind) and closes when its time is over or it has had so many events,
/// whichever is first. One in which all venues are is told; one in which some are missing is not. An event that was received before
/// the last window of its key closed is late, and dropped.
public struct Windows: ~Copyable {
    /// Bytes that all windows hold together; beyond, the window that grows closes as if it had had enough events.
    public static let bytesMax = 32 << 20
    /// Bytes of a window, which its event has to carry.
    public static let windowBytesMax = 4 << 20

    /// What became of an event.
    public enum Verdict: Equatable, Sendable {
        /// No rule concerns it, or no merged event could hold it.
        case other
        /// It is in a window; so many others gave way to it.
        case held(superseded: Int)
        /// It was received so long before the end of a window that has closed.
        case late(by: Nanos)
    }

    /// A window that closed.
    public struct Closing: Sendable {
        public let rule: MergeRule
        /// The same of each run: derived from symbol and count.
        public let mergeId: UInt64
        public let opened, closed: Nanos
        public let endedBy: WindowEnd
        /// Events that fell into it, and those of them that are lent.
        public let count, held: Int
        /// Venues of which nothing came; where there are any, the window is suppressed.
        public let missing: [String]
    }

    private var windows = Slots<Window>(capacity: 1)
    /// Kind and symbol of each window.
    private var keys = Names(limit: MergeRule.countMax)
    private var scratch = Block(byteCount: 128)
    /// Windows opened so far of a symbol.
    private var counts: [String: UInt64] = [:]
    private var byteCount = 0
    public private(set) var openedCount: UInt64 = 0
    public private(set) var closedCount: UInt64 = 0
    public private(set) var openCount = 0

    public init(_ rules: [MergeRule]) {
        for rule in rules { add(rule) }
    }

    public var isEmpty: Bool { windows.isEmpty }
    public var rules: [MergeRule] {
        var rules: [MergeRule] = []
        for index in 0..<windows.count { rules.append(windows[index].rule) }
        return rules
    }

    private mutating func add(_ rule: MergeRule) {
        let bytes = [rule.kind.rawValue] + Array(rule.symbol.utf8)
        guard bytes.withBytes({ keys.intern($0, 0..<$0.byteCount) }) == windows.count else { return }
        windows.append(Window(rule))
    }

    /// Sets other rules: windows whose rule stays the same stay open. How many events those held that were forgotten.
    public mutating func replace(_ rules: [MergeRule]) -> Int {
        var fresh = Windows(rules)
        var forgotten = 0
        for index in 0..<windows.count {
            let rule = windows[index].rule
            var kept = false
            for other in 0..<fresh.windows.count where fresh.windows[other].rule == rule {
                swap(&fresh.windows[other], &windows[index])
                kept = true
            }
            if !kept {
                forgotten += windows[index].held
                if windows[index].isOpen { openCount -= 1 }
                byteCount -= windows[index].byteCount
            }
        }
        swap(&windows, &fresh.windows)
        swap(&keys, &fresh.keys)
        return forgotten
    }

    /// Takes an event of one frame. Times are of one clock; `now` never goes back. What closes is lent to `close`.
    public mutating func take(
        _ frame: RawSpan, _ header: Header, received: Nanos, now: Nanos, _ close: (Closing, RawSpan) -> Void
    ) -> Verdict {
        guard let index = index(frame, header), header.envelope.parts == 1 else { return .other }
        guard let venue = venue(frame, header, windows[index].rule) else { return .other }
        guard frame.byteCount <= Windows.fragmentBytesMax else { return .other }
        if let deadline = windows[index].deadline, now >= deadline { self.close(index, at: deadline, .time, close) }
        if let late = windows[index].lateness(of: received) { return .late(by: late) }
        let hasRoom =
            windows[index].hasRoom(for: frame.byteCount, limit: Windows.windowBytesMax)
            && byteCount + frame.byteCount <= Windows.bytesMax
        if !hasRoom, windows[index].isOpen { self.close(index, at: windows[index].newest, .count, close) }
        if !windows[index].isOpen {
            openedCount += 1
            openCount += 1
            counts[windows[index].rule.symbol, default: 0] += 1
        }
        let before = windows[index].byteCount
        let gone = windows[index].take(frame, venue: venue, received: received, now: now)
        byteCount += windows[index].byteCount - before
        if windows[index].count >= windows[index].rule.maxEvents {
            self.close(index, at: windows[index].newest, .count, close)
        } else if windows[index].rule.closesOnComplete, windows[index].isComplete {
            self.close(index, at: windows[index].newest, .complete, close)
        }
        return .held(superseded: gone)
    }

    /// The largest event that a merged one can hold, whatever its symbol.
    static let fragmentBytesMax = Frame.bytesMax - Frame.headerBytes - 128

    private mutating func index(_ frame: RawSpan, _ header: Header) -> Int? {
        let length = 1 + header.symbolBytes
        scratch.write(0..<length) { span in
            span.put(header.envelope.kind.rawValue, at: 0)
            span.put(frame.extracting(header.symbol), at: 1)
        }
        return scratch.read(0..<length) { keys.find($0, 0..<length) }
    }

    private func venue(_ frame: RawSpan, _ header: Header, _ rule: MergeRule) -> Int? {
        let name = frame.extracting(header.venue)
        return rule.venues.firstIndex { $0.withBytes { $0.holdsSameBytes(as: name) } }
    }

    /// When the next window's time is over.
    public var deadline: Nanos? {
        guard openCount > 0 else { return nil }
        var soonest: Nanos?
        for index in 0..<windows.count {
            if let deadline = windows[index].deadline { soonest = min(soonest ?? deadline, deadline) }
        }
        return soonest
    }

    /// Closes the windows whose time is over, in the order of their deadlines.
    public mutating func expire(now: Nanos, _ close: (Closing, RawSpan) -> Void) {
        while let deadline, deadline <= now {
            for index in 0..<windows.count where windows[index].deadline == deadline {
                self.close(index, at: deadline, .time, close)
            }
        }
    }

    /// Events that open windows hold.
    public var heldCount: Int {
        var count = 0
        for index in 0..<windows.count { count += windows[index].held }
        return count
    }

    /// Forgets what is in open windows: how many events.
    public mutating func discard() -> Int {
        var forgotten = 0
        for index in 0..<windows.count where windows[index].isOpen {
            forgotten += windows[index].held
            windows[index].empty()
        }
        openCount = 0
        byteCount = 0
        return forgotten
    }

    private mutating func close(
        _ index: Int, at time: Nanos, _ end: WindowEnd, _ body: (Closing, RawSpan) -> Void
    ) {
        let rule = windows[index].rule
        var missing: [String] = []
        for (place, venue) in rule.venues.enumerated() where windows[index].present & 1 << UInt32(place) == 0 {
            missing.append(venue)
        }
        let name = StreamName(venue: Windows.venue, symbol: rule.symbol) ?? .none
        let closing = Closing(
            rule: rule, mergeId: name.id(channel: .merged, epoch: 0, position: counts[rule.symbol] ?? 0),
            opened: windows[index].opened, closed: max(time, windows[index].opened), endedBy: end,
            count: windows[index].count, held: windows[index].held, missing: missing)
        byteCount -= windows[index].byteCount
        closedCount += 1
        openCount -= 1
        windows[index].close(at: time, byTime: end == .time) { body(closing, $0) }
    }

    /// The venue of what is of several.
    public static let venue = "merge"
}
