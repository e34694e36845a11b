import Books
import Bytes
import Events
import Glibc
import Recordings
import Units
import Venues

/// The real changes of a recording applied to books of their own: ns a level.
func measureBook(_ dialect: Dialect, _ path: String, _ rounds: Int) {
    let material = Material(path)
    var flow = Flow()
    flow.read(material, dialect)
    var best = Double.infinity
    for _ in 0...rounds { best = min(best, flow.run()) }
    print("\(best) \(flow.levels) \(flow.books)")
}

/// Snapshots and changes in order of arrival.
struct Flow: ~Copyable {
    struct Step: BitwiseCopyable {
        var book: Int
        var isSnapshot: Bool
        var part: Sides.Part
    }

    var sides = Sides(capacity: 1 << 16)
    var steps = Column<Step>(capacity: 1 << 12)
    var names = Names()
    var levels = 0
    var books: Int { names.count }

    mutating func read(_ material: borrowing Material, _ dialect: Dialect) {
        var batch = Batch()
        for piece in material.pieces where piece.record.isIncoming {
            batch.clear()
            material.read(piece.body) { text in
                if piece.record.kind == .message {
                    _ = dialect.read(text, into: &batch)
                } else if piece.url.contains("/depth") {
                    _ = BinanceMessages.readDepth(text, symbol: .none, into: &batch)
                }
                for row in 0..<batch.items.count { add(batch, batch.items[row], text, piece) }
            }
        }
    }

    private mutating func add(_ batch: borrowing Batch, _ item: Batch.Item, _ text: RawSpan, _ piece: Piece) {
        guard item.content == .bookSnapshot || item.content == .bookDelta else { return }
        let query = piece.url.split(separator: "=").dropFirst().first?.split(separator: "&").first.map(String.init)
        let index = item.symbol.isEmpty ? names.intern(query ?? "") : names.intern(text, item.symbol.range)
        guard let index else { return }
        let before = sides.whole
        sides.append(batch.sides, item.part)
        steps.append(Step(book: index, isSnapshot: item.content == .bookSnapshot, part: sides.part(since: before)))
        if item.content == .bookDelta { levels += item.part.count }
    }

    /// CPU time a level of all changes; snapshots are not counted.
    func run() -> Double {
        var books = Slots<Book>()
        for _ in 0..<names.count { books.append(Book()) }
        var effects = Sides(capacity: 1 << 12)
        var spent = 0.0
        var at = 0
        while at < steps.count {
            if steps[at].isSnapshot {
                _ = books[steps[at].book].replace(with: sides, steps[at].part)
                at += 1
                continue
            }
            let began = cpu()
            while at < steps.count, !steps[at].isSnapshot {
                effects.removeAll()
                _ = books[steps[at].book].apply(sides, steps[at].part, effects: &effects)
                at += 1
            }
            spent += cpu() - began
        }
        return spent / Double(max(levels, 1))
    }
}
