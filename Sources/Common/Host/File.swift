public import Bytes
import Glibc

/// Files that a tool writes by name.
public enum File {
    /// Opens a file to write at its end; makes it where there is none.
    public static func append(to path: String) throws(Failure) -> Descriptor {
        let number = unsafe open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard number >= 0 else { throw Failure(.cantCreate, "cannot open \(path): \(System.reason())") }
        return Descriptor(number)
    }

    /// A file's bytes: the first `count` of a block.
    public struct Content: ~Copyable {
        public var block: Block
        public var count: Int
    }

    /// The bytes of a file, or of standard input; refused beyond `limit`.
    public static func bytes(_ endpoint: Endpoint, limit: Int) throws(Failure) -> Content {
        let file = try endpoint.openToRead()
        var block = Block(byteCount: 1 << 16)
        var count = 0
        while true {
            if count == block.byteCount { block.grow(to: count * 2) }
            let taken = try block.write(count..<block.byteCount) { span throws(Failure) in
                try file.read(into: &span, endpoint.name)
            }
            guard let taken, taken > 0 else { break }
            count += taken
            guard count <= limit else { throw Failure(.data, "\(endpoint.name) is longer than \(limit) bytes") }
        }
        return Content(block: block, count: count)
    }

    /// The text of a file, or of standard input; refused where it is longer than `limit` bytes.
    public static func text(_ endpoint: Endpoint, limit: Int) throws(Failure) -> String {
        let content = try bytes(endpoint, limit: limit)
        return content.block.read(0..<content.count) { String($0) }
    }

    public static func rename(_ path: String, to other: String) throws(Failure) {
        guard unsafe Glibc.rename(path, other) == 0 else {
            throw Failure(.io, "cannot rename \(path) to \(other): \(System.reason())")
        }
    }

    /// Removes a file; nothing happens where there is none.
    public static func remove(_ path: String) { unsafe unlink(path) }

    /// Names in the folder of `path` that begin with the file's own name, sorted; at most 65,536.
    public static func siblings(of path: String) -> [String] {
        let cut = path.lastIndex(of: "/")
        let folder = cut.map { String(path[..<$0]) } ?? "."
        let name = cut.map { String(path[path.index(after: $0)...]) } ?? path
        // As the path itself names the folder, so that names can be compared with it.
        let before = cut.map { String(path[...$0]) } ?? ""
        guard let stream = unsafe opendir(folder.isEmpty ? "/" : folder) else { return [] }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        while names.count < 65_536, let entry = unsafe readdir(stream) {
            // Sound: d_name ends with a zero inside the entry, which lives until the next call.
            let found = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
                unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            if found.hasPrefix(name) { names.append(before + found) }
        }
        return names.sorted()
    }
}

/// Who and where this process is.
public enum Machine {
    /// Identity of the boot, as two words; 0 where the system does not tell.
    public static func boot() -> (high: UInt64, low: UInt64) {
        guard let text = line("/proc/sys/kernel/random/boot_id") else { return (0, 0) }
        let digits = text.filter { $0 != "-" }
        guard digits.utf8.count == 32, let high = UInt64(digits.prefix(16), radix: 16),
            let low = UInt64(digits.suffix(16), radix: 16)
        else { return (0, 0) }
        return (high, low)
    }

    public static func name() -> String { line("/proc/sys/kernel/hostname") ?? "" }

    /// The first line of a small file.
    private static func line(_ path: String) -> String? {
        let number = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard number >= 0 else { return nil }
        let file = Descriptor(number)
        var bytes = [UInt8](repeating: 0, count: 256)
        let count = unsafe Glibc.read(file.number, &bytes, bytes.count)
        guard count > 0 else { return nil }
        return String(decoding: bytes[..<count].prefix { $0 != 0x0A }, as: Unicode.UTF8.self)
    }
}
