import Bytes

/// Events that could not be delivered to anybody, kept to be looked at: the newest `countMax`, of `bytesMax` bytes; the oldest go.
public struct DeadLetters: Sendable {
    public struct Letter: Equatable, Sendable {
        public let frames: [UInt8]
        public let reason: String
    }

    public private(set) var letters: [Letter] = []
    /// All that there ever were.
    public private(set) var count: UInt64 = 0
    private var bytes = 0
    let countMax: Int
    let bytesMax: Int

    public init(countMax: Int = 1024, bytesMax: Int = 1 << 20) {
        self.countMax = countMax
        self.bytesMax = bytesMax
    }

    public mutating func add(_ event: RawSpan, reason: String) {
        count += 1
        guard event.byteCount <= bytesMax else { return }
        letters.append(Letter(frames: (0..<event.byteCount).map { event.byte($0) }, reason: reason))
        bytes += event.byteCount
        while letters.count > countMax || bytes > bytesMax { bytes -= letters.removeFirst().frames.count }
    }
}
