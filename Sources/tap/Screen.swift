import Bytes
import Host
import Text
import Units

/// A picture that redraws in place on a terminal that can, some times a second; elsewhere it is printed once, at the end.
struct Screen: ~Copyable {
    private let number: Int32
    let isTerminal: Bool
    private var drawn = Nanos.zero
    /// Lines that the highest picture took.
    private var room = 0
    /// Columns and rows of the terminal when the last picture was drawn.
    private var shape = (0, 0)

    /// Pictures a second at most.
    private static let interval = Nanos.milliseconds(50)

    init(_ number: Int32) {
        self.number = number
        isTerminal = Terminal.canRedraw(number)
    }

    var size: (columns: Int, rows: Int) { Terminal.size(of: number) }

    /// Whether it is time for another picture.
    func isDue() -> Bool { isTerminal && Clock.monotonic() - drawn >= Screen.interval }

    /// Draws over the picture before, from where the cursor was saved on; each line is cleared behind its text. What others wrote
    /// below meanwhile goes: room for a line of theirs is kept, so that it does not move the picture.
    mutating func draw(_ page: borrowing Printer, to output: borrowing Descriptor) throws(Failure) {
        let (columns, rows) = size
        let height = min(page.read { text in (0..<text.byteCount).count { text.byte($0) == 0x0A } }, rows - 1)
        var picture = Printer()
        if drawn.count == 0 {
            picture.print("\u{1B}[?25l")
        } else {
            // A terminal of another size has folded what stands there: begin at its top.
            picture.print((columns, rows) == shape ? "\u{1B}8" : "\u{1B}[H")
        }
        if height > room || (columns, rows) != shape {
            room = height
            let count = min(height + 1, rows - 1)
            picture.print(byte: 0x0A, times: count)
            if count > 0 { picture.print("\u{1B}[\(count)A") }
            picture.print("\r\u{1B}7")
        }
        shape = (columns, rows)
        page.read { text in
            var start = 0
            var lines = 0
            for at in 0..<text.byteCount where text.byte(at) == 0x0A && lines < height {
                picture.print(visible: text.extracting(start..<at), columns: columns)
                picture.print("\u{1B}[K\n")
                start = at + 1
                lines += 1
            }
        }
        picture.print("\u{1B}[J")
        drawn = Clock.monotonic()
        try picture.read { span throws(Failure) in try output.write(all: span, "the terminal") }
    }

    /// The last picture stays; the cursor is shown again.
    mutating func end(_ page: borrowing Printer, to output: borrowing Descriptor) throws(Failure) {
        guard isTerminal else {
            return try page.read { span throws(Failure) in try output.write(all: span, "standard output") }
        }
        try draw(page, to: output)
        var rest = Printer(capacity: 64)
        rest.print("\u{1B}[?25h")
        try rest.read { span throws(Failure) in try output.write(all: span, "the terminal") }
    }
}

extension Printer {
    /// A line cut to the width of the terminal; colour codes take no room.
    fileprivate mutating func print(visible line: RawSpan, columns: Int) {
        var column = 0
        var at = 0
        var isCut = false
        while at < line.byteCount {
            let byte = line.byte(at)
            if byte == 0x1B {
                var end = at
                while end < line.byteCount, line.byte(end) != 0x6D { end += 1 }
                print(line.extracting(at..<min(end + 1, line.byteCount)))
                at = end + 1
                continue
            }
            // A new character begins, unless it is a continuation byte.
            if byte & 0xC0 != 0x80 { column += 1 }
            if column > columns { isCut = true }
            if !isCut { print(byte: byte) }
            at += 1
        }
    }
}

/// Rows of text in aligned columns.
struct Table {
    private var rows: [[String]]
    private let right: Range<Int>

    /// `right`: columns of numbers, aligned to the right.
    init(_ header: [String], right: Range<Int>) {
        rows = [header]
        self.right = right
    }

    mutating func add(_ row: [String]) { rows.append(row) }

    func print(to page: inout Printer) {
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        for row in rows {
            for (column, cell) in row.enumerated() {
                let padding = widths[column] - cell.count
                let isLast = column == row.count - 1
                if right.contains(column) { page.print(byte: 0x20, times: padding) }
                page.print(cell)
                if !right.contains(column), !isLast { page.print(byte: 0x20, times: padding) }
                if !isLast { page.print("  ") }
            }
            page.print("\n")
        }
    }
}
