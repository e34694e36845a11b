import Foundation
import Host
import Spools
import Support
import Testing
import Wire

@Suite(.timeLimit(.minutes(1)))
struct SpoolTests {
    private func small(_ segment: Int = 4000, bytes: Int = 1 << 30) -> Spool.Options {
        var options = Spool.Options()
        options.segmentBytesMax = segment
        options.bytesMax = bytes
        return options
    }

    @Test(
        "what was flushed is read back, in order, from any frame on, also after a restart",
        arguments: 0..<20 as Range<UInt64>)
    func order(seed: UInt64) throws {
        let folder = try SpoolFolder()
        defer { folder.remove() }
        var dice = Dice(seed: seed)
        var count: UInt64 = 0
        for _ in 0..<4 {
            var spool = try folder.open(small(dice.pick([1000, 4000, 50_000])))
            expect(spool.written == count && spool.cutBytes == 0)
            for _ in 0..<dice.number(0...12) {
                for _ in 0..<dice.number(0...5) {
                    expect(spool.append(report(count + 1, bytes: dice.number(0...600))) == .taken)
                    count += 1
                }
                expect(spool.flush())
            }
            let from = UInt64(dice.number(1...Int(count + 1)))
            try expect(spool.numbers(from: from) == Array(from..<(count + 1)))
        }
    }

    @Test("what was appended and not flushed may be gone after a restart, and nothing else")
    func unflushed() throws {
        let folder = try SpoolFolder()
        defer { folder.remove() }
        do {
            var spool = try folder.open()
            _ = spool.append(report(1))
            expect(spool.flush())
            _ = spool.append(report(2))
            expect(spool.written == 1 && spool.appended == 2)
            try expect(spool.numbers() == [1], "a reader sees what is written")
        }
        let again = try folder.open()
        try expect(again.numbers() == [1])
    }

    @Test("cut at any byte, the last file gives the whole frames before the cut, and how far each producer had come")
    func cuts() throws {
        let folder = try SpoolFolder()
        defer { folder.remove() }
        var ends: [(bytes: Int, frames: UInt64, producer: UInt64)] = []
        do {
            var spool = try folder.open()
            let number = try require(spool.producer(named: "one"))
            spool.move(producer: number, to: Place(epoch: 7, position: 40))
            for index in 1...4 as ClosedRange<UInt64> {
                _ = spool.append(report(index), from: index % 2 == 0 ? nil : number)
                expect(spool.flush())
                ends.append((spool.byteCount, index, 40 + (index + 1) / 2))
            }
        }
        let file = try #require(folder.files.last)
        let whole = try Data(contentsOf: file)
        for cut in ends[0].bytes...whole.count {
            try folder.change(file) { $0 = whole.prefix(cut) }
            var spool = try folder.open()
            let end = try #require(ends.last { $0.bytes <= cut })
            expect(spool.written == end.frames, "cut at \(cut)")
            let producer = try require(spool.producer(named: "one"))
            expect(spool.place(ofProducer: producer) == Place(epoch: 7, position: end.producer), "cut at \(cut)")
            try expect(spool.numbers() == Array(1...end.frames))
            // What follows is whole again.
            _ = spool.append(report(end.frames + 1), from: producer)
            expect(spool.flush())
            try expect(spool.numbers() == Array(1...(end.frames + 1)))
        }
    }

    @Test("a bad frame at the end is cut off; one with good frames behind it is a failure that says where")
    func damage() throws {
        let folder = try SpoolFolder()
        defer { folder.remove() }
        var before = 0
        do {
            var spool = try folder.open()
            _ = spool.append(report(1))
            expect(spool.flush())
            before = spool.byteCount
            for index in 2...3 as ClosedRange<UInt64> { _ = spool.append(report(index)) }
            expect(spool.flush())
        }
        let file = try #require(folder.files.last)
        let whole = try Data(contentsOf: file)
        let length = report(2).count
        // The cursor before it is damaged, or its own payload, or its length so that it seems not to end.
        for (place, isLength) in [(before + 20, false), (before + 200, false), (whole.count - length * 2 + 2, true)] {
            try folder.change(file) {
                $0 = whole
                $0[place] ^= isLength ? 0x01 : 0xFF
            }
            let failure = #expect(throws: Failure.self) { _ = try folder.open() }
            expect(failure?.status == .data)
            expect(failure?.what.contains(file.lastPathComponent) == true && failure?.what.contains("offset") == true)
        }
        try folder.change(file) {
            $0 = whole
            $0[whole.count - 1] ^= 0xFF
        }
        let spool = try folder.open()
        expect(spool.written == 2 && spool.cutBytes == length)
    }

    @Test("files go once all have passed them; frames keep their numbers")
    func release() throws {
        let folder = try SpoolFolder()
        defer { folder.remove() }
        do {
            var spool = try folder.open(small(1000))
            for index in 1...40 as ClosedRange<UInt64> {
                _ = spool.append(report(index))
                expect(spool.flush())
            }
            let files = folder.files.count
            expect(files > 5)
            try spool.release(through: 17)
            expect(folder.files.count < files && spool.first <= 18)
            try expect(spool.numbers() == Array(spool.first...40))
            try spool.release(through: 1000)
            expect(folder.files.count == 1, "the last one stays: it knows the numbers")
        }
        var spool = try folder.open(small(1000))
        expect(spool.written == 40)
        _ = spool.append(report(41))
        expect(spool.flush())
        try expect(spool.numbers(from: 41) == [41])
    }

    @Test("at its bound it takes nothing more until frames are released, and never is larger")
    func bound() throws {
        let folder = try SpoolFolder()
        defer { folder.remove() }
        var spool = try folder.open(small(2000, bytes: 10_000))
        var count: UInt64 = 0
        while spool.append(report(count + 1)) == .taken {
            count += 1
            expect(spool.flush())
        }
        expect(spool.append(report(count + 1)) == .full && spool.flush() && spool.failure == nil)
        expect(count > 20 && spool.byteCount <= 10_000)
        try expect(spool.numbers() == Array(1...count))
        try spool.release(through: count / 2)
        expect(spool.append(report(count + 1)) == .taken)
        expect(spool.byteCount(behind: spool.written) == 0 && spool.byteCount(behind: 0) == spool.byteCount)
    }

    @Test("after another boot the epoch is raised, and numbers go on")
    func boots() throws {
        let folder = try SpoolFolder()
        defer { folder.remove() }
        do {
            var spool = try folder.open(boot: 1, birth: 500)
            expect(spool.epoch == 500)
            for index in 1...3 as ClosedRange<UInt64> { _ = spool.append(report(index)) }
            expect(spool.flush())
        }
        do {
            var spool = try folder.open(boot: 2, birth: 900)
            expect(spool.epoch == 501 && spool.written == 3)
            _ = spool.append(report(4))
            expect(spool.flush())
            expect(
                spool.epochs == [
                    LaneSender.Epoch(500, before: 0, end: 3), LaneSender.Epoch(501, before: 3, end: 4),
                ])
        }
        let again = try folder.open(boot: 2)
        expect(again.epoch == 501)
    }

    @Test("after another boot a hole in any file cuts off what is behind it, unless batches were synchronised")
    func powerLoss() throws {
        let folder = try SpoolFolder()
        defer { folder.remove() }
        do {
            var spool = try folder.open(small(1000))
            for index in 1...20 as ClosedRange<UInt64> {
                _ = spool.append(report(index))
                expect(spool.flush())
            }
        }
        let files = folder.files
        let hurt = files[files.count / 2]
        let first = try #require(UInt64(hurt.lastPathComponent.prefix(20)))
        try folder.change(hurt) { $0.resetBytes(in: ($0.count - 40)..<$0.count) }
        var spool = try folder.open(boot: 2, small(1000))
        expect(spool.written < 20 && spool.written + 1 >= first)
        try expect(spool.numbers() == Array(1...spool.written))
        _ = spool.append(report(spool.written + 1))
        expect(spool.flush())
        try expect(spool.numbers() == Array(1...spool.written))
    }

    @Test("an event in parts, and the words of the files themselves, are refused")
    func unfit() throws {
        let folder = try SpoolFolder()
        defer { folder.remove() }
        var spool = try folder.open()
        let cursor = written { $0.put(cursor: Place(epoch: 1, position: 1), of: .order, name: "x") }
        expect(spool.append(cursor) == .unfit)
        expect(spool.flush() && spool.written == 0)
    }

    @Test("a folder that holds something else is refused, or left alone")
    func strange() throws {
        let folder = try SpoolFolder()
        defer { folder.remove() }
        _ = try folder.open()
        try Data("hello".utf8).write(to: folder.url.appendingPathComponent("notes.txt"))
        do {
            let spool = try folder.open()
            expect(spool.written == 0)
        }
        try Data(report(1)).write(to: folder.url.appendingPathComponent("00000000000000000009.frames"))
        let failure = #expect(throws: Failure.self) { _ = try folder.open() }
        expect(failure?.status == .data)
    }
}
