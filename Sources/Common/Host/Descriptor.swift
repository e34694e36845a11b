import Bytes
import CLinux
import Glibc

/// An open file descriptor, closed when it goes.
///
/// Why `unsafe` is sound here: the kernel reads or writes at most the count it is given, which is the span's.
public struct Descriptor: ~Copyable {
    public let number: Int32
    private let owns: Bool

    /// Takes over `number`; with `owns` false it stays open.
    public init(_ number: Int32, owns: Bool = true) {
        self.number = number
        self.owns = owns
    }

    public static var standardInput: Descriptor { Descriptor(0, owns: false) }
    public static var standardOutput: Descriptor { Descriptor(1, owns: false) }

    deinit { if owns { close(number) } }

    /// Reads what is there, at most the span: the count, 0 at the end. Nil when a signal asked to stop while waiting.
    public borrowing func read(into span: inout MutableRawSpan, _ what: String) throws(Failure) -> Int? {
        while true {
            guard Interrupts.wait(toRead: number) else { return nil }
            let count = unsafe span.withUnsafeMutableBytes { unsafe Glibc.read(number, $0.baseAddress, $0.count) }
            if count >= 0 { return count }
            if errno == EINTR || errno == EAGAIN { continue }
            throw Failure(.io, "cannot read \(what): \(System.reason())")
        }
    }

    /// Writes all of `span`, waiting as long as it takes.
    public borrowing func write(all span: RawSpan, _ what: String) throws(Failure) {
        var at = 0
        while at < span.byteCount { at += try write(some: span.extracting(at..<span.byteCount), what) }
    }

    /// Writes some of `span`, at least a byte, waiting as long as it takes.
    public borrowing func write(some span: RawSpan, _ what: String) throws(Failure) -> Int {
        while true {
            let count = unsafe span.withUnsafeBytes { unsafe Glibc.write(number, $0.baseAddress, $0.count) }
            if count > 0 || span.byteCount == 0 { return count }
            switch errno {
            case EINTR: continue
            case EAGAIN:
                // Somebody else made this description non-blocking: a terminal shared with another program.
                var poll = pollfd(fd: number, events: Int16(POLLOUT), revents: 0)
                _ = unsafe Glibc.poll(&poll, 1, 1000)
            case EPIPE: throw Failure(.io, "cannot write to \(what): its reader is gone")
            case ENOSPC: throw Failure(.io, "cannot write to \(what): \(System.reason())", mend: "free some space")
            default: throw Failure(.io, "cannot write to \(what): \(System.reason())")
            }
        }
    }

    /// The size of a regular file; nil of anything else.
    public borrowing func regularSize() -> Int? {
        var status = stat()
        guard unsafe fstat(number, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        return Int(status.st_size)
    }

    /// Whether it is a pipe, which takes small writes best.
    public borrowing func isPipe() -> Bool {
        var status = stat()
        return unsafe fstat(number, &status) == 0 && status.st_mode & S_IFMT == S_IFIFO
    }

    public borrowing func isTerminal() -> Bool { isatty(number) == 1 }

    /// Goes to `offset` of a regular file.
    public borrowing func seek(to offset: Int, _ what: String) throws(Failure) {
        guard lseek(number, off_t(offset), SEEK_SET) >= 0 else {
            throw Failure(.io, "cannot seek in \(what): \(System.reason())")
        }
    }

    /// Reads at `offset` of a regular file without moving: the count, less than asked for at the end.
    public borrowing func read(into span: inout MutableRawSpan, at offset: Int, _ what: String) throws(Failure) -> Int {
        while true {
            let count = unsafe span.withUnsafeMutableBytes {
                unsafe pread(number, $0.baseAddress, $0.count, off_t(offset))
            }
            if count >= 0 { return count }
            guard errno == EINTR else { throw Failure(.io, "cannot read \(what): \(System.reason())") }
        }
    }
}

/// What the operating system says.
public enum System {
    /// The text of `errno`.
    public static func reason() -> String { unsafe String(cString: strerror(errno)) }
}

extension Descriptor {
    /// Opens the same pipe once more to write, so that its being non-blocking concerns nobody who shares this one.
    public borrowing func reopenToWrite() throws(Failure) -> Descriptor {
        let opened = unsafe open("/proc/self/fd/\(number)", O_WRONLY | O_NONBLOCK | O_CLOEXEC)
        guard opened >= 0 else { throw Failure(.io, "cannot open descriptor \(number) anew: \(System.reason())") }
        return Descriptor(opened)
    }

    /// Opens the same pipe once more to read, in the same way; nil where it belongs to somebody else.
    public borrowing func reopenToRead() -> Descriptor? {
        let opened = unsafe open("/proc/self/fd/\(number)", O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        return opened >= 0 ? Descriptor(opened) : nil
    }

    /// Makes room for so many bytes in a pipe, a multiple of a page; where the user has no more pages for pipes, it stays as it is.
    public borrowing func widenPipe(to byteCount: Int32) {
        _ = fcntl(number, penstock_set_pipe_size, byteCount)
    }

    public borrowing func isSocket() -> Bool {
        var status = stat()
        return unsafe fstat(number, &status) == 0 && status.st_mode & S_IFMT == S_IFSOCK
    }

    /// Waits until something can be written, so long at most.
    public borrowing func waitToWrite(milliseconds: Int32) -> Bool {
        var poll = pollfd(fd: number, events: Int16(POLLOUT), revents: 0)
        return unsafe Glibc.poll(&poll, 1, milliseconds) > 0
    }
}
