import Foundation
import Host
import Servers
import Support
import Testing
import Units

@Suite(.timeLimit(.minutes(1)))
struct AuthorityTests {
    private let folder: URL
    private let day = Nanos.seconds(86_400)

    init() throws { folder = try Places.scratch("authority").appendingPathComponent("state") }

    private func make(
        _ names: [String] = [], after span: Nanos = .zero, seed: UInt64 = 1
    ) throws(Failure) -> Authority {
        var dice = Dice(seed: seed)
        return try Authority(in: folder.path, names: names, now: Clock.wall() + span, using: &dice)
    }

    private func file(_ name: String) -> Data? {
        FileManager.default.contents(atPath: folder.appendingPathComponent(name).path)
    }

    private func mode(_ path: String) -> mode_t {
        var status = stat()
        return lstat(path, &status) == 0 ? status.st_mode & 0o7777 : 0
    }

    private func failure(_ body: () throws(Failure) -> Void) -> Failure? {
        do throws(Failure) {
            try body()
            return nil
        } catch {
            return error
        }
    }

    @Test("it is made once and used again; its keys are for this user only")
    func reuse() throws {
        let first = try make()
        let second = try make(seed: 2)
        #expect(first.identity == second.identity && first.caPath == second.caPath)
        #expect(mode(folder.path) == 0o700)
        for (name, expected) in [("ca.key", 0o600), ("server.key", 0o600), ("ca.pem", 0o644), ("server.pem", 0o644)] {
            #expect(Int(mode(folder.path + "/" + name)) == expected, "\(name)")
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == 4)
    }

    @Test("a server's certificate close to its end is renewed under the same authority; both when both are")
    func renewal() throws {
        let first = try make()
        let ca = file("ca.pem")
        let lasts = Authority.serverSpan - Authority.renewalSpan
        #expect(try make(after: lasts - day).identity == first.identity)
        let second = try make(after: lasts + day)
        #expect(second.identity != first.identity && file("ca.pem") == ca)
        let third = try make(after: Authority.authoritySpan - Authority.renewalSpan + day)
        #expect(third.identity != second.identity && file("ca.pem") != ca)
        #expect(try make(after: Authority.authoritySpan - Authority.renewalSpan + day).identity == third.identity)
    }

    @Test("a name that is missing renews the server's certificate; one that is there does not")
    func names() throws {
        let first = try make()
        let ca = file("ca.pem")
        let second = try make(["exchange.example", "192.0.2.7", "localhost"])
        #expect(second.identity != first.identity && file("ca.pem") == ca)
        #expect(second.names == ["localhost", "127.0.0.1", "::1", "exchange.example", "192.0.2.7"])
        #expect(try make(["192.0.2.7"]).identity == second.identity)
    }

    @Test("a name that is none is a wrong argument", arguments: ["", "a,IP:1.2.3.4", "a b", "x\n", "a..b", "ü.example"])
    func wrongNames(name: String) {
        let refused = failure { () throws(Failure) in _ = try make([name]) }
        #expect(refused == Failure(.usage, "\(name) is neither a host name nor an address"))
        #expect(file("ca.pem") == nil)
    }

    @Test("files that do not fit each other are made anew; an authority that cannot be read is told, not lost")
    func broken() throws {
        let first = try make()
        let key = file("server.key")
        // As if the program had been killed between the two.
        try file("ca.key")?.write(to: folder.appendingPathComponent("server.key"))
        #expect(chmod(folder.path + "/server.key", 0o600) == 0)
        #expect(try make(seed: 3).identity != first.identity && file("server.key") != key)
        try Data("garbage".utf8).write(to: folder.appendingPathComponent("server.pem"))
        _ = try make(seed: 4)
        try Data("garbage".utf8).write(to: folder.appendingPathComponent("ca.pem"))
        let told = failure { () throws(Failure) in _ = try make() }
        #expect(told?.status == .data && told?.what.hasPrefix("\(folder.path)/ca.pem cannot be read") == true)
        #expect(told?.mend == "remove it, and a new authority is made")
        #expect(unlink(folder.path + "/ca.pem") == 0)
        _ = try make(seed: 5)
    }

    @Test("two processes at once do not disturb each other: the second waits, then uses what the first made")
    func folderIsFree() throws {
        _ = try make()
        // The lock went with the first: otherwise this waits two seconds and fails.
        #expect(failure { () throws(Failure) in _ = try make() } == nil)
    }
}
