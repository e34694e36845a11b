import Foundation
import Host
import Support
import Testing

@Suite(.timeLimit(.minutes(1)))
struct SocketTests {
    /// A socket that listens at `path`.
    private func listener(at path: String) -> Int32 {
        let number = boundSocket(SOCK_STREAM.rawValue, at: path)
        precondition(listen(number, 8) == 0, "nobody listens at \(path)")
        return number
    }

    @Test("a Unix socket is connected, named as one or found to be one", arguments: [true, false])
    func connected(isNamed: Bool) throws {
        let folder = try Places.scratch("socket")
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appendingPathComponent("s").path
        let listener = listener(at: path)
        defer { close(listener) }
        let descriptor = try (isNamed ? Endpoint.unix(path) : .path(path)).openToRead()
        let peer = accept(listener, nil, nil)
        _ = write(peer, "hello", 5)
        #expect(try descriptor.text() == "hello")
        try descriptor.write("back")
        var buffer = [UInt8](repeating: 0, count: 10)
        #expect(read(peer, &buffer, 10) == 4)
        close(peer)
        #expect(try descriptor.text() == "", "the end, when the server goes")
    }

    @Test("a socket without a server is worth another try")
    func refused() throws {
        let folder = try Places.scratch("socket")
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appendingPathComponent("s").path
        close(listener(at: path))
        for endpoint in [Endpoint.unix(path), .path(path)] {
            let refused = failure { () throws(Failure) in _ = try endpoint.openToRead() }
            let expected = "cannot connect to \(path): Connection refused"
            #expect(refused == Failure(.tempFail, expected, mend: "is its server running?"))
        }
        let missing = failure { () throws(Failure) in _ = try Endpoint.unix(path + "x").openToRead() }
        #expect(missing?.status == .tempFail && missing?.what.hasSuffix("No such file or directory") == true)
    }

    @Test("a path too long for a socket is a wrong argument; the longest one is not")
    func longPath() {
        let longest = "/" + String(repeating: "x", count: 106)
        let there = failure { () throws(Failure) in _ = try Endpoint.unix(longest).openToRead() }
        #expect(there?.status == .tempFail)
        let beyond = failure { () throws(Failure) in _ = try Endpoint.unix(longest + "x").openToRead() }
        #expect(beyond?.status == .usage && beyond?.what.contains("longer than 107 bytes") == true)
    }
}
