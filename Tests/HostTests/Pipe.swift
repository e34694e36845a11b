import Glibc
import Host

/// Both ends of a pipe, closed when it goes.
struct Pipe: ~Copyable {
    let reader: Int32
    let writer: Int32
    private var isWriterOpen = true

    /// - Parameter bytes: what it holds at most (the kernel rounds up to a page); nil: as many as usual.
    init(holding bytes: Int32? = nil) {
        var ends: [Int32] = [0, 0]
        precondition(pipe(&ends) == 0, "no pipe")
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        (reader, writer) = (ends[0], ends[1])
        // F_SETPIPE_SZ, which Glibc's module does not show.
        if let bytes { _ = fcntl(writer, 1031, bytes) }
    }

    deinit {
        close(reader)
        if isWriterOpen { close(writer) }
    }

    mutating func closeWriter() {
        close(writer)
        isWriterOpen = false
    }

    func send(_ text: String) { _ = Glibc.write(writer, text, text.utf8.count) }
}

extension Descriptor {
    /// What one read gives; nil when a signal asked to stop.
    borrowing func text(upTo limit: Int = 4096) throws(Failure) -> String? {
        var bytes = [UInt8](repeating: 0, count: limit)
        var span = bytes.mutableSpan
        var raw = span.mutableBytes
        guard let count = try read(into: &raw, "a test") else { return nil }
        return String(decoding: bytes[..<count], as: UTF8.self)
    }

    borrowing func write(_ text: String) throws(Failure) {
        let bytes = Array(text.utf8)
        try write(all: bytes.span.bytes, "a test")
    }
}

/// The failure that `body` ends with; nil when it ends well.
func failure(_ body: () throws(Failure) -> Void) -> Failure? {
    do throws(Failure) {
        try body()
        return nil
    } catch {
        return error
    }
}
