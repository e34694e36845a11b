import Flow
import Testing
import Units

@Suite(.timeLimit(.minutes(1)))
struct ReadinessTests {
    @Test(
        "it warms up once there is something, is ready after a steady second, degraded at once, and ready again at once"
    )
    func course() {
        var readiness = Readiness()
        var states: [Readiness.State] = []
        let rows: [(milliseconds: Int64, hasBegun: Bool, isSteady: Bool)] = [
            (0, false, true), (5000, true, false), (5500, true, true), (6400, true, true), (6450, true, false),
            (6500, true, true), (7499, true, true), (7500, true, true), (7600, true, false), (7700, true, true),
        ]
        for row in rows {
            readiness.judge(hasBegun: row.hasBegun, isSteady: row.isSteady, now: .milliseconds(row.milliseconds))
            states.append(readiness.state)
        }
        #expect(
            states == [
                .starting, .warmingUp, .warmingUp, .warmingUp, .warmingUp, .warmingUp, .warmingUp, .ready, .degraded,
                .ready,
            ])
        #expect(readiness.hasBeenReady && readiness.state.word == "READY")
    }
}
