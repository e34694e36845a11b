import Foundation
import Host
import Testing
import Units

@Suite(.timeLimit(.minutes(1)))
struct ClockTests {
    @Test("monotonic time never goes back")
    func monotonic() {
        var last = Clock.monotonic()
        var isMonotone = true
        for _ in 0..<10_000 {
            let now = Clock.monotonic()
            isMonotone = isMonotone && now >= last
            last = now
        }
        #expect(isMonotone && last > .zero)
    }

    @Test("the wall clock counts nanoseconds since 1970")
    func wall() {
        let before = Int64(Date().timeIntervalSince1970)
        let now = Clock.wall()
        let after = Int64(Date().timeIntervalSince1970) + 1
        #expect((before...after).contains(now.count / 1_000_000_000))
        #expect(Nanos.range.contains(now))
    }

    @Test("the zone's offset is the one that holds at the time, summer and winter")
    func zone() async {
        await #expect(processExitsWith: .success) {
            setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1)
            #expect(Clock.zoneOffset(at: Civil(year: 2024, month: 8, day: 8).nanos) == 7200)
            #expect(Clock.zoneOffset(at: Civil(year: 2024, month: 1, day: 8).nanos) == 3600)
        }
        await #expect(processExitsWith: .success) {
            setenv("TZ", "IST-5:30", 1)
            #expect(Clock.zoneOffset(at: .zero) == 19_800)
        }
    }
}
