import Bytes
import Events
public import Text
public import Units
import Wire

/// How events are shown to people.
public struct LineStyle: Sendable {
    public var isColoured = false
    /// Seconds east of UTC to show times in, at a time.
    public var zone: @Sendable (Nanos) -> Int = { _ in 0 }
    /// What to add to received times to get the wall clock's.
    public var offset = Nanos.zero
    /// Levels a side shown of a book's event.
    public var levels = 5

    public init() {}
}

extension Printer {
    /// Prints an event as one readable line, without a line end: time, venue, symbol, kind, and what it says.
    ///
    /// `frames`: the event's frame, or all its parts one after the other; found good by `Frame.front` and `Layout.defect`.
    public mutating func print(lineOf frames: RawSpan, _ style: LineStyle) {
        let header = Header(frames)
        let frame = frames.extracting(0..<Int(frames.u32(0)))
        let envelope = header.envelope
        printTime(envelope, style)
        if header.venueBytes > 0 {
            print(" ")
            print(frame.extracting(header.venue))
        }
        if header.symbolBytes > 0 {
            print(" ")
            paint("1", style) { $0.print(frame.extracting(header.symbol)) }
        }
        print(" ")
        paint(Printer.colour(envelope.kind), style) { printer in
            if let name = envelope.kind.name {
                printer.print(name)
            } else {
                printer.print("kind-")
                printer.print(UInt64(envelope.kind.rawValue))
            }
        }
        switch envelope.kind {
        case .trade: printTrade(frame, header, style)
        case .bookSnapshot, .bookUpdate: printLevels(frames, style)
        default: printFields(frame, header, frames, style)
        }
        for (bit, name) in Flags.names.enumerated()
        where envelope.flags.rawValue >> UInt32(bit) & 1 == 1 && Printer.isWorthSaying(bit) {
            print(" (")
            print(name)
            print(")")
        }
    }

    /// Replays, snapshots, parts and digits are seen anyway.
    private static func isWorthSaying(_ bit: Int) -> Bool {
        ![Flags.replay, .snapshot, .part, .mixed].contains(Flags(rawValue: 1 << UInt32(bit)))
    }

    private static func colour(_ kind: Kind) -> StaticString {
        switch kind {
        case .trade: "36"
        case .gap, .end: "31"
        case .bookStatus: "33"
        default: "2"
        }
    }

    private mutating func paint(_ code: StaticString, _ style: LineStyle, _ body: (inout Printer) -> Void) {
        guard style.isColoured else { return body(&self) }
        print("\u{1B}[")
        print(code)
        print("m")
        body(&self)
        print("\u{1B}[0m")
    }

    /// The venue's time, or else when it was received.
    private mutating func printTime(_ envelope: Envelope, _ style: LineStyle) {
        let time =
            envelope.happened.count > 0
            ? envelope.happened
            : envelope.received.count > 0 ? envelope.received + style.offset : .zero
        guard time.count > 0 else { return print("-") }
        let civil = Civil(time + .seconds(Int64(style.zone(time))))
        paint("2", style) { printer in
            printer.print(date: civil)
            printer.print(" ")
            printer.print(clock: civil, fraction: 6)
        }
    }

    private mutating func printTrade(_ frame: RawSpan, _ header: Header, _ style: LineStyle) {
        let trade = Trade(frame, header)
        print(" ")
        paint(trade.side == .sell ? "31" : "32", style) { printer in
            printer.print("\(trade.side) ")
            printer.print(exact: trade.size)
            printer.print(" @ ")
            printer.print(exact: trade.price)
        }
        let id = Trade.id(frame, header)
        if !id.isEmpty {
            print(" id ")
            print(plain: frame.extracting(id))
        }
        if trade.count > 1 {
            print(" of ")
            print(UInt64(trade.count))
        }
    }

    /// How many levels, and the first few.
    private mutating func printLevels(_ frames: RawSpan, _ style: LineStyle) {
        var bids: [Level] = []
        var asks: [Level] = []
        var counts = (0, 0)
        frames.eachFrame { frame in
            let rows = LevelRows(frame, Header(frame))
            for index in 0..<min(rows.bids, max(style.levels - bids.count, 0)) { bids.append(rows.level(frame, index)) }
            for index in 0..<min(rows.asks, max(style.levels - asks.count, 0)) {
                asks.append(rows.level(frame, rows.bids + index))
            }
            counts.0 += rows.bids
            counts.1 += rows.asks
        }
        print(side: " bids", bids, counts.0, "32", style)
        print(side: " asks", asks, counts.1, "31", style)
    }

    private mutating func print(
        side: StaticString, _ levels: [Level], _ count: Int, _ colour: StaticString, _ style: LineStyle
    ) {
        guard count > 0 else { return }
        print(side)
        paint(colour, style) { printer in
            for level in levels {
                printer.print(" ")
                printer.print(exact: level.exactSize)
                printer.print("@")
                printer.print(exact: level.exactPrice)
            }
        }
        if count > levels.count {
            print(" +")
            print(UInt64(count - levels.count))
        }
    }

    /// Whatever fields the kind has, each as `name value`.
    private mutating func printFields(_ frame: RawSpan, _ header: Header, _ frames: RawSpan, _ style: LineStyle) {
        guard let layout = Layout.of(header.envelope.kind) else {
            var count = 0
            frames.eachFrame { count += $0.byteCount - header.payload }
            print(" ")
            print(UInt64(count))
            return print(" bytes")
        }
        let payload = Payload(header)
        var at = payload.variable
        for field in layout.fields {
            if !field.form.isVariable {
                print(field, frame, payload, style)
                continue
            }
            guard let range = field.range(frame, payload, at, header.envelope.flags) else { return }
            at = (range.upperBound + 7) & ~7
            guard !range.isEmpty else { continue }
            print(" ")
            print(field.name)
            print(" ")
            switch field.form {
            case .text, .longText: print(plain: frame.extracting(range))
            case .frames:
                var count: UInt64 = 0
                frames.eachFragment(field) { _ in count += 1 }
                print(count)
            case .venueLevels: print(UInt64(range.count / 24))
            default:
                print(UInt64(range.count))
                print(" bytes")
            }
        }
    }

    private mutating func print(_ field: Field, _ frame: RawSpan, _ payload: Payload, _ style: LineStyle) {
        switch field.form {
        case .word(let words):
            let word = Int(payload.u8(frame, field.offset))
            // A state is what the event is about; of the others the first word says nothing.
            let isMain = field.name == "status" || field.name == "state"
            guard word > 0 || isMain else { return }
            print(" ")
            if !isMain {
                print(field.name)
                print(" ")
            }
            print(words[word])
        case .decimal(let exponent):
            let number = payload.decimal(frame, field.offset, exponent: exponent)
            guard number.isGiven else { return }
            print(" ")
            print(field.name)
            print(" ")
            print(exact: number)
        case .time:
            let time = Nanos(payload.i64(frame, field.offset))
            guard time.count > 0 else { return }
            print(" ")
            print(field.name)
            print(" ")
            print(rfc3339: time, offset: style.zone(time))
        case .bool:
            guard payload.u8(frame, field.offset) == 1 else { return }
            print(" ")
            print(field.name)
        case .u8, .u16, .u32, .u64:
            let value = payload.u64(frame, field.offset, width: field.form.width)
            guard value > 0 else { return }
            print(" ")
            print(field.name)
            print(" ")
            print(value)
        case .span, .hex16, .text, .longText, .bytes, .frames, .levels, .venueLevels: break
        }
    }

    /// Text with its control characters (those from U+0080 to U+009F, too) made visible: it goes to a terminal.
    mutating func print(plain text: RawSpan) {
        var at = 0
        while at < text.byteCount {
            let byte = text.byte(at)
            let isTwo = byte == 0xC2 && at + 1 < text.byteCount && text.byte(at + 1) < 0xA0
            if byte == 0x0A { print(" ") } else { print(byte: isTwo || byte < 0x20 || byte == 0x7F ? 0x3F : byte) }
            at += isTwo ? 2 : 1
        }
    }
}
