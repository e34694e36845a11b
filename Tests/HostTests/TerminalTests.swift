import CLinux
import Foundation
import Host
import Support
import Testing

/// The master and the terminal of a new pair.
func openTerminal() -> (master: Int32, terminal: Int32) {
    let master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
    // TIOCSPTLCK and TIOCGPTN: unlockpt and ptsname are not in Swift's Glibc module.
    var (isLocked, number): (Int32, Int32) = (0, -1)
    let made = ioctl(master, 0x4004_5431, &isLocked) == 0 && ioctl(master, 0x8004_5430, &number) == 0
    precondition(made, "no terminal")
    return (master, open("/dev/pts/\(number)", O_RDWR | O_NOCTTY | O_CLOEXEC))
}

@Suite(.timeLimit(.minutes(1)))
struct TerminalTests {
    @Test("a terminal tells its size; what is none, or tells nothing, counts as 80 by 24")
    func size() {
        let (master, terminal) = openTerminal()
        let pipe = Pipe()
        #expect(Terminal.size(of: pipe.reader) == (80, 24))
        #expect(Terminal.size(of: terminal) == (80, 24), "a new one has no size")
        var size = winsize(ws_row: 50, ws_col: 132, ws_xpixel: 0, ws_ypixel: 0)
        #expect(ioctl(terminal, UInt(TIOCSWINSZ), &size) == 0)
        #expect(Terminal.size(of: terminal) == (132, 50))
        #expect(Descriptor(terminal, owns: false).isTerminal() as Bool)
        close(master)
        close(terminal)
    }

    @Test("colour is for terminals that can show it and people who did not refuse it")
    func colour() async {
        await #expect(processExitsWith: .success) {
            let (_, terminal) = openTerminal()
            var ends: [Int32] = [0, 0]
            _ = pipe(&ends)
            setenv("TERM", "xterm", 1)
            unsetenv("NO_COLOR")
            #expect(Terminal.wantsColour(terminal) && !Terminal.wantsColour(ends[1]))
            setenv("NO_COLOR", "", 1)
            #expect(Terminal.wantsColour(terminal), "empty counts as not set")
            setenv("NO_COLOR", "1", 1)
            #expect(!Terminal.wantsColour(terminal))
            unsetenv("NO_COLOR")
            setenv("TERM", "dumb", 1)
            #expect(!Terminal.wantsColour(terminal))
            unsetenv("TERM")
            #expect(Terminal.wantsColour(terminal))
        }
    }

    @Test("a variable is given as it was set, and nil where it was not")
    func environment() async {
        await #expect(processExitsWith: .success) {
            setenv("PENSTOCK_TEST", "größe = 1", 1)
            #expect(Environment.value("PENSTOCK_TEST") == "größe = 1")
            unsetenv("PENSTOCK_TEST")
            #expect(Environment.value("PENSTOCK_TEST") == nil)
        }
    }
}
