import Glibc

/// The path of a Unix socket that this program listens at: what it was when it was made, so that no other is removed.
struct SocketPlace {
    private let path: String
    private let device: UInt
    private let inode: UInt

    /// Binds a new socket to `path` and listens.
    ///
    /// The folder is locked meanwhile: of two programs that find the same stale socket, the second finds the first one's alive.
    init(
        binding socket: borrowing Descriptor, to path: String, _ address: SocketAddress, isOpenToAll: Bool
    ) throws(Failure) {
        let number = socket.number
        let lock = try FolderLock(around: path)
        defer { withExtendedLifetime(lock) {} }
        try SocketPlace.clear(path, address)
        // Before the socket has a name: it gets this mode, less the umask, and never was open to others.
        let mask = isOpenToAll ? umask(0) : nil
        let mode: mode_t = isOpenToAll ? 0o666 : 0o600
        let made = unsafe fchmod(number, mode) == 0 && address.lend { unsafe bind(number, $0, $1) } == 0
        if let mask { umask(mask) }
        guard made, listen(number, Listener.backlog) == 0, let status = SocketPlace.status(of: path) else {
            let reason = System.reason()
            throw Failure(
                .cantCreate, "cannot listen at \(path): \(reason)", mend: "may this user write in its folder?")
        }
        self.path = path
        device = UInt(status.st_dev)
        inode = UInt(status.st_ino)
    }

    /// Removes the socket, if it is still the one that was made.
    func remove() {
        guard let status = SocketPlace.status(of: path), UInt(status.st_dev) == device, UInt(status.st_ino) == inode
        else { return }
        unsafe unlink(path)
    }

    /// What stands at `path` itself: a link is not followed.
    private static func status(of path: String) -> stat? {
        var status = stat()
        return unsafe lstat(path, &status) == 0 ? status : nil
    }

    /// Removes a socket at `path` that nobody listens at; refuses anything else that is there.
    private static func clear(_ path: String, _ address: SocketAddress) throws(Failure) {
        guard let status = status(of: path) else { return }
        guard status.st_mode & S_IFMT == S_IFSOCK else {
            throw Failure(.cantCreate, "\(path) is there and is not a socket", mend: "remove it or choose another path")
        }
        let probe = try address.open(SOCK_STREAM)
        let result = unsafe address.lend { unsafe connect(probe.number, $0, $1) }
        // EAGAIN: somebody listens, and more than enough are waiting.
        guard result != 0, errno != EAGAIN else {
            throw Failure(.cantCreate, "something listens at \(path)", mend: "is another one running?")
        }
        guard errno == ECONNREFUSED, unsafe unlink(path) == 0 else {
            throw Failure(.cantCreate, "cannot replace the socket \(path): \(System.reason())", mend: "remove it")
        }
    }
}
