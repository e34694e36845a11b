import Bytes
import Events
import Foundation
import Support
import Units
import Wire

@testable import Venues

/// A session that follows one book, and a venue whose only fault is that it speaks at random times: changes as a Poisson process, answers
/// at once, connections that live for ever.
final class RandomFlow {
    var session: Session
    private var outbox = Outbox()
    private var reader = FrameReader()
    private var open: [Int] = []
    private var now = Simulation.start
    private var dice: Dice
    private var count = 0
    /// Times the book was told to be silent, and to be void after it had been there.
    private(set) var quiets = 0
    private(set) var stales = 0
    private(set) var connects = 0

    init(seed: UInt64) {
        var options = SessionOptions()
        options.seed = seed
        options.channels = .book
        session = Session(.coinbaseExchange, options)
        dice = Dice(seed: seed)
        session.start(at: now)
        settle()
    }

    /// Lets `messages` changes come, `rate` a second on average; returns how long that took.
    func run(rate: Double, messages: Int) -> Nanos {
        let start = now
        for _ in 0..<messages {
            let interval = -log(Double.random(in: 0x1p-53..<1, using: &dice)) / rate
            pass(until: now + Nanos(Int64(interval * 1e9)))
            count += 1
            for connection in open { say(RandomFlow.change(count), connection) }
        }
        return now - start
    }

    /// Nothing comes for so long.
    func rest(_ span: Nanos) { pass(until: now + span) }

    var isLively: Bool { quiets == 0 && stales == 0 && session.state == .ready }

    /// Calls the session at each of its deadlines, as a shell does.
    private func pass(until end: Nanos) {
        while let deadline = session.deadline, deadline <= end {
            now = max(now, deadline)
            session.tick(at: now, out: &outbox)
            settle()
        }
        now = end
    }

    private func say(_ text: String, _ connection: Int) {
        text.withBytes { session.message($0, connection: connection, at: now, out: &outbox) }
        settle()
    }

    private func settle() {
        while !session.actions.isEmpty {
            let actions = session.actions
            session.actions.removeAll()
            for action in actions { perform(action) }
        }
        session.notices.removeAll()
        outbox.empty {
            count($0)
            return $0.byteCount
        }
    }

    private func perform(_ action: Action) {
        switch action {
        case .connect(let connection, _):
            connects += 1
            open.append(connection)
            session.opened(connection: connection, at: now, out: &outbox)
        case .send(let connection, let text):
            if text.contains("\"subscribe\"") { say(RandomFlow.snapshot, connection) }
        case .ping(let connection): session.heard(connection: connection, at: now)
        case .disconnect(let connection):
            open.removeAll { $0 == connection }
            session.closed(connection: connection, at: now, out: &outbox)
        case .fetch(let url):
            guard case .instruments = Dialect.coinbaseExchange.purpose(of: url) else { return }
            let list = #"[{"id":"BTC-USD","base_currency":"BTC","quote_currency":"USD","status":"online"}]"#
            list.withBytes { session.answer(url: url, $0, at: now, out: &outbox) }
        }
    }

    private func count(_ frames: RawSpan) {
        var at = 0
        while let range = FrameReader.next(frames, &at) {
            let frame = frames.extracting(range)
            guard reader.take(frame) else { continue }
            let header = Header(frame)
            guard header.envelope.kind == .bookStatus else { continue }
            let status = BookStatus(frame, header)
            if status.state == .quiet { quiets += 1 }
            if status.state == .stale { stales += 1 }
        }
    }

    private static let snapshot =
        #"{"type":"snapshot","product_id":"BTC-USD","bids":[["100","1"]],"asks":[["101","1"]]}"#

    private static func change(_ number: Int) -> String {
        #"{"type":"l2update","product_id":"BTC-USD","time":"2025-10-09T08:53:20Z","changes":[["buy","100","\#(number)"]]}"#
    }
}
