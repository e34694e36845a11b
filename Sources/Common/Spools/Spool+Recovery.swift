import Bytes
public import Events
public import Host
import Wire

extension Spool {
    /// Opens the spool in a folder, or makes one: a start and a recovery are the same.
    ///
    /// What was being written when the last run was stopped is cut off, and counted (`cutBytes`). A bad frame with good ones behind it is
    /// no such thing: status 65. After a new boot the epoch is raised, as without `isSynced` frames may have gone that somebody has had;
    /// then all files are read, and what stands behind the first bad frame goes too.
    ///
    /// - Parameters:
    ///   - hello: the first frame of each file; its boot is the one that runs.
    ///   - birth: the epoch of a spool that is made now: one that no earlier spool had, as the time in seconds since 1970.
    public static func open(
        at path: String, hello: Hello, birth: UInt32, _ options: Options = Options()
    ) throws(Failure) -> Spool {
        let folder = try Folder(at: path)
        let firsts = try folder.names().compactMap(first)
        guard let last = firsts.last else {
            var spool = Spool(folder, Descriptor(-1, owns: false), hello, options)
            try spool.begin(epoch: max(1, birth))
            return spool
        }
        var segments: [Segment] = []
        for first in firsts { segments.append(try segment(folder, first)) }
        let isSameBoot = try boot(folder, last) == hello.boot
        var mayCut = false
        if !isSameBoot, !options.isSynced, let bad = try firstBad(folder, firsts) {
            // From the last on, so that at each moment what is there has no hole.
            for first in firsts.reversed() where first > bad { try folder.remove(name(first)) }
            segments.removeAll { $0.first > bad }
            mayCut = true
        }
        let name = name(segments[segments.count - 1].first)
        let file = try folder.openToAppend(name)
        let scan = try SegmentScan(file, "\(path)/\(name)")
        if scan.isTorn { try cut(file, "\(path)/\(name)", scan, mayCut: mayCut, isSynced: options.isSynced) }
        var spool = Spool(folder, file, hello, options)
        spool.take(segments, scan)
        if !isSameBoot { try spool.begin(epoch: spool.epoch + 1) }
        return spool
    }

    private init(
        _ folder: consuming Folder, _ file: consuming Descriptor, _ hello: Hello, _ options: Options
    ) {
        self.folder = folder
        self.file = file
        self.hello = hello
        self.options = options
        epoch = 0
        appended = 0
        written = 0
    }

    /// Takes over what was found.
    private mutating func take(_ found: [Segment], _ scan: SegmentScan) {
        segments = found
        let last = segments.count - 1
        segments[last].bytes = scan.goodBytes
        producers = scan.producers.map { Producer(name: $0.name, appended: $0.place, written: $0.place) }
        epoch = segments[last].epoch
        written = segments[last].first - 1 + scan.frames
        appended = written
        olderBytes = segments.dropLast().reduce(0) { $0 + $1.bytes }
        cutBytes = scan.size - scan.goodBytes
    }

    /// Cuts off what is no whole good frame, unless good ones stand behind it.
    private static func cut(
        _ file: borrowing Descriptor, _ path: String, _ scan: SegmentScan, mayCut: Bool, isSynced: Bool
    ) throws(Failure) {
        if !mayCut, let good = try scan.goodFrame(in: file, path) {
            throw Failure(
                .data, "\(path): a bad frame at offset \(scan.goodBytes), and good ones from \(good) on",
                mend: "the disk may be failing; tap --check shows it")
        }
        try file.truncate(to: scan.goodBytes, path)
        if isSynced { try file.synchronise(path) }
    }

    /// The boot in which a file was begun.
    private static func boot(_ folder: borrowing Folder, _ first: UInt64) throws(Failure) -> (high: UInt64, low: UInt64)
    {
        let path = "\(folder.path)/\(name(first))"
        return try SegmentScan(try folder.openToRead(name(first)), path, onlyHeader: true).boot
    }

    /// The number in a file's name; nil of another file.
    private static func first(_ name: String) -> UInt64? {
        guard name.utf8.count == 27, name.hasSuffix(".frames"), let first = UInt64(name.prefix(20)), first > 0,
            Spool.name(first) == name
        else { return nil }
        return first
    }

    /// What a file's header says of it.
    private static func segment(_ folder: borrowing Folder, _ first: UInt64) throws(Failure) -> Segment {
        let path = "\(folder.path)/\(name(first))"
        let file = try folder.openToRead(name(first))
        let scan = try SegmentScan(file, path, onlyHeader: true)
        guard let place = scan.place, place.position == first - 1 else {
            throw Failure(.data, "\(path) does not begin as a file of a spool", mend: "move it away")
        }
        return Segment(first: first, epoch: place.epoch, bytes: scan.size)
    }

    /// The first file that does not hold whole good frames only, or has not as many as the next one's name says; nil where all is well.
    private static func firstBad(_ folder: borrowing Folder, _ firsts: [UInt64]) throws(Failure) -> UInt64? {
        for (index, first) in firsts.enumerated() {
            let file = try folder.openToRead(name(first))
            let scan = try SegmentScan(file, name(first))
            if scan.isTorn { return first }
            if index + 1 < firsts.count, first + scan.frames != firsts[index + 1] { return first }
        }
        return nil
    }
}
