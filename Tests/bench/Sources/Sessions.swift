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

/// Calls of malloc in the second half of a recording: of messages that left each book in the memory that it had, of the others, whose
/// book grew, and how many messages there were.
func countAllocations(_ dialect: Dialect, _ path: String) {
    let counter = counter("penstock_mallocs")
    let material = Material(path)
    var run = Run(dialect)
    let pieces = material.pieces
    let half = pieces.count / 2
    var (steady, growing, messages): (UInt, UInt, Int) = (0, 0, 0)
    // Walked by index, as a slice would allocate.
    for index in 0..<half { run.take(pieces[index], material) }
    var bytes = run.session.measure().bookBytes
    for index in half..<pieces.count {
        if pieces[index].record.kind == .message { messages += 1 }
        let before = counter()
        run.take(pieces[index], material)
        let calls = counter() - before
        guard calls > 0 else { continue }
        let now = run.session.measure().bookBytes
        if now == bytes { steady += calls } else { growing += calls }
        bytes = now
    }
    print("\(steady) \(growing) \(messages)")
}

/// Bytes that a session holds after a recording but for the buffers that all streams share, how many levels and streams they are for.
/// Done twice, as tables that the process makes once are no stream's.
func measureMemory(_ dialect: Dialect, _ path: String) {
    let material = Material(path)
    _ = hold(dialect, material)
    let (bytes, holding) = hold(dialect, material)
    print("\(bytes) \(holding.levels) \(holding.streams)")
}

private func hold(_ dialect: Dialect, _ material: borrowing Material) -> (bytes: Int, holding: Session.Holding) {
    let held = counter("penstock_held")
    var run = Run(dialect)
    let before = held()
    let sharedBefore = run.session.measure().sharedBytes
    for piece in material.pieces {
        // Lists of instruments are the venue's, not a stream's.
        if piece.record.kind == .answer, piece.url.contains("exchangeInfo") || piece.url.contains("AssetPairs") {
            continue
        }
        if piece.url.contains("/products") || piece.url.contains("/instruments") { continue }
        run.take(piece, material)
    }
    let holding = run.session.measure()
    return (Int(held()) - Int(before) - (holding.sharedBytes - sharedBefore), holding)
}
