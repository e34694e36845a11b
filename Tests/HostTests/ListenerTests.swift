import Bytes
import Foundation
import Host
import Support
import Testing

@Suite(.timeLimit(.minutes(1)))
struct ListenerTests {
    @Test("port 0 gives a free port and says which; the same port again is refused with what to try")
    func freePort() throws {
        let first = try Listener(.loopback, port: 0)
        let second = try Listener(.loopback, port: 0)
        let port = first.port
        #expect(port > 0 && second.port > 0 && port != second.port)
        let refused = failure { () throws(Failure) in _ = try Listener(.loopback, port: port) }
        #expect(refused?.status == .cantCreate)
        #expect(refused?.what == "cannot listen at port \(port): Address already in use")
        #expect(refused?.mend?.contains("port 0") == true)
    }

    @Test("a port is free again right after its server, though connections of it linger")
    func reuse() throws {
        var listener = try Listener(.loopback, port: 0)
        let port = listener.port
        do {
            let pair = try Pair(&listener, Redialer(loopbackPort: port))
            // The server's end closes first, and is what lingers.
            pair.far.endSending()
            #expect(pair.near.arriving().0 == .closed)
        }
        listener = try Listener(.loopback, port: 0)
        #expect(failure { () throws(Failure) in _ = try Listener(.loopback, port: port) } == nil)
    }

    @Test(
        "it listens over IPv6 too, on one address or on all", arguments: [Listener.Reach.loopbackIPv6, .anyIPv6, .any])
    func reaches(reach: Listener.Reach) throws {
        var listener = try Listener(reach, port: 0)
        #expect(listener.port > 0)
        if reach != .loopbackIPv6 { _ = try Pair(&listener, Redialer(loopbackPort: listener.port)) }
    }

    @Test("nothing that waits gives nil; what is accepted and the listener itself do not block and are closed on exec")
    func flags() throws {
        var listener = try Listener(.loopback, port: 0)
        switch listener.accept() {
        case .some: Issue.record("nobody was there")
        case .none: #expect(listener.isExhausted == false)
        }
        let pair = try Pair(&listener, Redialer(loopbackPort: listener.port))
        for number in [listener.number, pair.near.number, pair.far.number] {
            #expect(fcntl(number, F_GETFL) & O_NONBLOCK != 0 && fcntl(number, F_GETFD) & FD_CLOEXEC != 0)
        }
    }

    @Test("a Unix socket is for this user only, whatever the umask, and is removed at the end")
    func mode() async throws {
        // In a process of its own: the umask is the process's.
        await #expect(processExitsWith: .success) {
            umask(0)
            let folder = try ScratchFolder("listener")
            let path = folder.path("s")
            do {
                var listener = try Listener(unix: path)
                #expect(HostTests.mode(path) == 0o600 && listener.port == 0)
                _ = try Pair(&listener, Redialer(unix: path))
            }
            #expect(status(path) == nil)
        }
    }

    @Test("a stale socket is replaced, one in use is not and goes on")
    func stale() throws {
        let folder = try ScratchFolder("listener")
        let path = folder.path("s")
        do {
            // A listener that was killed: its socket stays.
            var listener = try Listener(unix: path)
            #expect(rename(path, path + "old") == 0)
            _ = listener.accept()
        }
        #expect(rename(path + "old", path) == 0)
        var listener = try Listener(unix: path)
        let refused = failure { () throws(Failure) in _ = try Listener(unix: path) }
        #expect(
            refused == Failure(.cantCreate, "something listens at \(path)", mend: "is another one running?"))
        // The question was a connection; the next one is a client.
        _ = listener.accept()
        _ = try Pair(&listener, Redialer(unix: path))
    }

    @Test(
        "whatever else stands at the path is refused and left alone",
        arguments: ["file", "link", "folder", "datagrams"])
    func foreign(kind: String) throws {
        let folder = try ScratchFolder("listener")
        let path = folder.path("s")
        var target: Listener?
        var receiver: DatagramReceiver?
        switch kind {
        case "file": #expect(FileManager.default.createFile(atPath: path, contents: Data("mine".utf8)))
        case "link":
            target = try Listener(unix: folder.path("target"))
            #expect(symlink(folder.path("target"), path) == 0)
        case "folder": #expect(mkdir(path, 0o700) == 0)
        default: receiver = DatagramReceiver(at: path)
        }
        let before = status(path)
        let refused = failure { () throws(Failure) in _ = try Listener(unix: path) }
        #expect(refused?.status == .cantCreate && refused?.line.contains(path) == true)
        #expect(before != nil && status(path)?.st_ino == before?.st_ino)
        _ = consume target
        _ = consume receiver
    }

    @Test("a socket that was replaced by another program's is not removed at the end")
    func replaced() throws {
        let folder = try ScratchFolder("listener")
        let path = folder.path("s")
        do {
            let listener = try Listener(unix: path)
            #expect(listener.number >= 0 && unlink(path) == 0)
            #expect(FileManager.default.createFile(atPath: path, contents: nil))
        }
        #expect(status(path) != nil)
    }

    @Test("a path too long or without a folder is told in one line")
    func paths() throws {
        let longest = "/tmp/" + String(repeating: "x", count: 103)
        let long = failure { () throws(Failure) in _ = try Listener(unix: longest) }
        #expect(long?.status == .usage && long?.what.contains("longer than 107 bytes") == true)
        let lost = failure { () throws(Failure) in _ = try Listener(unix: "/nonexistent/s") }
        #expect(lost?.status == .cantCreate && lost?.what.contains("/nonexistent") == true)
        let empty = failure { () throws(Failure) in _ = try Listener(unix: "") }
        #expect(empty?.status == .usage)
    }

    @Test("the kernel says who is at the other end of a Unix socket, and nobody of a TCP one")
    func credentials() throws {
        let folder = try ScratchFolder("listener")
        var listener = try Listener(unix: folder.path("s"))
        let pair = try Pair(&listener, Redialer(unix: folder.path("s")))
        let peer = pair.far.peer()
        #expect(peer?.process == getpid() && peer?.user == geteuid() && peer?.group == getegid())
        #expect(peer?.isTrusted == true)
        let tcp = try Pair.tcp()
        #expect(tcp.far.peer() == nil)
    }

    @Test("without a free descriptor a connection is turned away, counted, and does not stay in the poll")
    func exhausted() async throws {
        // In a process of its own: descriptors are the process's.
        await #expect(processExitsWith: .success) {
            var listener = try Listener(.loopback, port: 0)
            var dice = Dice(seed: 1)
            var nears = Slots<Descriptor>()
            for _ in 0..<4 {
                var redialer = Redialer(loopbackPort: listener.port)
                switch connect(&redialer, using: &dice) {
                case .some(let near): nears.append(near)
                case .none: throw Failure(.io, "no connection")
                }
            }
            waitUntil(listener.number, POLLIN)
            var taken: [Int32] = []
            var limit = rlimit(rlim_cur: 64, rlim_max: 64)
            #expect(setrlimit(__rlimit_resource_t(7), &limit) == 0)
            // Another thread of the process may give a number back, as the system's libraries do: then one is accepted after all.
            var accepted: UInt64 = 0
            accepting: while true {
                while case let number = dup(0), number >= 0 { taken.append(number) }
                #expect(errno == EMFILE && !taken.isEmpty)
                switch listener.accept() {
                case .some: accepted += 1
                case .none: break accepting
                }
            }
            let turnedAway = listener.turnedAway
            #expect(turnedAway > 0 && turnedAway + accepted == 4 && !listener.isExhausted)
            for place in 0..<nears.count { #expect(nears[place].arriving().0 == .closed, "its peer sees the end") }
            var poll = pollfd(fd: listener.number, events: Int16(POLLIN), revents: 0)
            #expect(Foundation.poll(&poll, 1, 0) == 0, "nothing waits any more")
            for number in taken { close(number) }
            _ = try Pair(&listener, Redialer(loopbackPort: listener.port))
            #expect(listener.turnedAway == turnedAway)
        }
    }
}
