// wspeer: the codec of Sources/Common/WebSockets between two pipes, for peers of another make to talk to.
//
//     usage: wspeer client|server [--bytewise] [--limit BYTES]
//
//     standard input ─▶ head ─▶ messages ─▶ the same back ─▶ standard output
//
import Bytes
import Glibc
import Support
import Text
import WebSockets

struct Options {
    var role = Role.server
    var isBytewise = false
    var limit = 1 << 20
}

/// Reads what is there, one byte where that is wanted; 0 at the end.
func read(_ room: inout MutableRawSpan, _ options: Options) -> Int {
    let most = options.isBytewise ? 1 : room.byteCount
    return max(0, room.withUnsafeMutableBytes { Glibc.read(0, $0.baseAddress, most) })
}

/// Writes all; a peer that is gone ends the program.
func write(_ bytes: RawSpan) {
    bytes.withUnsafeBytes { bytes in
        var at = 0
        while at < bytes.count {
            let count = Glibc.write(1, bytes.baseAddress! + at, bytes.count - at)
            if count <= 0 { exit(74) }
            at += count
        }
    }
}

/// The opening handshake; leaves what follows the head in `reader`.
func upgrade(_ reader: inout HeadReader, _ dice: inout Dice, _ options: Options) -> Bool {
    var page = Printer()
    let client = ClientUpgrade(using: &dice)
    if options.role == .client {
        guard client.print(host: "localhost", target: "/echo", to: &page) else { return false }
        page.read { write($0) }
        page.clear()
    }
    while reader.fill({ read(&$0, options) }) != 0 {
        if options.role == .client {
            switch reader.response() {
            case .none: continue
            case .head(let head): return client.judge(head) == nil
            case .defect: return false
            }
        }
        switch reader.request() {
        case .none: continue
        case .head(let head):
            let verdict = ServerUpgrade.judge(head)
            switch verdict {
            case .success(let upgrade): upgrade.print(to: &page)
            case .failure(let refusal): refusal.print(to: &page)
            }
            page.read { write($0) }
            if case .success = verdict { return true }
            return false
        case .defect: return false
        }
    }
    return false
}

/// Sends every message back until all is said; a client whom nothing is sent closes at the word `close`.
func echo(_ reader: inout HeadReader, _ dice: inout Dice, _ options: Options) {
    var socket = WebSocket(options.role, messageLimit: options.limit, sendLimit: 1 << 26)
    reader.rest { socket.take($0) }
    var backs: [(Outgoing, [UInt8])] = []
    repeat {
        _ = socket.drain(using: &dice) { arrival, bytes in
            if arrival == .text || arrival == .binary {
                backs.append((arrival == .text ? .text : .binary, bytes.withUnsafeBytes { [UInt8]($0) }))
            }
            return true
        }
        for (kind, bytes) in backs { socket.send(kind, bytes.span.bytes, using: &dice) }
        backs.removeAll()
        while socket.waitingBytes > 0 {
            socket.empty(using: &dice) { bytes in
                write(bytes)
                return bytes.byteCount
            }
        }
        if socket.isFinished { return }
    } while socket.fill({ read(&$0, options) }) != 0
}

var options = Options()
var words = CommandLine.arguments.dropFirst()
while let word = words.popFirst() {
    switch word {
    case "client": options.role = .client
    case "server": options.role = .server
    case "--bytewise": options.isBytewise = true
    case "--limit": options.limit = words.popFirst().flatMap { Int($0) } ?? options.limit
    default: exit(64)
    }
}
signal(SIGPIPE, SIG_IGN)
var dice = Dice(seed: 1)
var reader = HeadReader()
guard upgrade(&reader, &dice, options) else { exit(76) }
echo(&reader, &dice, options)
