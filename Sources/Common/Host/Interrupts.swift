import CLinux
import Glibc
import Synchronization

/// SIGINT and SIGTERM: the first asks to stop reading, drain and end well; the second ends at once. SIGHUP, where a tool wants it, asks
/// to read settings anew.
///
/// The handler does nothing but count and write to an eventfd, so that a wait for input ends whenever the signal comes, also right
/// before the wait.
public enum Interrupts {
    private static let count = Atomic<Int32>(0)
    private static let wakeup = Atomic<Int32>(-1)
    private static let reload = Atomic<Int32>(-1)

    /// Whether a signal has asked to stop.
    public static var isStopping: Bool { count.load(ordering: .relaxed) > 0 }

    /// Becomes readable when a signal comes, and stays so; nil before `install`.
    static var descriptor: Int32? {
        let number = wakeup.load(ordering: .relaxed)
        return number >= 0 ? number : nil
    }

    /// Installs the handlers, and ignores SIGPIPE (a gone reader is an error with a line) or, for a viewer, dies of it quietly.
    public static func install(diesQuietly: Bool) {
        wakeup.store(eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK)), ordering: .relaxed)
        var action = sigaction()
        unsafe action.__sigaction_handler.sa_handler = { _ in
            if Interrupts.count.add(1, ordering: .relaxed).oldValue > 0 { _exit(130) }
            var one: UInt64 = 1
            _ = unsafe write(Interrupts.wakeup.load(ordering: .relaxed), &one, 8)
        }
        // No SA_RESTART: a wait that is interrupted looks again.
        unsafe sigaction(SIGINT, &action, nil)
        unsafe sigaction(SIGTERM, &action, nil)
        var pipe = sigaction()
        unsafe pipe.__sigaction_handler.sa_handler = diesQuietly ? SIG_DFL : SIG_IGN
        unsafe sigaction(SIGPIPE, &pipe, nil)
    }

    /// Makes SIGHUP ask for new settings instead of ending the tool. To be called once, by a tool that has settings to read again.
    public static func watchReloads() {
        reload.store(eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK)), ordering: .relaxed)
        var action = sigaction()
        unsafe action.__sigaction_handler.sa_handler = { _ in
            var one: UInt64 = 1
            _ = unsafe write(Interrupts.reload.load(ordering: .relaxed), &one, 8)
        }
        unsafe sigaction(SIGHUP, &action, nil)
    }

    /// Readable when SIGHUP came and `takeReload` was not called since; nil before `watchReloads`.
    public static var reloadDescriptor: Int32? {
        let number = reload.load(ordering: .relaxed)
        return number >= 0 ? number : nil
    }

    /// Whether SIGHUP came since the last call.
    public static func takeReload() -> Bool {
        guard let number = reloadDescriptor else { return false }
        var count: UInt64 = 0
        return unsafe read(number, &count, 8) == 8
    }

    /// Waits until there is something to read from `number`, or its end; false when a signal asks to stop first.
    static func wait(toRead number: Int32) -> Bool { wait(toRead: number, milliseconds: -1) ?? true }

    /// The same, for so long at most; nil when nothing happened.
    public static func wait(toRead number: Int32, milliseconds: Int32) -> Bool? {
        while !isStopping {
            var polls: InlineArray<2, pollfd> = [
                pollfd(fd: number, events: Int16(POLLIN), revents: 0),
                pollfd(fd: wakeup.load(ordering: .relaxed), events: Int16(POLLIN), revents: 0),
            ]
            var span = polls.mutableSpan
            let ready = unsafe span.withUnsafeMutableBufferPointer { unsafe poll($0.baseAddress, 2, milliseconds) }
            if ready == 0 { return nil }
            if ready > 0, polls[1].revents == 0 { return true }
        }
        return false
    }

    /// Sleeps so long, or until a signal asks to stop: then false.
    public static func sleep(milliseconds: Int32) -> Bool { wait(toRead: -1, milliseconds: milliseconds) ?? true }
}
