import Bytes
import Edges
import Host
import Tool
import Units

/// The `order` process of a venue, as dispatch sees it: where it is, whether it is there, and the intents that wait until its socket
/// takes them. Who has come connects as a producer, too: its reports come back on the same connection.
struct Gateway: ~Copyable {
    /// Bytes of intents that wait, at most; a further one is refused.
    static let waitingBytesMax = 256 << 10

    /// An intent on its way.
    struct Waiting {
        /// Whose; empty: ours.
        let name: String
        /// Its connection.
        let consumer: Int?
        let bytes: [UInt8]
    }

    let venue: String
    let path: String
    var redialer: Redialer
    /// Its number among the producers; nil while it is not there.
    var producer: Int?
    var waiting: [Waiting] = []
    /// Bytes of the first one that are sent.
    var sent = 0
    private(set) var hasToldAbsence = false

    init(_ venue: String, at path: String) throws(Failure) {
        self.venue = venue
        self.path = path
        redialer = try Redialer(unix: path)
    }

    var hasRoom: Bool {
        var count = 0
        for one in waiting { count += one.bytes.count }
        return producer != nil && count < Gateway.waitingBytesMax
    }

    /// That it is not there, once until it has come.
    mutating func tellAbsence(_ reason: String) {
        guard !hasToldAbsence else { return }
        hasToldAbsence = true
        complain("dispatch: orders for \(venue) are refused: \(path): \(reason); trying again")
    }

    mutating func tellPresence() { hasToldAbsence = false }

    /// When the next try to connect is due.
    var nextTry: Nanos { redialer.nextTry }

    /// The connection has ended; what had not left is returned.
    mutating func lose() -> [Waiting] {
        producer = nil
        defer {
            waiting = []
            sent = 0
        }
        return waiting
    }

    /// Sends what waits, as much as is taken now; false when nobody is there any more.
    mutating func send(by input: borrowing FrameInput) throws(Failure) -> Bool {
        while let one = waiting.first {
            let start = sent
            let transfer = try input.withDescriptor { descriptor in
                one.bytes.withBytes { descriptor.send($0.extracting(start..<$0.byteCount)) }
            }
            switch transfer {
            case .count(let count): sent += count
            case .again: return true
            case .closed, .failed, nil: return false
            }
            guard sent == one.bytes.count else { return true }
            waiting.removeFirst()
            sent = 0
        }
        return true
    }
}
