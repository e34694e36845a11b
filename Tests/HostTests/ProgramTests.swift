import Foundation
import Host
import Support
import Testing

@Suite(.timeLimit(.minutes(1)))
struct ProgramTests {
    @Test("a program knows where it is, links resolved")
    func path() throws {
        let path = try #require(Program.path())
        #expect(path.hasPrefix("/") && Program.isExecutable(path) && !Program.isFolder(path))
        #expect(path == URL(fileURLWithPath: path).resolvingSymlinksInPath().path)
    }

    @Test("a program is a file that may be executed; a folder is none, nor is what is not there")
    func kinds() throws {
        let folder = try Places.scratch("program")
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent("file").path
        #expect(FileManager.default.createFile(atPath: file, contents: nil, attributes: [.posixPermissions: 0o644]))
        #expect(!Program.isExecutable(file) && !Program.isFolder(file))
        #expect(Program.isFolder(folder.path) && !Program.isExecutable(folder.path))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file)
        #expect(Program.isExecutable(file))
        #expect(!Program.isExecutable(file + "x") && !Program.isFolder(file + "x"))
    }

    @Test("becoming another program gives it the words, its own name first, and its status is ours")
    func become() async {
        let result = await #expect(processExitsWith: .exitCode(7), observing: [\.standardOutputContent]) {
            try Program.become("/bin/sh", ["a name", "-c", "echo \"$0 $1\"; exit 7", "two words", "größe"])
        }
        let output = String(decoding: result?.standardOutputContent ?? [], as: UTF8.self)
        #expect(output.hasSuffix("two words größe\n"))
    }

    @Test("what cannot be started is unavailable, with the system's reason")
    func failures() {
        let missing = failure { () throws(Failure) in try Program.become("/nowhere/at/all", ["x"]) }
        #expect(missing == Failure(.unavailable, "cannot start /nowhere/at/all: No such file or directory"))
    }

    @Test("a standard descriptor that is closed is taken, and still fails as if it were closed")
    func standardDescriptors() async {
        await #expect(processExitsWith: .exitCode(0)) {
            for number: Int32 in 0...2 { close(number) }
            Program.occupyStandardDescriptors()
            let next = open("/dev/null", O_RDWR)
            var byte: UInt8 = 0
            let isKept =
                read(0, &byte, 1) < 0 && errno == EBADF && write(1, &byte, 1) < 0 && errno == EBADF
                && write(2, &byte, 1) < 0 && errno == EBADF
            _exit(next > 2 && isKept ? 0 : 1)
        }
        await #expect(processExitsWith: .exitCode(0)) {
            var before = stat()
            var after = stat()
            fstat(1, &before)
            Program.occupyStandardDescriptors()
            fstat(1, &after)
            _exit(before.st_ino == after.st_ino && before.st_dev == after.st_dev ? 0 : 1)
        }
    }

    @Test("a program ends with its status")
    func end() async {
        await #expect(processExitsWith: .exitCode(76)) { Program.end(.protocolVersion) }
    }
}
