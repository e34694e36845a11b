import Foundation
import Host
import Support
import Testing
import Units

@Suite(.timeLimit(.minutes(1)))
struct RedialerTests {
    @Test(
        "a server that is not there is tried again, each time later, by chance up to half of it sooner, up to a bound")
    func backoff() throws {
        let folder = try ScratchFolder("dialer")
        var dialer = try Redialer(unix: folder.path("s"), longestWait: Nanos(1_000_000_000))
        var dice = Dice(seed: 4)
        var now = Nanos(1_000)
        var wait = Redialer.shortestWait
        for tries in 1...10 {
            expectNone(dialer.dial(now: now, using: &dice))
            #expect(dialer.failures == tries && dialer.reason == "No such file or directory")
            expectPause(dialer, now, wait)
            // Too early: not tried.
            expectNone(dialer.dial(now: dialer.nextTry - Nanos(1), using: &dice))
            #expect(dialer.failures == tries)
            now = dialer.nextTry
            wait = min(Nanos(wait.count * 2), Nanos(1_000_000_000))
        }
        let listener = try Listener(unix: folder.path("s"))
        guard case .some = dialer.dial(now: now, using: &dice) else {
            Issue.record("not connected: \(dialer.reason ?? "")")
            return
        }
        #expect(dialer.failures == 0 && dialer.reason == nil && listener.number >= 0)
    }

    @Test(
        "a server that ends each connection at once is dialled later each time, and soon once one has stood for a while"
    )
    func turnedAway() throws {
        let folder = try ScratchFolder("dialer")
        var listener = try Listener(unix: folder.path("s"))
        var dialer = try Redialer(unix: folder.path("s"), longestWait: Nanos(1_000_000_000))
        var dice = Dice(seed: 7)
        var now = Nanos(1_000)
        var wait = Redialer.shortestWait
        for _ in 1...8 {
            expectOne(dialer.dial(now: now, using: &dice))
            _ = listener.accept()
            expectPause(dialer, now, wait)
            // Too early, though there is somebody.
            expectNone(dialer.dial(now: dialer.nextTry - Nanos(1), using: &dice))
            now = dialer.nextTry
            wait = min(Nanos(wait.count * 2), Nanos(1_000_000_000))
        }
        now = now + Nanos(2_000_000_000)
        expectOne(dialer.dial(now: now, using: &dice))
        #expect(dialer.nextTry - now <= Redialer.shortestWait)
    }

    @Test("a server whose queue is full is tried again later")
    func crowded() throws {
        let folder = try ScratchFolder("dialer")
        let listener = try Listener(unix: folder.path("s"))
        var dice = Dice(seed: 5)
        var kept: [Int32] = []
        defer { for number in kept { close(number) } }
        for _ in 0...Int(Listener.backlog) + 1 {
            var dialer = try Redialer(unix: folder.path("s"))
            guard case .some(let made) = dialer.dial(now: Nanos(0), using: &dice) else {
                #expect(dialer.reason == "too many wait to be accepted" && dialer.underwayNumber == nil)
                return
            }
            kept.append(dup(made.number))
        }
        Issue.record("never full, listener \(listener.number)")
    }

    @Test("a connection under way ends as one that stands, or with why not")
    func underway() throws {
        var listener = try Listener(.loopback, port: 0)
        let port = listener.port
        _ = try Pair(&listener, Redialer(loopbackPort: port))
        listener = try Listener(.loopback, port: 0)
        var dialer = Redialer(loopbackPort: port)
        var dice = Dice(seed: 6)
        expectNone(connect(&dialer, using: &dice))
        #expect(dialer.reason == "Connection refused" && dialer.failures == 1)
    }

    /// That the next try is due `wait` from now, or by chance up to half of it sooner.
    private func expectPause(
        _ dialer: borrowing Redialer, _ now: Nanos, _ wait: Nanos, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let pause = dialer.nextTry - now
        #expect(pause >= Nanos(wait.count / 2) && pause <= wait, sourceLocation: sourceLocation)
    }

    private func expectOne(_ made: consuming Descriptor?, sourceLocation: SourceLocation = #_sourceLocation) {
        guard case .none = made else { return }
        Issue.record("not connected", sourceLocation: sourceLocation)
    }

    private func expectNone(_ made: consuming Descriptor?, sourceLocation: SourceLocation = #_sourceLocation) {
        guard case .some = made else { return }
        Issue.record("connected", sourceLocation: sourceLocation)
    }
}
