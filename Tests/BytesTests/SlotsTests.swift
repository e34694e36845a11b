import Bytes
import Support
import Testing

/// Counts who is alive.
private final class Register {
    var alive: Set<Int> = []
    var ended: [Int] = []
}

/// Something that must end exactly once.
private struct Tenant: ~Copyable {
    let name: Int
    let register: Register
    var visits = 0

    init(_ name: Int, _ register: Register) {
        self.name = name
        self.register = register
        register.alive.insert(name)
    }

    deinit {
        register.alive.remove(name)
        register.ended.append(name)
    }
}

@Suite(.timeLimit(.minutes(1)))
struct SlotsTests {
    @Test("each slot is used in place, outlives every growth and ends exactly once, with the row", arguments: 0..<20)
    func ownership(seed: UInt64) {
        var dice = Dice(seed: seed)
        let register = Register()
        let count = dice.number(0...100)
        do {
            var slots = Slots<Tenant>(capacity: dice.number(0...10))
            #expect(slots.isEmpty as Bool)
            var visits: [Int] = []
            for name in 0..<count {
                slots.append(Tenant(name, register))
                visits.append(0)
                for _ in 0..<3 {
                    let visited = dice.number(0...name)
                    slots[visited].visits += 1
                    visits[visited] += 1
                }
                #expect(slots.count == name + 1 && !slots.isEmpty)
                #expect(register.ended.isEmpty)
            }
            for name in 0..<count {
                #expect(slots[name].name == name)
                #expect(slots[name].visits == visits[name])
            }
            #expect(register.alive.count == count)
        }
        #expect(register.alive.isEmpty)
        #expect(register.ended.sorted() == Array(0..<count))
    }

    @Test("an index outside the count traps, also inside the capacity")
    func traps() async {
        await #expect(processExitsWith: .failure) { _ = Slots<Int>(capacity: 8)[0] }
        await #expect(processExitsWith: .failure) {
            var slots = Slots<Int>(capacity: 8)
            slots.append(1)
            slots[1] += 1
        }
    }
}
