/// Why a tool ends otherwise than well: one line for a person and a status for whoever started it.
public struct Failure: Error, Equatable, Sendable {
    public var status: Status
    /// What failed, and the system's reason.
    public var what: String
    /// What to try.
    public var mend: String?

    public init(_ status: Status, _ what: String, mend: String? = nil) {
        self.status = status
        self.what = what
        self.mend = mend
    }

    /// `what; mend`
    public var line: String { mend.map { "\(what); \($0)" } ?? what }
}

/// Exit statuses, as sysexits.h has them and systemd knows them by name; chosen by whether a restart would help.
public enum Status: Int32, Sendable {
    case ok = 0
    /// A question asked of the data has the answer no.
    case no = 1
    /// Bad arguments.
    case usage = 64
    /// Input that cannot be what it should be.
    case data = 65
    /// An input that was named is not there.
    case noInput = 66
    /// A venue or peer refused.
    case unavailable = 69
    /// A broken invariant of ours.
    case software = 70
    /// An output cannot be made.
    case cantCreate = 73
    /// Reading or writing failed, or a stream ended in the middle of something.
    case io = 74
    /// Try again later.
    case tempFail = 75
    /// A peer speaks another version.
    case protocolVersion = 76
    case noPermission = 77
    /// A file of settings is wrong.
    case config = 78
}
