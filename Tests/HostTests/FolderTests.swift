import Foundation
import Host
import Support
import Testing

@Suite(.timeLimit(.minutes(1)))
struct FolderTests {
    @Test("a folder and those above it are made for this user only, and files are kept in it with their modes")
    func kept() throws {
        let scratch = try ScratchFolder("folder")
        let path = scratch.path("a/b")
        do {
            let folder = try Folder(at: path)
            #expect(mode(path) == 0o700 && mode(scratch.path("a")) == 0o700)
            #expect(try folder.read("x") == nil)
            try folder.replace("x", with: [1, 2, 3])
            try folder.replace("secret", with: [4], isSecret: true)
            try folder.replace("x", with: [5])
            #expect(try folder.read("x") == [5] && folder.read("secret", isSecret: true) == [4])
        }
        #expect(mode(path + "/x") == 0o644 && mode(path + "/secret") == 0o600)
        #expect(try FileManager.default.contentsOfDirectory(atPath: path).sorted() == ["secret", "x"])
        let again = try Folder(at: path + "/")
        #expect(try again.read("x") == [5])
    }

    @Test("what was left by a program that was killed is written over")
    func leftOver() throws {
        let scratch = try ScratchFolder("folder")
        let folder = try Folder(at: scratch.path("a"))
        #expect(FileManager.default.createFile(atPath: scratch.path("a/.x.new"), contents: Data("half".utf8)))
        try folder.replace("x", with: [1])
        #expect(try folder.read("x") == [1] && status(scratch.path("a/.x.new")) == nil)
    }

    @Test("a run that did not end by itself is remembered until one does, and whether the machine has ended since")
    func runs() throws {
        let scratch = try ScratchFolder("folder")
        let folder = try Folder(at: scratch.path("a"))
        #expect(try folder.isWhole(in: (1, 2)))
        try folder.beginRun(in: (1, 2))
        try folder.replace("x", with: [1], isSynchronised: false)
        #expect(try folder.read("x") == [1])
        // Killed, then the machine itself.
        #expect(try folder.isWhole(in: (1, 2)) && !folder.isWhole(in: (3, 4)) && !folder.isWhole(in: (1, 4)))
        folder.endRun()
        #expect(try folder.isWhole(in: (3, 4)))
        // Where the machine does not say which boot it is in, it may be another each time.
        try folder.beginRun(in: (0, 0))
        #expect(try !folder.isWhole(in: (0, 0)))
    }

    @Test("a folder that others may write in, a secret that others may read, a link for a file: all are refused")
    func refused() throws {
        let scratch = try ScratchFolder("folder")
        #expect(mkdir(scratch.path("a"), 0o700) == 0)
        do {
            let folder = try Folder(at: scratch.path("a"))
            try folder.replace("x", with: [1])
            let open = failure { () throws(Failure) in _ = try folder.read("x", isSecret: true) }
            #expect(open?.status == .noPermission && open?.mend?.hasPrefix("chmod 600") == true)
            #expect(symlink("x", scratch.path("a/link")) == 0)
            let link = failure { () throws(Failure) in _ = try folder.read("link") }
            #expect(link?.status == .noInput)
        }
        #expect(chmod(scratch.path("a"), 0o770) == 0)
        let wide = failure { () throws(Failure) in _ = try Folder(at: scratch.path("a")) }
        #expect(wide?.status == .noPermission && wide?.mend == "chmod go-w \(scratch.path("a"))")
        let impossible = failure { () throws(Failure) in _ = try Folder(at: "/proc/none") }
        #expect(impossible?.status == .cantCreate && impossible?.what.hasPrefix("cannot make /proc/none: ") == true)
    }
}
