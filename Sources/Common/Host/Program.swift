import Glibc

/// The program that is running, and becoming another one.
public enum Program {
    /// The real path of the running executable, links resolved; nil where the system does not tell.
    public static func path() -> String? {
        var room = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = unsafe readlink("/proc/self/exe", &room, room.count)
        guard count > 0, count < room.count else { return nil }
        return String(decoding: room[..<count].map(UInt8.init(bitPattern:)), as: Unicode.UTF8.self)
    }

    /// Whether there is a file at `path` that this user may execute.
    public static func isExecutable(_ path: String) -> Bool {
        unsafe kind(of: path) == S_IFREG && access(path, X_OK) == 0
    }

    /// Whether there is a folder at `path`.
    public static func isFolder(_ path: String) -> Bool { kind(of: path) == S_IFDIR }

    /// Becomes the program at `path`, which sees `words` as its arguments, its own name first. Returns only by failing.
    public static func become(_ path: String, _ words: [String]) throws(Failure) -> Never {
        // Sound: the copies and their terminating nil live until the call returns, which it does only on failure.
        var copies = unsafe words.map { unsafe strdup($0) } + [nil]
        _ = unsafe execv(path, &copies)
        let reason = System.reason()
        for index in unsafe copies.indices { unsafe free(copies[index]) }
        throw Failure(.unavailable, "cannot start \(path): \(reason)")
    }

    /// Opens /dev/null wherever a standard descriptor is closed, so that no other file gets its number: to be done before anything
    /// is opened. The wrong way round, so that reading or writing there still fails as if it were closed.
    public static func occupyStandardDescriptors() {
        for number: Int32 in 0...2 where fcntl(number, F_GETFD) < 0 {
            // The lowest free number is given: this one, as all below are open by now.
            _ = unsafe open("/dev/null", number == 0 ? O_WRONLY : O_RDONLY)
        }
    }

    /// Ends the program.
    public static func end(_ status: Status) -> Never { exit(status.rawValue) }

    private static func kind(of path: String) -> mode_t? {
        var status = stat()
        return unsafe stat(path, &status) == 0 ? status.st_mode & S_IFMT : nil
    }
}
