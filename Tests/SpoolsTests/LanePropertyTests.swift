import Foundation
import Spools
import Support
import Testing
import Wire

@Suite(.timeLimit(.minutes(2)))
struct LanePropertyTests {
    private static let seeds = ProcessInfo.processInfo.environment["PENSTOCK_SEEDS"].flatMap { UInt64($0) } ?? 40

    @Test(
        "whoever is killed and whatever is cut: each report is used once, in order, and none is missing",
        arguments: 0..<seeds)
    func lossless(seed: UInt64) throws {
        var world = try LaneWorld.begin(seed: seed)
        defer { world.folder.remove() }
        for _ in 0..<600 {
            try world.step()
            if let trouble = world.trouble {
                Issue.record("seed \(seed): \(trouble)")
                return
            }
        }
        try world.settle()
        expect(world.trouble == nil)
        expect(world.journal > 30)
        let isSame = world.used == Array(1..<(world.journal + 1))
        #expect(isSame, "seed \(seed): \(world.used.count) of \(world.journal)")
        // What everyone has is not kept any longer.
        expect(world.folder.files.count <= 2)
    }

    @Test("a receiver that was never there begins with the oldest frame, or with what comes next if it says so")
    func begin() {
        let epochs = [LaneSender.Epoch(3, before: 10, end: 20), LaneSender.Epoch(5, before: 20, end: 25)]
        func start(_ epoch: UInt32, _ position: UInt64) -> Place? {
            var sender = LaneSender()
            return sender.begin(Place(epoch: epoch, position: position), epochs)
        }
        #expect(start(0, 1) == Place(epoch: 3, position: 10))
        #expect(start(0, 0) == Place(epoch: 5, position: 25))
        #expect(start(3, 15) == Place(epoch: 3, position: 14))
        #expect(start(3, 5) == Place(epoch: 3, position: 10), "what is gone is not sent")
        #expect(start(3, 999) == Place(epoch: 3, position: 20), "an epoch's lost end is left out")
        #expect(start(4, 9) == Place(epoch: 5, position: 20))
        #expect(start(9, 9) == Place(epoch: 3, position: 10), "what nobody knows begins at the front")
    }

    @Test("a receiver drops what it has had, tells what is missing, and refuses a sender that miscounts")
    func verdicts() {
        var receiver = LaneReceiver(had: Place(epoch: 1, position: 5))
        #expect(receiver.connect() == Place(epoch: 1, position: 6))
        #expect(receiver.takeFrame() == .defect("a frame before the lane has begun"))
        #expect(receiver.take(Place(epoch: 1, position: 4)) == .fine)
        #expect(receiver.takeFrame() == .repeated)
        #expect(receiver.takeFrame() == .new)
        #expect(receiver.take(Place(epoch: 1, position: 6)) == .fine)
        expect(receiver.keep() == Place(epoch: 1, position: 6) && receiver.keep() == nil)
        #expect(receiver.take(Place(epoch: 1, position: 5)) == .defect("a cursor behind the frames before it"))
        #expect(receiver.take(Place(epoch: 1, position: 8)) == .fine, "what lies between is for others")
        #expect(receiver.takeFrame() == .new)
        #expect(receiver.keep() == Place(epoch: 1, position: 9))
        #expect(receiver.connect() == Place(epoch: 1, position: 10))
        #expect(receiver.take(Place(epoch: 1, position: 11)) == .missing(2))
        #expect(receiver.take(Place()) == .defect("a lane that goes back to an older epoch"))
    }

    @Test("a sender does not believe that something is kept which it never sent")
    func lies() {
        var sender = LaneSender()
        expect(!sender.keep(Place(epoch: 1, position: 1)), "nothing is kept before it began")
        _ = sender.begin(Place(epoch: 0, position: 1), [LaneSender.Epoch(1, before: 0, end: 9)])
        expect(sender.send(Place(epoch: 1, position: 1)) == nil)
        expect(sender.keep(Place(epoch: 1, position: 1)) && !sender.keep(Place(epoch: 1, position: 2)))
        expect(sender.send(Place(epoch: 2, position: 2)) == Place(epoch: 2, position: 1), "a new epoch is told")
    }
}
