import Books
import Bytes
import Support

/// What tells a book from the model of it, in words; nil where they hold the same levels in the same order, spelt the same.
func difference(_ book: borrowing Book, _ model: PlainBook) -> String? {
    let bids = (0..<book.bidCount).map { PlainBook.Row(book.bid($0)) }
    let asks = (0..<book.askCount).map { PlainBook.Row(book.ask($0)) }
    return difference(bids, model.bids, ascending: false) ?? difference(asks, model.asks, ascending: true)
}

private func difference(
    _ rows: [PlainBook.Row], _ model: [PlainNumber: PlainBook.Row], ascending: Bool
) -> String? {
    guard rows.count == model.count else { return "\(rows.count) levels, not \(model.count)" }
    var before: PlainNumber?
    for row in rows {
        let price = PlainNumber(row.level.exactPrice)
        guard model[price] == row else { return "\(row), not \(model[price].map(\.description) ?? "none")" }
        if let before, ascending ? before >= price : before <= price { return "\(row) is out of order" }
        before = price
    }
    return nil
}
