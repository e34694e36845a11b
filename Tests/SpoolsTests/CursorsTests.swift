import Foundation
import Host
import Spools
import Support
import Testing
import Wire

@Suite(.timeLimit(.minutes(1)))
struct CursorsTests {
    private func place(_ position: UInt64) -> Place { Place(epoch: 3, position: position) }

    @Test("what was set is known after a restart; what was forgotten is not")
    func restart() throws {
        let folder = try SpoolFolder()
        defer { folder.remove() }
        do {
            let home = try Folder(at: folder.path)
            var cursors = try Cursors("c.frames", in: home)
            expect(cursors.least == nil)
            for index in 1...50 as ClosedRange<UInt64> {
                expect(cursors.set("grid", to: place(index), in: home))
                expect(cursors.set("live", to: place(index / 2), in: home))
            }
            expect(cursors.set("gone", to: place(1), in: home) && cursors.forget("gone", in: home))
            expect(!cursors.forget("never", in: home))
            expect(cursors.least == place(25))
        }
        let home = try Folder(at: folder.path)
        let cursors = try Cursors("c.frames", in: home)
        expect(cursors.names == ["grid", "live"])
        expect(cursors.place(of: "grid") == place(50) && cursors.place(of: "gone") == nil)
    }

    @Test("cut at any byte, each name still has a place that it once had, and none is forgotten")
    func cuts() throws {
        let folder = try SpoolFolder()
        defer { folder.remove() }
        let file = folder.url.appendingPathComponent("c.frames")
        var least = 0
        do {
            let home = try Folder(at: folder.path)
            var cursors = try Cursors("c.frames", in: home)
            expect(cursors.set("grid", to: place(1), in: home) && cursors.set("live", to: place(1), in: home))
            least = try Data(contentsOf: file).count
            for index in 2...4 as ClosedRange<UInt64> {
                expect(cursors.set("grid", to: place(index), in: home))
                expect(cursors.set("live", to: place(index), in: home))
            }
        }
        let whole = try Data(contentsOf: file)
        for cut in stride(from: least, through: whole.count, by: 3) {
            try whole.prefix(cut).write(to: file)
            let home = try Folder(at: folder.path)
            let cursors = try Cursors("c.frames", in: home)
            expect(cursors.names == ["grid", "live"])
            let grid = try require(cursors.place(of: "grid"))
            expect((1...4).contains(grid.position))
        }
    }

    @Test("the file is written anew before it is large, and a draft of that which was never finished does no harm")
    func compaction() throws {
        let folder = try SpoolFolder()
        defer { folder.remove() }
        let file = folder.url.appendingPathComponent("c.frames")
        let home = try Folder(at: folder.path)
        var cursors = try Cursors("c.frames", in: home)
        var largest = 0
        for index in 1...9000 as ClosedRange<UInt64> {
            expect(cursors.set("grid", to: place(index), in: home))
            if index % 100 == 0 { largest = max(largest, try Data(contentsOf: file).count) }
        }
        expect(largest <= 1 << 20 + 4096 && largest > 500_000)
        try Data("torn".utf8).write(to: folder.url.appendingPathComponent(".c.frames.new"))
        expect(cursors.set("live", to: place(1), in: home))
        let again = try Cursors("c.frames", in: home)
        expect(again.place(of: "grid") == place(9000))
    }

    @Test("names have a bound")
    func bound() throws {
        let folder = try SpoolFolder()
        defer { folder.remove() }
        let home = try Folder(at: folder.path)
        var cursors = try Cursors("c.frames", in: home)
        expect(!cursors.set("", to: place(1), in: home))
        expect(!cursors.set(String(repeating: "n", count: 65), to: place(1), in: home))
    }
}
