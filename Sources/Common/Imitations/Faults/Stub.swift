import Bytes
import Units

struct Faults { var isIdle = true }
struct HeldMessages { mutating func forget(_ c: Int) {} }
extension Imitation {
    mutating func sendFaultily(_ connection: Int, _ stream: Int, _ piece: Piece, at now: Nanos) {}
    mutating func performFaults(at now: Nanos) {}
    mutating func releaseHeld(at now: Nanos) {}
    mutating func faultyAnswer(_ query: Query, at now: Nanos) -> Reply? { nil }
    mutating func spoil(_ answer: inout Reply, _ query: Query, at now: Nanos) {}
    func isAged(_ board: Int, at now: Nanos) -> Bool { false }
    mutating func readCoinbase(_ text: RawSpan, _ connection: Int, at now: Nanos) {}
    mutating func readExchange(_ text: RawSpan, _ connection: Int, at now: Nanos) {}
    mutating func answerCoinbase(_ query: Query, at now: Nanos) -> Reply { plain(404, "") }
    mutating func answerExchange(_ query: Query, at now: Nanos) -> Reply { plain(404, "") }
    mutating func publishCoinbaseStatus(_ board: Int, at time: Nanos) {}
    mutating func publishExchangeStatus(_ board: Int, at time: Nanos) {}
    mutating func settleCoinbase(_ board: Int, at time: Nanos) {}
    mutating func settleExchange(_ board: Int, at time: Nanos) {}
    mutating func beatCoinbase(at time: Nanos) {}
    mutating func beatExchange(at time: Nanos) {}
}
