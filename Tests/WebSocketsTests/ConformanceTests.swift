import Support
import Testing
import WebSockets

/// The table of conformance: every case in both roles, whole, byte by byte, and cut at random.
@Suite(.timeLimit(.minutes(1)))
struct ConformanceTests {
    @Test("the table has more than three hundred cases, each with a name of its own")
    func size() {
        #expect(Cases.all.count >= 300)
        #expect(Set(Cases.all.map(\.name)).count == Cases.all.count)
    }

    @Test("each case of the table gives what it must, however the stream is cut", arguments: [Role.client, .server])
    func table(role: Role) {
        for (index, line) in Cases.all.enumerated() {
            let stream = line.stream(Peer(role: role))
            var defect = line.defect
            if role == .server, defect == .unexpectedMask { defect = .missingMask }
            for cut in Cut.allCases {
                var dice = Dice(seed: UInt64(index))
                let hearing = Hearing(
                    stream, as: role, limit: Cases.limit, readBytes: cut == .small ? 256 : 1 << 16
                ) { room in
                    cut.piece(of: room, stream.count, &dice)
                }
                #expect(hearing.defect == defect, "\(line.name), \(cut)")
                // Not through the macro: a megabyte printed is no help.
                if hearing.heard != line.heard {
                    Issue.record("\(line.name), \(cut): \(hearing.heard) instead of \(line.heard)")
                }
                if line.isFast, cut == .bytes, stream.count < Cut.long {
                    #expect(hearing.failedAt == stream.count, "\(line.name): not at the byte")
                }
                #expect(hearing.memoryBytes <= Cases.limit + 1 << 16, "\(line.name)")
            }
        }
    }

    private enum Cut: CaseIterable {
        case whole
        case bytes
        case random
        case small

        /// A long stream byte by byte says nothing more than its first kilobytes.
        static let long = 20_000

        func piece(of room: Int, _ length: Int, _ dice: inout Dice) -> Int {
            switch self {
            case .whole: room
            case .bytes: length < Cut.long ? 1 : 4099
            case .random, .small: dice.number(1...(length < Cut.long ? 200 : 70_000))
            }
        }
    }
}
