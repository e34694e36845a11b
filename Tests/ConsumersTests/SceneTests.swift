import Books
import Bytes
import Events
import Support
import Testing
import Units
import Wire

@testable import Consumers

@Suite(.timeLimit(.minutes(1)))
struct SceneTests {
    private func tell(_ scene: inout Scene, _ frames: [UInt8]) {
        for frame in frames.frames {
            let span = frame.span.bytes
            scene.take(span, Header(span))
        }
    }

    private func best(_ scene: inout Scene, _ frame: [UInt8]) -> Decimal? {
        let span = frame.span.bytes
        return scene.book(of: span, Header(span)) { $0.bidCount > 0 ? $0.bid(0).exactPrice : .notGiven }
    }

    @Test("a book is lent while it stands: after its snapshot, not while it is void, not after a cut")
    func books() throws {
        let name = try #require(StreamName(venue: "kraken", symbol: "BTC-USD"))
        var scene = Scene()
        let status = { (state: BookState) in
            written { $0.put(BookStatus(state, reason: .snapshot), Envelope(kind: .bookStatus, channel: .book), name) }
        }
        var sides = Sides()
        sides.bids.append(Level(price: Decimal(100, exponent: 0), size: Decimal(1, exponent: 0)))
        sides.asks.append(Level(price: Decimal(101, exponent: 0), size: Decimal(1, exponent: 0)))
        var outbox = Outbox(capacity: 1 << 12)
        outbox.put(
            .bookSnapshot, sides, depth: 0, checksum: 0,
            Envelope(kind: .bookSnapshot, channel: .book, flags: .snapshot), name)
        let snapshot = outbox.bytes
        let before = best(&scene, snapshot)
        #expect(before == nil)
        tell(&scene, status(.synced) + snapshot)
        let stands = best(&scene, snapshot)
        #expect(stands == Decimal(100, exponent: 0))
        tell(&scene, status(.stale))
        let void = best(&scene, snapshot)
        #expect(void == nil)
        tell(&scene, status(.synced) + snapshot)
        scene.voidAll()
        let cut = best(&scene, snapshot)
        #expect(cut == nil)
    }

    @Test("what gaps name as missing is counted")
    func gaps() throws {
        let name = try #require(StreamName(venue: "kraken", symbol: "BTC-USD"))
        var scene = Scene()
        var gap = Gap(reason: .slow)
        gap.missed = 7
        tell(&scene, written { $0.put(gap, Envelope(kind: .gap, channel: .trade), name) })
        let missed = scene.missed
        #expect(missed == 7)
    }
}
