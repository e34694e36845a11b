import Foundation
import Host
import Support
import Testing

@Suite(.timeLimit(.minutes(1)))
struct DescriptorTests {
    @Test("a descriptor is closed when it goes, unless it was only lent")
    func ownership() {
        let pipe = Pipe()
        let (owned, lent) = (dup(pipe.reader), dup(pipe.reader))
        do {
            let descriptor = Descriptor(owned)
            let other = Descriptor(lent, owns: false)
            #expect(descriptor.number == owned && other.number == lent)
        }
        #expect(fcntl(owned, F_GETFD) == -1)
        #expect(fcntl(lent, F_GETFD) >= 0)
        close(lent)
        #expect(Descriptor.standardInput.number == 0 && Descriptor.standardOutput.number == 1)
        #expect(fcntl(1, F_GETFD) >= 0)
    }

    @Test("a read gives what is there and no more, then nothing at the end")
    func read() throws {
        var pipe = Pipe()
        let descriptor = Descriptor(pipe.reader, owns: false)
        pipe.send("abcdef")
        #expect(try descriptor.text(upTo: 4) == "abcd")
        #expect(try descriptor.text(upTo: 4) == "ef")
        pipe.closeWriter()
        #expect(try descriptor.text() == "")
        #expect(try descriptor.text() == "")
    }

    /// Reads `number` to its end on a thread of its own, in pieces of `piece` bytes.
    private final class Reader: @unchecked Sendable {
        private var bytes: [UInt8] = []
        private let done = DispatchSemaphore(value: 0)

        init(_ number: Int32, by piece: Int) {
            Thread.detachNewThread {
                var buffer = [UInt8](repeating: 0, count: piece)
                while true {
                    let count = Glibc.read(number, &buffer, piece)
                    guard count > 0 else { break }
                    self.bytes += buffer[..<count]
                }
                self.done.signal()
            }
        }

        func wait() -> [UInt8] {
            done.wait()
            return bytes
        }
    }

    @Test("all is written, however little the pipe takes at once, blocking or not", arguments: [true, false])
    func shortWrites(isBlocking: Bool) throws {
        var dice = Dice(seed: 1)
        let bytes = dice.bytes(300_000)
        var pipe = Pipe(holding: 4096)
        if !isBlocking { _ = fcntl(pipe.writer, F_SETFL, O_NONBLOCK) }
        let reader = Reader(pipe.reader, by: 1000)
        try Descriptor(pipe.writer, owns: false).write(all: bytes.span.bytes, "a pipe")
        pipe.closeWriter()
        #expect(reader.wait() == bytes)
    }

    @Test("a write of some writes at least a byte, and nothing of nothing")
    func someWrites() throws {
        let pipe = Pipe(holding: 4096)
        _ = fcntl(pipe.writer, F_SETFL, O_NONBLOCK)
        let descriptor = Descriptor(pipe.writer, owns: false)
        let bytes = [UInt8](repeating: 1, count: 10_000)
        let count = try descriptor.write(some: bytes.span.bytes, "a pipe")
        #expect(count > 0 && count < 10_000)
        let none = try descriptor.write(some: bytes.span.bytes.extracting(0..<0), "a pipe")
        #expect(none == 0)
    }

    @Test("what cannot be read or written is status 74, with the system's reason")
    func failures() throws {
        let pipe = Pipe()
        let unreadable = failure { () throws(Failure) in
            _ = try Descriptor(open("/dev/null", O_WRONLY | O_CLOEXEC)).text()
        }
        #expect(unreadable == Failure(.io, "cannot read a test: Bad file descriptor"))
        let unwritable = failure { () throws(Failure) in try Descriptor(pipe.reader, owns: false).write("x") }
        #expect(unwritable == Failure(.io, "cannot write to a test: Bad file descriptor"))
        let full = open("/dev/full", O_WRONLY | O_CLOEXEC)
        let noSpace = failure { () throws(Failure) in try Descriptor(full).write("x") }
        #expect(noSpace == Failure(.io, "cannot write to a test: No space left on device", mend: "free some space"))
        let unseekable = failure { () throws(Failure) in try Descriptor(pipe.reader, owns: false).seek(to: 1, "a pipe")
        }
        #expect(unseekable == Failure(.io, "cannot seek in a pipe: Illegal seek"))
        let noOffset = failure { () throws(Failure) in
            var bytes: [UInt8] = [0]
            var span = bytes.mutableSpan
            var raw = span.mutableBytes
            _ = try Descriptor(pipe.reader, owns: false).read(into: &raw, at: 0, "a pipe")
        }
        #expect(noOffset == Failure(.io, "cannot read a pipe: Illegal seek"))
    }

    @Test("a gone reader is status 74 and one line, where SIGPIPE is ignored")
    func goneReader() async {
        await #expect(processExitsWith: .exitCode(Status.io.rawValue)) {
            Interrupts.install(diesQuietly: false)
            var ends: [Int32] = [0, 0]
            _ = pipe(&ends)
            close(ends[0])
            let gone = failure { () throws(Failure) in try Descriptor(ends[1]).write("x") }
            #expect(gone == Failure(.io, "cannot write to a test: its reader is gone"))
            exit(gone?.status.rawValue ?? 0)
        }
    }

    @Test("a file has a size and places to go to; a pipe has neither, a terminal is neither")
    func kinds() throws {
        let folder = try Places.scratch("descriptor")
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent("file")
        try Data("0123456789".utf8).write(to: file)
        let descriptor = Descriptor(open(file.path, O_RDONLY | O_CLOEXEC))
        #expect(descriptor.regularSize() == 10)
        try descriptor.seek(to: 7, "a file")
        #expect(try descriptor.text() == "789")
        var bytes = [UInt8](repeating: 0, count: 4)
        var span = bytes.mutableSpan
        var raw = span.mutableBytes
        let counts = [
            try descriptor.read(into: &raw, at: 2, "a file"), try descriptor.read(into: &raw, at: 8, "a file"),
        ]
        #expect(counts == [4, 2] && bytes == [0x38, 0x39, 0x34, 0x35])
        #expect(try descriptor.text() == "", "reading at an offset does not move")
        let pipe = Pipe()
        let lent = Descriptor(pipe.reader, owns: false)
        #expect(lent.regularSize() == nil && Descriptor(9999, owns: false).regularSize() == nil)
        let isPipe = [lent.isPipe(), descriptor.isPipe(), Descriptor(9999, owns: false).isPipe()]
        #expect(isPipe == [true, false, false])
        let isTerminal = [lent.isTerminal(), descriptor.isTerminal()]
        #expect(isTerminal == [false, false])
    }
}
