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
}
extension Imitation {
    mutating func holds(_ connection: Int, _ stream: Int, at now: Nanos) -> Bool { false }
}
