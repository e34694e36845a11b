import Events
import Units
import Venues

extension Notice {
    /// What a person is told.
    var line: String {
        switch self {
        case .malformed(_, let reason): "a message that cannot be read (\(reason))"
        case .refused(let text): "the venue refused: \(text)"
        case .closing: "the venue announced the end of a connection"
        case .silent(let connection): "connection \(connection) says nothing any more; it is made anew"
        case .banned(let status, let pause):
            "the venue refuses requests (HTTP \(status)); nothing is asked for \(pause.count / 1_000_000_000) s"
        case .crowded(let used, let limit):
            "others behind this address ask too much (weight \(used) in a minute, \(limit) is our limit); requests wait"
        case .unanswered(let url, let status):
            status == 0 ? "no answer from \(url)" : "HTTP \(status) from \(url)"
        case .corrected(let symbol, let levels): "\(symbol): the book differed in \(levels) levels, and was corrected"
        case .old(let age): "messages come late: half of them are older than \(age.count / 1_000_000) ms"
        case .suspended(let symbol):
            "\(symbol): the checksum fails again and again; the book stays stale until the next connection"
        case .changed(let symbol, let status): "\(symbol): the instrument changed; its status is \(status)"
        case .stale(let symbol, let reason): "\(symbol): the book is stale: \(reason)"
        case .tooManySymbols: "too many symbols; the rest are left out"
        case .nameless(let symbol): "\(symbol) is left out: its name is too long, or another symbol bears it"
        }
    }
}
