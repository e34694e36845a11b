import Foundation
import Host
import Support
import Testing
import Units

/// Each in a process of its own: the environment is the process's.
@Suite(.timeLimit(.minutes(1)))
struct NotifyTests {
    @Test("a manager hears what the service says, one datagram each")
    func heard() async {
        await #expect(processExitsWith: .success) {
            let folder = try ScratchFolder("notify")
            let manager = DatagramReceiver(at: folder.path("s"))
            setenv("NOTIFY_SOCKET", folder.path("s"), 1)
            #expect(Notify.isHeard)
            Notify.ready("3 of 3 connections")
            #expect(manager.next() == "READY=1\nSTATUS=3 of 3 connections")
            Notify.status("a\nREADY=1\tb")
            #expect(manager.next() == "STATUS=a READY=1 b", "a line end would begin another assignment")
            Notify.status(String(repeating: "x", count: 1000))
            #expect(manager.next()?.utf8.count == 7 + Notify.statusBytesMax)
            Notify.ping()
            #expect(manager.next() == "WATCHDOG=1")
            Notify.reloading(now: Nanos(5_000_999))
            #expect(manager.next() == "RELOADING=1\nMONOTONIC_USEC=5000")
            Notify.stopping("draining")
            #expect(manager.next() == "STOPPING=1\nSTATUS=draining" && manager.next() == nil)
        }
    }

    @Test("the watchdog's time is told if it is meant for this process, and only then")
    func watchdog() async {
        await #expect(processExitsWith: .success) {
            unsetenv("WATCHDOG_USEC")
            unsetenv("WATCHDOG_PID")
            #expect(Notify.watchdog() == nil)
            setenv("WATCHDOG_USEC", "2500000", 1)
            #expect(Notify.watchdog() == Nanos(2_500_000_000))
            setenv("WATCHDOG_PID", "1", 1)
            #expect(Notify.watchdog() == nil)
            setenv("WATCHDOG_PID", "\(getpid())", 1)
            #expect(Notify.watchdog() == Nanos(2_500_000_000))
            setenv("WATCHDOG_USEC", "soon", 1)
            #expect(Notify.watchdog() == nil)
        }
    }

    @Test("without a manager, or with one that is gone, nothing happens")
    func unheard() async {
        await #expect(processExitsWith: .success) {
            unsetenv("NOTIFY_SOCKET")
            #expect(!Notify.isHeard)
            Notify.ready("x")
            setenv("NOTIFY_SOCKET", "/nonexistent/s", 1)
            Notify.ping()
        }
    }
}
