import Foundation
import Host
import Support
import Testing

/// Lets this thread take signals: the threads that tests run on block all of them, which a tool's main thread does not.
private func unblockSignals() {
    var none = sigset_t()
    sigemptyset(&none)
    pthread_sigmask(SIG_SETMASK, &none, nil)
}

/// Signals belong to a process, so each of these runs in one of its own.
@Suite(.timeLimit(.minutes(1)))
struct InterruptsTests {
    @Test("waiting tells what can be read, an end, or that nothing came")
    func wait() {
        var pipe = Pipe()
        #expect(Interrupts.wait(toRead: pipe.reader, milliseconds: 0) == nil)
        pipe.send("x")
        #expect(Interrupts.wait(toRead: pipe.reader, milliseconds: 0) == true)
        _ = try? Descriptor(pipe.reader, owns: false).text()
        #expect(Interrupts.wait(toRead: pipe.reader, milliseconds: 1) == nil)
        pipe.closeWriter()
        // A test beside this one that starts a process holds a copy of our end for a moment: so without a limit.
        #expect(Interrupts.wait(toRead: pipe.reader, milliseconds: -1) == true)
        #expect(Interrupts.sleep(milliseconds: 0) && !Interrupts.isStopping)
    }

    @Test("the first signal asks to stop: waits end, also one that begins after it", arguments: [SIGINT, SIGTERM])
    func first(signal: Int32) async {
        await #expect(processExitsWith: .success) { [signal] in
            unblockSignals()
            Interrupts.install(diesQuietly: false)
            #expect(!Interrupts.isStopping)
            raise(signal)
            #expect(Interrupts.isStopping)
            let pipe = Pipe()
            pipe.send("something to read")
            #expect(Interrupts.wait(toRead: pipe.reader, milliseconds: -1) == false)
            #expect(!Interrupts.sleep(milliseconds: -1))
            let text = try Descriptor(pipe.reader, owns: false).text()
            #expect(text == nil)
        }
    }

    @Test("a signal that another thread takes ends a wait that is under way")
    func otherThread() async {
        await #expect(processExitsWith: .success) {
            unblockSignals()
            Interrupts.install(diesQuietly: false)
            let pipe = Pipe()
            Thread.detachNewThread { raise(SIGTERM) }
            let text = try Descriptor(pipe.reader, owns: false).text()
            #expect(text == nil)
            #expect(Interrupts.isStopping)
        }
    }

    @Test("the second signal ends at once, with the shell's status of an interrupt")
    func second() async {
        await #expect(processExitsWith: .exitCode(130)) {
            unblockSignals()
            Interrupts.install(diesQuietly: false)
            raise(SIGTERM)
            raise(SIGINT)
            exit(0)
        }
    }

    @Test("a viewer dies of a gone reader without a word")
    func quietDeath() async {
        await #expect(processExitsWith: .signal(SIGPIPE)) {
            // As under systemd, which ignores it for whom it starts.
            signal(SIGPIPE, SIG_IGN)
            unblockSignals()
            Interrupts.install(diesQuietly: true)
            var ends: [Int32] = [0, 0]
            _ = pipe(&ends)
            close(ends[0])
            try? Descriptor(ends[1]).write("x")
            exit(0)
        }
    }
}
