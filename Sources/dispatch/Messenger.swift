import Bytes
import Host
import Lanes
import Units

/// What `merge` is to be told for a consumer.
struct Errand {
    /// Who is answered; nil once it is gone.
    var consumer: Int?
    let messageId: UInt64
    /// Lines that are still to be said.
    var lines: [String]
    /// What it is subscribed to once all is accepted.
    var wants: [Subscription] = []
    var leastVersion: UInt32?
    /// Without an answer by then it is given up.
    let deadline: Nanos

    /// At once, at most; a further one is refused.
    static let countMax = 64
    static let patience = Nanos.seconds(4)
}

/// A connection to merge's control socket, for one line and its answer.
struct Messenger: ~Copyable {
    /// All rules, each at its longest.
    private static let answerBytesMax = 1 << 19

    private let descriptor: Descriptor
    private var text: [UInt8] = []

    private init(_ descriptor: consuming Descriptor) { self.descriptor = descriptor }

    /// Says a line; the socket is new, so it takes it.
    static func say(_ line: String, to path: String, now: Nanos) throws(Failure) -> Messenger {
        var redialer = try Redialer(unix: path)
        var dice = SystemChance()
        let made = redialer.dial(now: now, using: &dice)
        switch consume made {
        case .some(let descriptor):
            let whole = line + "\n"
            guard whole.withBytes({ descriptor.send($0) }) == .count(whole.utf8.count) else {
                throw Failure(.unavailable, "merge at \(path) takes nothing")
            }
            return Messenger(descriptor)
        case .none: throw Failure(.unavailable, "merge at \(path): \(redialer.reason ?? "not there")")
        }
    }

    var number: Int32 { descriptor.number }

    /// The answer, once it is whole; empty where there will be none.
    mutating func hear() -> String? {
        var room = Block(byteCount: 4096)
        while true {
            switch room.write(0..<4096, { descriptor.receive(into: &$0) }) {
            case .count(let count):
                room.read(0..<count) { span in
                    for at in 0..<count { text.append(span.byte(at)) }
                }
            case .again: return nil
            case .closed, .failed: return ""
            }
            if let end = text.firstIndex(of: 0x0A) { return String(decoding: text[..<end], as: Unicode.UTF8.self) }
            guard text.count < Messenger.answerBytesMax else { return "" }
        }
    }
}
