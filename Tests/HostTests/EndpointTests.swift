import Foundation
import Host
import Support
import Testing

@Suite(.timeLimit(.minutes(1)))
struct EndpointTests {
    @Test("an endpoint is told by how it is written")
    func parsing() {
        #expect(Endpoint("-") == .standard)
        #expect(Endpoint("day.frames") == .path("day.frames"))
        #expect(Endpoint("/run/x.sock") == .path("/run/x.sock"))
        #expect(Endpoint("--") == .path("--"))
        #expect(Endpoint("./-") == .path("./-"))
        #expect(Endpoint("unix:/run/x.sock") == .unix("/run/x.sock"))
        #expect(Endpoint("unix:x") == .unix("x"))
        #expect(Endpoint("fd:0") == .descriptor(0))
        #expect(Endpoint("fd:12") == .descriptor(12))
        for wrong in ["", "unix:", "fd:", "fd:-1", "fd:x", "fd:1x", "fd:4294967296"] {
            #expect(Endpoint(wrong) == nil, "\(wrong)")
        }
    }

    @Test("messages name an endpoint as a person would")
    func names() {
        #expect(Endpoint.standard.name == "standard input")
        #expect(Endpoint.path("a").name == "a" && Endpoint.unix("/b").name == "/b")
        #expect(Endpoint.descriptor(7).name == "descriptor 7")
    }

    private func read(_ endpoint: Endpoint) throws -> String? { try endpoint.openToRead().text() }

    @Test("a file is opened where it begins")
    func file() throws {
        let folder = try Places.scratch("endpoint")
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent("a file")
        try Data("frames".utf8).write(to: file)
        #expect(try read(.path(file.path)) == "frames")
        #expect(Endpoint.exists(file.path) && !Endpoint.exists(file.path + "x"))
    }

    @Test("a FIFO is opened as a file is, and read to its writer's end")
    func fifo() throws {
        let folder = try Places.scratch("endpoint")
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appendingPathComponent("fifo").path
        #expect(mkfifo(path, 0o600) == 0)
        // Opened for both, it does not wait for its reader.
        let writer = open(path, O_RDWR | O_CLOEXEC)
        _ = Glibc.write(writer, "through", 7)
        let descriptor = try Endpoint.path(path).openToRead()
        #expect(try descriptor.text() == "through")
        close(writer)
        #expect(try descriptor.text() == "")
        #expect(descriptor.isPipe() as Bool)
    }

    @Test("standard input is lent, not owned: it stays open")
    func standard() throws {
        do {
            let descriptor = try Endpoint.standard.openToRead()
            #expect(descriptor.number == 0)
        }
        #expect(fcntl(0, F_GETFD) >= 0)
    }

    @Test("a descriptor that somebody opened is taken over; one that is not open is no input")
    func descriptor() throws {
        let pipe = Pipe()
        let copy = dup(pipe.reader)
        pipe.send("inherited")
        #expect(try read(.descriptor(copy)) == "inherited")
        let failure = failure { () throws(Failure) in _ = try Endpoint.descriptor(9999).openToRead() }
        #expect(failure == Failure(.noInput, "descriptor 9999 is not open"))
    }

    @Test("what is not there, or is a directory, is no input, and the line says why")
    func noInput() throws {
        let folder = try Places.scratch("endpoint")
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appendingPathComponent("nothing").path
        let missing = failure { () throws(Failure) in _ = try Endpoint.path(path).openToRead() }
        #expect(missing == Failure(.noInput, "cannot open \(path): No such file or directory"))
        let directory = failure { () throws(Failure) in _ = try Endpoint.path(folder.path).openToRead() }
        #expect(directory == Failure(.noInput, "\(folder.path) is a directory"))
        // Root may open what nobody may read.
        guard geteuid() != 0 else { return }
        #expect(FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0]))
        let closed = failure { () throws(Failure) in _ = try Endpoint.path(path).openToRead() }
        #expect(closed == Failure(.noInput, "cannot open \(path): Permission denied"))
    }
}
