import Lanes
import Support
import Testing
import Units

@Suite(.timeLimit(.minutes(1)))
struct PatienceTests {
    @Test("a consumer that takes nothing while there is something for it is let go in the end, and not before")
    func patience() {
        var options = MarketLane.Options()
        options.bounds.patience = .seconds(10)
        var talk = Talk(options)
        let consumer = talk.open()
        talk.now = talk.now + .seconds(100)
        #expect(talk.lane.lapse(consumer, now: talk.now) == nil, "nothing waits for it")
    }

    @Test("live nobody holds up all others for ever; a recording waits as long as it takes", arguments: [true, false])
    func patienceWithWhoBlocks(isLive: Bool) {
        var options = MarketLane.Options()
        options.bounds.patience = .seconds(10)
        options.stamps = isLive
        var talk = Talk(options)
        let consumer = talk.open([Subscription(policy: .block)])
        talk.trade(1)
        talk.now = talk.now + .seconds(10)
        #expect(talk.lane.lapse(consumer, now: talk.now) == nil)
        talk.now = talk.now + .seconds(1)
        #expect((talk.lane.lapse(consumer, now: talk.now) != nil) == isLive)
    }
}
