import Books
import Bytes
import Events
import Flow
import Host
import Lines
import Text
import Units
import Wire

/// The books of a stream as ladders: they redraw on a terminal, elsewhere the final ones are printed.
struct BookPanel: View, ~Copyable {
    /// One symbol's book, and what was last traded.
    struct Panel: ~Copyable {
        var follower = Follower()
        var time = Nanos.zero
        var last = Trade(price: .notGiven, size: .notGiven, side: .unknown)
        var complaint: Follower.Complaint?
        /// The endpoint that told of the book last; nil before any did.
        var source: Int?
        let title: String

        init(title: String) { self.title = title }
    }

    private var streams = StreamTable()
    private var panels = Slots<Panel>()
    private var sides = Sides()
    private var effects = Sides()
    private var screen: Screen
    private let style: LineStyle
    private let levels: Int?
    private let zone: @Sendable (Nanos) -> Int

    /// Columns that a ladder takes.
    private static let width = 40

    init(_ options: Options) {
        screen = Screen(options.isThrough ? 2 : 1)
        var style = LineStyle()
        style.isColoured = Terminal.wantsColour(options.isThrough ? 2 : 1)
        self.style = style
        levels = options.levels
        zone = options.zone
    }

    mutating func take(_ frames: RawSpan, _ header: Header, offset: Nanos, at: UInt64, from source: Int) {
        let kind = header.envelope.kind
        guard kind == .bookSnapshot || kind == .bookUpdate || kind == .bookStatus || kind == .trade else { return }
        // A symbol's trades belong to its book's panel.
        guard let index = streams.index(frames, as: .book) else { return }
        if index == panels.count {
            panels.append(Panel(title: String(frames, header.venue) + " " + String(frames, header.symbol)))
        }
        if let time = header.envelope.happened.count > 0
            ? header.envelope.happened : Filter.time(header.envelope, offset: offset)
        {
            panels[index].time = time
        }
        if kind != .trade { panels[index].source = source }
        switch kind {
        case .trade: panels[index].last = Trade(frames, header)
        case .bookStatus: panels[index].follower.take(BookStatus(frames, header))
        default:
            sides.removeAll()
            sides.append(levelsOf: frames)
            let complaint =
                kind == .bookSnapshot
                ? panels[index].follower.replace(with: sides)
                : panels[index].follower.apply(sides, effects: &effects)
            panels[index].complaint = complaint
        }
    }

    mutating func lost(at: UInt64) {}

    mutating func cut(_ source: Int) {
        for index in 0..<panels.count where panels[index].source == source {
            panels[index].follower.take(BookStatus(.stale, reason: .disconnected))
        }
    }

    mutating func show(to output: borrowing Descriptor) throws(Failure) {
        guard screen.isDue(), panels.count > 0 else { return }
        try screen.draw(picture(), to: output)
    }

    mutating func finish(to output: borrowing Descriptor) throws(Failure) -> Status {
        if screen.isTerminal {
            try screen.end(picture(), to: output)
            return .ok
        }
        var page = Printer()
        for index in order() {
            for line in ladder(index, levels ?? .max) { page.print(line + "\n") }
        }
        try screen.end(page, to: output)
        return .ok
    }

    /// As many ladders side by side and below each other as the terminal holds.
    private func picture() -> Printer {
        let (columns, rows) = screen.size
        let across = max(1, columns / BookPanel.width)
        let order = order()
        let down = min((order.count + across - 1) / across, max(1, rows / 12))
        let fit = max(1, (rows - 2) / down)
        let shown = min(order.count, across * down)
        // Title, middle line and a blank one between ladders.
        let perSide = min(levels ?? 20, max(1, (fit - 3) / 2))
        var page = Printer()
        for start in stride(from: 0, to: shown, by: across) {
            let some = order[start..<min(start + across, shown)].map { ladder($0, perSide) }
            let height = some.map(\.count).max() ?? 0
            for row in 0..<height {
                for (column, lines) in some.enumerated() {
                    let line = row < lines.count ? lines[row] : ""
                    page.print(line)
                    if column < some.count - 1 { page.print(byte: 0x20, times: BookPanel.width - visible(line)) }
                }
                page.print("\n")
            }
        }
        if shown < order.count { page.print("and \(order.count - shown) more: --symbol chooses\n") }
        return page
    }

    private func order() -> [Int] {
        (0..<panels.count).filter { panels[$0].follower.status != nil || panels[$0].follower.isValid }
            .sorted { panels[$0].title < panels[$1].title }
    }

    /// A ladder as lines: asks from the worst shown down to the best, the last trade, bids from the best down.
    private func ladder(_ index: Int, _ perSide: Int) -> [String] {
        let asks = min(panels[index].follower.book.askCount, perSide)
        let bids = min(panels[index].follower.book.bidCount, perSide)
        let askRows = (0..<asks).map { panels[index].follower.book.ask($0) }
        let bidRows = (0..<bids).map { panels[index].follower.book.bid($0) }
        let scale = Scale(askRows + bidRows)
        var lines = [title(index)]
        for level in askRows.reversed() { lines.append(row(level, scale, "31")) }
        lines.append(middle(index))
        for level in bidRows { lines.append(row(level, scale, "32")) }
        return lines + [""]
    }

    private func title(_ index: Int) -> String {
        var text = paint("1", panels[index].title)
        if let status = panels[index].follower.status {
            let isWell = status.state == .synced
            text += "  " + paint(isWell ? "32" : "33", "\(status.state)")
            text += isWell ? " by \(status.integrity)" : " (\(status.reason))"
        }
        if let complaint = panels[index].complaint { text += "  " + paint("31", "\(complaint)") }
        return text
    }

    /// The last trade, and when the book changed last; the trade's size where there is room for it.
    private func middle(_ index: Int) -> String {
        let last = panels[index].last
        var price = Printer(capacity: 64)
        var size = Printer(capacity: 64)
        if last.price.isGiven {
            price.print(last.side == .sell ? "▼ " : last.side == .buy ? "▲ " : "  ")
            price.print(last.price)
            size.print("  ")
            size.print(last.size)
        }
        var clock = Printer(capacity: 64)
        if panels[index].time.count > 0 {
            clock.print("  ")
            let time = panels[index].time
            clock.print(clock: Civil(time + .seconds(Int64(zone(time)))), fraction: 3)
        }
        let texts = [price.read { String($0) }, size.read { String($0) }, clock.read { String($0) }]
        let isWide = 3 + texts.reduce(0) { $0 + $1.count } >= BookPanel.width
        return paint("2", "── ") + texts[0] + (isWide ? "" : texts[1]) + texts[2]
    }

    private func row(_ level: Level, _ scale: Scale, _ colour: String) -> String {
        var price = Printer(capacity: 32)
        price.print(level.exactPrice)
        var size = Printer(capacity: 32)
        size.print(level.exactSize)
        let left = price.read { String($0) }
        let middle = size.read { String($0) }
        // Wide numbers leave less room for it.
        let room = BookPanel.width - 8 - scale.priceWidth - scale.sizeWidth
        let bar = String(repeating: "▇", count: scale.bar(level, of: min(10, max(1, room))))
        let padding = String(repeating: " ", count: max(scale.priceWidth - left.count, 0))
        let between = String(repeating: " ", count: max(scale.sizeWidth - middle.count, 0) + 2)
        return "   " + padding + paint(colour, left) + between + middle + "  " + paint(colour, bar)
    }

    private func paint(_ code: String, _ text: String) -> String {
        style.isColoured ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }

    /// Columns that a line takes on a terminal.
    private func visible(_ line: String) -> Int {
        var count = 0
        var isCode = false
        for scalar in line.unicodeScalars {
            if scalar == "\u{1B}" { isCode = true }
            if !isCode { count += 1 }
            if isCode, scalar == "m" { isCode = false }
        }
        return count
    }

    /// How wide numbers are, and what the longest bar stands for.
    private struct Scale {
        var priceWidth = 0
        var sizeWidth = 0
        private var largest = Decimal.zero

        init(_ levels: [Level]) {
            for level in levels {
                var printer = Printer(capacity: 64)
                printer.print(level.exactPrice)
                priceWidth = max(priceWidth, printer.count)
                printer.clear()
                printer.print(level.exactSize)
                sizeWidth = max(sizeWidth, printer.count)
                if largest < level.exactSize { largest = level.exactSize }
            }
        }

        /// The part of `full` that the level's size is of the largest, at least 1.
        func bar(_ level: Level, of full: Int) -> Int {
            var low = 1
            // The largest n with n × largest <= full × size; sizes are compared as they stand, digits and all.
            while low < full, isAtLeast(level.exactSize, low + 1, full) { low += 1 }
            return low
        }

        private func isAtLeast(_ size: Decimal, _ part: Int, _ full: Int) -> Bool {
            guard let left = size.mantissa(at: min(size.exponent, largest.exponent)),
                let right = largest.mantissa(at: min(size.exponent, largest.exponent))
            else { return false }
            return Int128(left) * Int128(full) >= Int128(right) * Int128(part)
        }
    }
}

extension Options {
    /// Seconds east of UTC that times are shown in.
    var zone: @Sendable (Nanos) -> Int {
        guard isLocal else { return { _ in 0 } }
        return { Clock.zoneOffset(at: $0) }
    }
}
