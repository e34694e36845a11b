import Bytes
import Text
import Units

/// Numbers and rows as most venues write them: in quotes, behind their keys.
extension Board {
    func put(_ key: StaticString, price: Int64, _ page: inout Printer) { put(key, decimal(price: price), &page) }

    func put(_ key: StaticString, size: Int64, _ page: inout Printer) { put(key, decimal(size: size), &page) }

    func put(_ key: StaticString, value: Int128, _ page: inout Printer) { put(key, decimal(value: value), &page) }

    func put(_ key: StaticString, _ number: Decimal, _ page: inout Printer) {
        page.print(key)
        page.print(quoted: number)
    }

    /// The best levels of a side as a list, each as `row` prints it.
    func printRows(
        _ side: borrowing Rungs, limit: Int = .max, _ page: inout Printer, _ row: (Rung, inout Printer) -> Void
    ) {
        page.print(byte: 0x5B)
        for rank in 0..<min(limit, side.count) {
            page.separate()
            row(side[rank], &page)
        }
        page.print(byte: 0x5D)
    }

    /// `[["price","size"],…]`
    func printPairs(_ side: borrowing Rungs, limit: Int = .max, _ page: inout Printer) {
        printRows(side, limit: limit, &page) { rung, page in
            put("[", price: rung.price, &page)
            put(",", size: rung.size, &page)
            page.print(byte: 0x5D)
        }
    }

    /// Lends one side of the book, as it is or as it was when it was last kept.
    func read(isAsk: Bool, isAged: Bool, _ body: (borrowing Rungs) -> Void) {
        switch (isAsk, isAged) {
        case (false, false): body(bids)
        case (false, true): body(agedBids)
        case (true, false): body(asks)
        case (true, true): body(agedAsks)
        }
    }
}
