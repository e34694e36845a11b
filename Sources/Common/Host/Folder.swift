import Glibc

/// A folder of files that a program keeps for itself between its runs, held open and locked against other programs of ours.
///
/// Files are written whole or not at all: under another name, then renamed. Unless asked otherwise they are synchronised before.
public struct Folder: ~Copyable {
    /// Bytes of the largest file that is read.
    public static let fileBytesMax = 1 << 20

    public let path: String
    let lock: FolderLock

    /// Opens the folder at `path`; makes it and those above it where they are missing, for this user only (mode 0700).
    ///
    /// Refuses one that others may write in: what they put there would be believed.
    public init(at path: String) throws(Failure) {
        try Folder.make(path)
        let lock = try FolderLock(path)
        var status = stat()
        guard unsafe fstat(lock.number, &status) == 0 else {
            throw Failure(.cantCreate, "cannot open \(path): \(System.reason())")
        }
        guard status.st_mode & 0o022 == 0 else {
            throw Failure(.noPermission, "others may write in \(path)", mend: "chmod go-w \(path)")
        }
        self.path = path
        self.lock = lock
    }

    /// The file's bytes; nil when there is none. With `isSecret`, one that others may read is refused.
    public borrowing func read(_ name: String, isSecret: Bool = false) throws(Failure) -> [UInt8]? {
        let number = unsafe openat(lock.number, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard number >= 0 else {
            if errno == ENOENT { return nil }
            throw Failure(.noInput, "cannot open \(path)/\(name): \(System.reason())")
        }
        let file = Descriptor(number)
        var status = stat()
        guard unsafe fstat(number, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
            status.st_size <= Folder.fileBytesMax
        else { throw Failure(.data, "\(path)/\(name) is not a file of at most 1 MiB", mend: "remove it") }
        if isSecret, status.st_mode & 0o077 != 0 {
            throw Failure(.noPermission, "others may read \(path)/\(name)", mend: "chmod 600 it, or remove it")
        }
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        var span = bytes.mutableSpan
        var raw = unsafe span.mutableBytes
        let count = try file.read(into: &raw, at: 0, "\(path)/\(name)")
        guard count == bytes.count else { throw Failure(.io, "\(path)/\(name) changed while it was read") }
        return bytes
    }

    /// Puts a file in the place of `name`: for this user only if it is a secret (mode 0600), else for all to read (0644).
    ///
    /// Not synchronised, it is there whatever ends the program, and may be missing or empty if the machine ends (see `beginRun`).
    public borrowing func replace(
        _ name: String, with bytes: [UInt8], isSecret: Bool = false, isSynchronised: Bool = true
    ) throws(Failure) {
        let draft = ".\(name).new"
        let folder = lock.number
        // Left by a program that was killed here: the lock says that nobody is at it.
        unsafe unlinkat(folder, draft, 0)
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
        let mode: mode_t = isSecret ? 0o600 : 0o644
        let number = unsafe openat(folder, draft, flags, mode)
        guard number >= 0 else {
            throw Failure(
                .cantCreate, "cannot write in \(path): \(System.reason())", mend: "may this user write there?")
        }
        let file = Descriptor(number)
        do throws(Failure) {
            try file.write(all: unsafe bytes.span.bytes, "\(path)/\(name)")
        } catch {
            unsafe unlinkat(folder, draft, 0)
            throw error
        }
        // The umask may have taken more away than meant, and must not.
        guard fchmod(number, mode) == 0, !isSynchronised || fsync(number) == 0,
            unsafe renameat(folder, draft, folder, name) == 0
        else {
            let reason = System.reason()
            unsafe unlinkat(folder, draft, 0)
            throw Failure(.io, "cannot write \(path)/\(name): \(reason)")
        }
        if isSynchronised { fsync(folder) }
    }

    /// Makes the folder and those above it that are missing.
    private static func make(_ path: String) throws(Failure) {
        var end = path.startIndex
        while end < path.endIndex {
            end = path[path.index(after: end)...].firstIndex(of: "/") ?? path.endIndex
            guard unsafe mkdir(String(path[..<end]), 0o700) != 0, errno != EEXIST else { continue }
            // Of a part that is there already the system may say something else first: read-only, not permitted.
            if end < path.endIndex, Program.isFolder(String(path[..<end])) { continue }
            throw Failure(
                .cantCreate, "cannot make \(path[..<end]): \(System.reason())", mend: "choose a folder of your own")
        }
    }
}

/// A lock on a folder among programs of ours, held as long as this lives.
struct FolderLock: ~Copyable {
    private let descriptor: Descriptor
    var number: Int32 { descriptor.number }

    /// Locks the folder that `path` is in.
    init(around path: String) throws(Failure) {
        guard let slash = path.lastIndex(of: "/") else {
            self = try FolderLock(".")
            return
        }
        self = try FolderLock(slash == path.startIndex ? "/" : String(path[..<slash]))
    }

    /// Locks `folder`; waits two seconds at most for whoever has it.
    init(_ folder: String) throws(Failure) {
        descriptor = Descriptor(unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC))
        guard descriptor.number >= 0 else {
            throw Failure(.cantCreate, "cannot open the folder \(folder): \(System.reason())", mend: "make it first")
        }
        var triesLeft = 200
        while flock(descriptor.number, LOCK_EX | LOCK_NB) != 0 {
            triesLeft -= 1
            guard triesLeft > 0, errno == EWOULDBLOCK || errno == EINTR else {
                throw Failure(.tempFail, "cannot lock the folder \(folder): \(System.reason())", mend: "try again")
            }
            usleep(10_000)
        }
    }
}
