import Events
import Foundation
import Host
import Spools
import Support
import Units
import Wire

/// A folder that a spool is kept in, and frames to put there.
struct SpoolFolder {
    let url: URL
    var path: String { url.path }

    init() throws {
        // In memory: what is tested is what stands in files, not a disk.
        let base = URL(fileURLWithPath: FileManager.default.fileExists(atPath: "/dev/shm") ? "/dev/shm" : "/tmp")
        url = base.appendingPathComponent("penstock-spools-\(UUID().uuidString)")
    }

    func remove() { try? FileManager.default.removeItem(at: url) }

    static func hello(boot: UInt64 = 1) -> Hello {
        Hello(producer: "test", boot: (boot, 0), timeBase: .monotonic)
    }

    func open(boot: UInt64 = 1, birth: UInt32 = 100, _ options: Spool.Options = Spool.Options()) throws -> Spool {
        try Spool.open(at: path, hello: Self.hello(boot: boot), birth: birth, options)
    }

    /// Files of frames, oldest first.
    var files: [URL] {
        let all = try? FileManager.default.contentsOfDirectory(at: url, includingPropertiesForKeys: nil)
        return (all ?? []).filter { $0.pathExtension == "frames" && $0.lastPathComponent.utf8.count == 27 }
            .sorted { $0.lastPathComponent < $1.lastPathComponent }
    }

    func change(_ file: URL, _ body: (inout Data) -> Void) throws {
        var bytes = try Data(contentsOf: file)
        body(&bytes)
        let handle = try FileHandle(forWritingTo: file)
        try handle.truncate(atOffset: 0)
        try handle.write(contentsOf: bytes)
        try handle.close()
    }
}

/// A report with this number, of about so many bytes.
func report(_ number: UInt64, bytes: Int = 0) -> [UInt8] {
    guard let name = StreamName(venue: "test", symbol: "A") else { return [] }
    var draft = Draft(
        Envelope(kind: Kind(rawValue: 200), channel: .order, flags: .critical, epoch: 1, position: number), name)
    draft.words = [number]
    draft.variable = [UInt8](repeating: UInt8(truncatingIfNeeded: number), count: bytes / 8 * 8)
    return RandomFrames.bytes([draft])
}

/// The number of a report.
func number(_ frame: RawSpan) -> UInt64 { Header(frame).envelope.position }

extension Spool {
    /// The numbers of the reports from a frame on.
    borrowing func numbers(from position: UInt64 = 1) throws -> [UInt64] {
        var reader = SpoolReader(from: position)
        var found: [UInt64] = []
        let isDone = try reader.read(self) { frame, _ in
            found.append(number(frame))
            return true
        }
        precondition(isDone, "a reader that never stops reads all")
        return found
    }

    mutating func append(_ bytes: [UInt8], from producer: Int? = nil) -> Verdict {
        append(bytes.span.bytes, from: producer)
    }
}
