import Books
import Bytes
import Events
import Glibc
import Recordings
import Text
import Units
import Venues
import Wire

/// Runs a whole session on a recording that is in memory, frames written into memory and forgotten.
struct Run: ~Copyable {
    var session: Session
    var outbox = Outbox()
    var bytes = 0

    init(_ dialect: Dialect) {
        var options = SessionOptions()
        options.discovers = true
        options.usesTimers = false
        options.flags = .replay
        session = Session(dialect, options)
    }

    @inline(__always)
    mutating func take(_ piece: Piece, _ material: borrowing Material) {
        guard piece.record.isIncoming else { return }
        let time = piece.record.time ?? .zero
        switch piece.record.kind {
        case .message:
            material.read(piece.body) { session.message($0, connection: 0, at: time, out: &outbox) }
        case .answer:
            material.read(piece.body) { session.answer(url: piece.url, $0, at: time, out: &outbox) }
        default: break
        }
        if !session.actions.isEmpty { session.actions.removeAll(keepingCapacity: true) }
        if !session.notices.isEmpty { session.notices.removeAll(keepingCapacity: true) }
        if outbox.byteCount > 16_384 {
            bytes += outbox.byteCount
            outbox.empty { $0.byteCount }
        }
    }
}

/// Parse, book and frames: ns a message, messages, bytes of frames. `untraded`: without the messages that peers ignore.
func measureSession(_ dialect: Dialect, _ path: String, _ rounds: Int, untraded: Bool) {
    let material = Material(path)
    let pieces = untraded ? material.pieces.filter { !material.isTrade($0) } : material.pieces
    let messages = pieces.filter { $0.record.kind == .message && $0.record.isIncoming }.count
    var best = Double.infinity
    var bytes = 0
    for _ in 0...rounds {
        var run = Run(dialect)
        // The list of instruments is no message: it is read before the clock starts.
        let lists = pieces.prefix { $0.record.kind == .answer }
        for piece in lists { run.take(piece, material) }
        let began = cpu()
        for piece in pieces.dropFirst(lists.count) { run.take(piece, material) }
        best = min(best, (cpu() - began) / Double(messages))
        bytes = run.bytes + run.outbox.byteCount
    }
    print("\(best) \(messages) \(bytes)")
}

/// A question that counter.c answers, where it is preloaded.
func counter(_ name: String) -> @convention(c) () -> UInt {
    guard let symbol = dlsym(UnsafeMutableRawPointer(bitPattern: 0), name) else {
        print("counter.so is not preloaded")
        exit(69)
    }
    return unsafeBitCast(symbol, to: (@convention(c) () -> UInt).self)
}

/// Calls of malloc in the second half of a recording.
func countAllocations(_ dialect: Dialect, _ path: String) {
    let counter = counter("penstock_mallocs")
    let material = Material(path)
    var run = Run(dialect)
    let pieces = material.pieces
    let half = pieces.count / 2
    var messages = 0
    // Walked by index, as a slice would allocate.
    for index in 0..<half { run.take(pieces[index], material) }
    let before = counter()
    for index in half..<pieces.count {
        if pieces[index].record.kind == .message { messages += 1 }
        run.take(pieces[index], material)
    }
    print("\(counter() - before) \(messages)")
}

/// Bytes that a session holds after a recording, and how many levels and streams they are for.
func measureMemory(_ dialect: Dialect, _ path: String) {
    let material = Material(path)
    let held = counter("penstock_held")
    let before = held()
    var run = Run(dialect)
    let empty = held() - before
    for piece in material.pieces {
        // Lists of instruments are the venue's, not a stream's.
        if piece.record.kind == .answer, piece.url.contains("exchangeInfo") || piece.url.contains("AssetPairs") { continue }
        if piece.url.contains("/products") || piece.url.contains("/instruments") { continue }
        run.take(piece, material)
    }
    let (levels, streams) = run.session.measure()
    print("\(held() &- before &- empty) \(levels) \(streams)")
}
