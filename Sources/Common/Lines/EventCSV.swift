import Bytes
public import Events
public import Text
public import Units
import Wire

/// Prints events as rows of one table (RFC 4180): the header's columns, then each field of the kinds asked for; a book's event is
/// a row for each level, with the columns side, price and size.
public struct EventCSV {
    private let columns: [String]
    /// By kind from 1 on: which field of its layout stands in each of `columns`.
    private let fields: [[Field?]]
    private static let header = [
        "kind", "venue", "symbol", "epoch", "position", "sequence", "happened", "received", "flags",
    ]
    private static let level = ["side", "price", "size"]

    /// A table with the columns of these kinds.
    public init(kinds: [Kind]) {
        var columns: [String] = []
        for layout in kinds.compactMap(Layout.of) {
            for field in layout.fields {
                let names: [String]
                if case .levels = field.form { names = EventCSV.level } else { names = [field.name] }
                for name in names where !columns.contains(name) { columns.append(name) }
            }
        }
        self.columns = columns
        fields = Layout.all.map { layout in
            columns.map { column in layout.fields.first { $0.name == column } }
        }
    }

    /// Market data, which is what tables are mostly made of.
    public static let marketKinds: [Kind] = [.trade, .ticker, .kline, .bookSnapshot, .bookUpdate, .bookStatus, .gap]

    /// Prints the names of the columns.
    public func printHeader(to printer: inout Printer) {
        printer.print((EventCSV.header + columns).joined(separator: ","))
        printer.print("\n")
    }

    /// Prints an event's rows. `frames`: its frame, or all its parts; `offset`: what to add to received times to get the wall
    /// clock's.
    public func print(_ frames: RawSpan, offset: Nanos, to printer: inout Printer) {
        let header = Header(frames)
        guard header.envelope.kind.isKnown else { return }
        guard header.envelope.kind == .bookSnapshot || header.envelope.kind == .bookUpdate else {
            return printRow(frames, header, offset, nil, &printer)
        }
        for isBids in [true, false] {
            frames.eachFrame { frame in
                let rows = LevelRows(frame, Header(frame))
                for index in isBids ? 0..<rows.bids : rows.bids..<(rows.bids + rows.asks) {
                    printRow(frame, header, offset, (isBids, rows.level(frame, index)), &printer)
                }
            }
        }
    }

    private func printRow(
        _ frame: RawSpan, _ header: Header, _ offset: Nanos, _ level: (isBid: Bool, level: Level)?,
        _ printer: inout Printer
    ) {
        let envelope = header.envelope
        printer.print(envelope.kind.name ?? "")
        printer.print(",")
        printer.print(cell: frame.extracting(header.venue))
        printer.print(",")
        printer.print(cell: frame.extracting(header.symbol))
        for number in [UInt64(envelope.epoch), envelope.position, envelope.lastSequence] {
            printer.print(",")
            if number > 0 { printer.print(number) }
        }
        for time in [envelope.happened, envelope.received.count > 0 ? envelope.received + offset : .zero] {
            printer.print(",")
            if time.count > 0 { printer.print(rfc3339: time) }
        }
        printer.print(",")
        let names = Flags.names.enumerated().filter { envelope.flags.rawValue >> UInt32($0.offset) & 1 == 1 }
        printer.print(names.map(\.element).joined(separator: " "))
        let payload = Payload(header)
        for (column, field) in zip(columns, fields[Int(envelope.kind.rawValue) - 1]) {
            printer.print(",")
            if let level {
                switch column {
                case "side":
                    printer.print(level.isBid ? "bid" : "ask")
                    continue
                case "price":
                    printer.print(exact: level.level.exactPrice)
                    continue
                case "size":
                    printer.print(exact: level.level.exactSize)
                    continue
                default: break
                }
            }
            if let field { print(field, frame, header, payload, to: &printer) }
        }
        printer.print("\n")
    }

    private func print(
        _ field: Field, _ frame: RawSpan, _ header: Header, _ payload: Payload, to printer: inout Printer
    ) {
        switch field.form {
        case .u8, .u16, .u32, .u64:
            let value = payload.u64(frame, field.offset, width: field.form.width)
            if value > 0 { printer.print(value) }
        case .bool: printer.print(payload.u8(frame, field.offset) == 1 ? "true" : "false")
        case .time:
            let time = Nanos(payload.i64(frame, field.offset))
            if time.count > 0 { printer.print(rfc3339: time) }
        case .span: printer.print(payload.i64(frame, field.offset))
        case .word(let words): printer.print(words[Int(payload.u8(frame, field.offset))])
        case .decimal(let exponent):
            let number = payload.decimal(frame, field.offset, exponent: exponent)
            if number.isGiven { printer.print(exact: number) }
        case .text, .longText:
            if let range = range(of: field, frame, header, payload) { printer.print(cell: frame.extracting(range)) }
        case .hex16, .bytes, .frames, .levels, .venueLevels: break
        }
    }

    /// Where a variable part lies: behind those before it.
    private func range(of field: Field, _ frame: RawSpan, _ header: Header, _ payload: Payload) -> Range<Int>? {
        var at = payload.variable
        for other in Layout.of(header.envelope.kind)?.fields ?? [] where other.form.isVariable {
            guard let range = other.range(frame, payload, at, header.envelope.flags) else { return nil }
            if other.name == field.name { return range }
            at = (range.upperBound + 7) & ~7
        }
        return nil
    }
}

extension Printer {
    /// Text as a cell: in quotes where it holds a comma, a quote or a line end.
    mutating func print(cell text: RawSpan) {
        let needsQuotes = (0..<text.byteCount).contains { [0x2C, 0x22, 0x0A, 0x0D].contains(text.byte($0)) }
        guard needsQuotes else { return print(text) }
        print(byte: 0x22)
        for at in 0..<text.byteCount {
            if text.byte(at) == 0x22 { print(byte: 0x22) }
            print(byte: text.byte(at))
        }
        print(byte: 0x22)
    }
}
