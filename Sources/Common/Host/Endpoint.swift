import Glibc

/// A place that frames come from or go to, written the same way everywhere: `-`, a path, `unix:PATH`, `fd:N`.
public enum Endpoint: Equatable, Sendable {
    case standard
    /// A file, a FIFO or a Unix socket: what it is, is found out when it is opened.
    case path(String)
    case unix(String)
    case descriptor(Int32)

    /// Nil when the text is none.
    public init?(_ text: String) {
        if text == "-" {
            self = .standard
        } else if text.hasPrefix("unix:") {
            guard text.utf8.count > 5 else { return nil }
            self = .unix(String(text.dropFirst(5)))
        } else if text.hasPrefix("fd:") {
            guard let number = Int32(text.dropFirst(3)), number >= 0 else { return nil }
            self = .descriptor(number)
        } else {
            guard !text.isEmpty else { return nil }
            self = .path(text)
        }
    }

    /// The name of it in messages.
    public var name: String {
        switch self {
        case .standard: "standard input"
        case .path(let path): path
        case .unix(let path): path
        case .descriptor(let number): "descriptor \(number)"
        }
    }

    /// Whether there is anything at this path.
    public static func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }

    /// The path of the Unix socket that it is; nil where it is something else, or nothing.
    public var socketPath: String? {
        switch self {
        case .unix(let path): return path
        case .path(let path):
            var status = stat()
            return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFSOCK ? path : nil
        case .standard, .descriptor: return nil
        }
    }

    /// Opens it to read. A FIFO is opened when its writer comes; `atOnce`, before, and nothing is there until then.
    public func openToRead(atOnce: Bool = false) throws(Failure) -> Descriptor {
        switch self {
        case .standard: return .standardInput
        case .descriptor(let number):
            guard fcntl(number, F_GETFD) >= 0 else { throw Failure(.noInput, "descriptor \(number) is not open") }
            return Descriptor(number)
        case .unix(let path): return try Endpoint.connect(path)
        case .path(let path):
            var status = stat()
            guard unsafe stat(path, &status) == 0 else {
                throw Failure(.noInput, "cannot open \(path): \(System.reason())")
            }
            if status.st_mode & S_IFMT == S_IFSOCK { return try Endpoint.connect(path) }
            if status.st_mode & S_IFMT == S_IFDIR { throw Failure(.noInput, "\(path) is a directory") }
            let isFIFO = status.st_mode & S_IFMT == S_IFIFO
            var number = unsafe open(path, O_RDONLY | O_CLOEXEC | (atOnce && isFIFO ? O_NONBLOCK : 0))
            // Whoever does not want to wait any longer reads nothing.
            while number < 0, errno == EINTR {
                number = unsafe open(Interrupts.isStopping ? "/dev/null" : path, O_RDONLY | O_CLOEXEC)
            }
            guard number >= 0 else { throw Failure(.noInput, "cannot open \(path): \(System.reason())") }
            return Descriptor(number)
        }
    }

    private static func connect(_ path: String) throws(Failure) -> Descriptor {
        let address = try SocketAddress(unix: path)
        let number = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard number >= 0 else { throw Failure(.io, "cannot make a socket: \(System.reason())") }
        let descriptor = Descriptor(number)
        let result = unsafe address.lend { unsafe Glibc.connect(number, $0, $1) }
        guard result == 0 else {
            throw Failure(.tempFail, "cannot connect to \(path): \(System.reason())", mend: "is its server running?")
        }
        return descriptor
    }
}
