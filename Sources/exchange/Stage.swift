import Bytes
import Imitations
import Markets
import Text
import Units

/// What a house plays: an imitation of a venue on markets that move, or a recording of one.
struct Stage: ~Copyable {
    var imitation: Imitation?
    var encore: Encore?

    init(_ imitation: consuming Imitation) {
        self.imitation = consume imitation
        encore = nil
    }

    init(_ encore: consuming Encore) {
        imitation = nil
        self.encore = consume encore
    }

    mutating func advance(_ tape: borrowing Tape, _ floor: borrowing Floor, to now: Nanos) {
        imitation?.take(tape, floor, at: now)
        imitation?.tick(at: now)
        encore?.tick(at: now)
    }

    var deadline: Nanos? {
        switch imitation {
        case .some(let imitation): return imitation.deadline
        case .none: break
        }
        switch encore {
        case .some(let encore): return encore.deadline
        case .none: return nil
        }
    }

    func accepts(target: String) -> Bool {
        switch imitation {
        case .some(let imitation): imitation.accepts(target: target)
        case .none: true
        }
    }

    mutating func opened(connection: Int, target: String, at now: Nanos) {
        imitation?.opened(connection: connection, target: target, at: now)
        encore?.opened(connection: connection, target: target)
    }

    mutating func message(_ text: RawSpan, connection: Int, at now: Nanos) {
        imitation?.message(text, connection: connection, at: now)
        encore?.message(connection: connection, at: now)
    }

    mutating func pong(connection: Int, at now: Nanos) { imitation?.pong(connection: connection, at: now) }

    mutating func closed(connection: Int, at now: Nanos) {
        imitation?.closed(connection: connection, at: now)
        encore?.closed(connection: connection)
    }

    mutating func answer(method: String, target: String, from address: UInt64, at now: Nanos) -> Reply {
        imitation?.answer(method: method, target: target, from: address, at: now)
            ?? encore?.answer(target: target, at: now)
            ?? Reply(status: 503, headers: [], body: Piece(start: 0, count: 0))
    }

    /// Begins a fault; its number, or what is wrong with it.
    mutating func set(fault text: String, at now: Nanos) -> Result<Int, Refusal> {
        do throws(FaultDefect) {
            let id = try imitation?.set(fault: text, at: now)
            return id.map { .success($0) } ?? .failure(Refusal(text: "not in a replay"))
        } catch {
            return .failure(Refusal(text: error.text))
        }
    }

    /// Ends a fault; false where there is none of this number.
    mutating func clear(fault id: Int) -> Bool { imitation?.clear(fault: id) ?? false }

    /// Why something cannot be done.
    struct Refusal: Error, CustomStringConvertible {
        var text: String
        var description: String { text }
    }

    /// Lends directives and the page that they speak of to `body`, and forgets them.
    mutating func perform(_ body: (Directive, RawSpan) -> Void) {
        switch imitation.take() {
        case .some(var imitation):
            for directive in imitation.directives { imitation.page.read { body(directive, $0) } }
            imitation.clear()
            self.imitation = consume imitation
        case .none: break
        }
        switch encore.take() {
        case .some(var encore):
            for directive in encore.directives { encore.page.read { body(directive, $0) } }
            encore.directives.removeAll(keepingCapacity: true)
            encore.page.clear()
            self.encore = consume encore
        case .none: break
        }
    }

    /// Lends the page that the last answer speaks of.
    func readPage(_ body: (RawSpan) -> Void) {
        switch imitation {
        case .some(let imitation): imitation.page.read(body)
        case .none: break
        }
        switch encore {
        case .some(let encore): encore.page.read(body)
        case .none: break
        }
    }
}
