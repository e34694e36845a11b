import Support
import Testing
import Units

@testable import Imitations
@testable import Markets
@testable import Matching
@testable import Venues

/// Somebody who talks to an imitation by hand, and sees each text.
final class Client {
    var imitation: Imitation
    var markets: ToyMarkets
    var now = Nanos.seconds(1_760_000_000)
    private var tape = Tape()

    init(_ dialect: Dialect, seed: UInt64 = 1, markets: ToyMarkets? = nil, _ options: ImitationOptions = .init()) {
        imitation = Imitation(dialect, options, seed: seed)
        self.markets = markets ?? ToyMarkets(seed: seed)
        imitation.take(tape, self.markets, at: now)
    }

    /// What came of a call, a line a directive.
    func lines() -> [String] {
        let lines = imitation.directives.map { directive in
            switch directive {
            case .text(let connection, let piece): "\(connection) \(text(piece))"
            case .ping(let connection, let piece): "\(connection) ping \(text(piece))"
            case .close(let connection, let code): "\(connection) close \(code)"
            case .reset(let connection): "\(connection) reset"
            case .partial(let connection, _, let bytes): "\(connection) partial \(bytes)"
            case .raw(let connection, _): "\(connection) raw"
            case .freeze(let connection): "\(connection) freeze"
            case .mutePongs(let connection): "\(connection) mutePongs"
            case .unmutePongs(let connection): "\(connection) unmutePongs"
            }
        }
        imitation.clear()
        return lines
    }

    func text(_ piece: Piece) -> String {
        imitation.page.read { page in
            String(decoding: piece.range.map { page.byte($0) }, as: UTF8.self)
        }
    }

    @discardableResult
    func open(_ target: String, _ connection: Int = 0) -> [String] {
        imitation.opened(connection: connection, target: target, at: now)
        return lines()
    }

    @discardableResult
    func say(_ text: String, _ connection: Int = 0) -> [String] {
        text.withBytes { imitation.message($0, connection: connection, at: now) }
        return lines()
    }

    /// The answer's status and body.
    func get(_ target: String, from address: UInt64 = 1, method: String = "GET") -> (Int, String, Reply) {
        let answer = imitation.answer(method: method, target: target, from: address, at: now)
        defer { imitation.clear() }
        return (answer.status, text(answer.body), answer)
    }

    /// Time passes.
    @discardableResult
    func pass(_ span: Nanos) -> [String] {
        now = now + span
        imitation.take(tape, markets, at: now)
        imitation.tick(at: now)
        return lines()
    }

    /// Something happens on the markets.
    @discardableResult
    func happen(_ body: (inout ToyMarkets, Nanos, inout Tape) -> Void) -> [String] {
        now = now + .milliseconds(1)
        body(&markets, now, &tape)
        imitation.take(tape, markets, at: now)
        tape.clear()
        return lines()
    }

    /// So many orders, a millisecond each.
    @discardableResult
    func trade(_ orders: Int) -> [String] {
        var all: [String] = []
        for _ in 0..<orders { all += happen { $0.act(at: $1, &$2) } }
        return all
    }

    /// One level of one market is this now.
    @discardableResult
    func level(_ market: Int, _ side: BookSide, _ price: Int64, _ size: Int64) -> [String] {
        happen { $0.put(market, side, price, size, $1, &$2) }
    }
}
