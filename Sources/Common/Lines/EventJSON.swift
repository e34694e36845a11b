import Bytes
import Events
public import Text
import Units
import Wire

extension Printer {
    /// Prints an event as one JSON object, without a line end: the header's fields that say something, then the payload's, each
    /// under its name in FORMAT.md. Decimals and whole numbers that may exceed 2^53 are strings.
    ///
    /// `frames`: the event's frame, or all its parts one after the other; found good by `Frame.front` and `Layout.defect`.
    public mutating func print(jsonOf frames: RawSpan) {
        let header = Header(frames)
        let first = frames.extracting(0..<Int(frames.u32(0)))
        print(byte: 0x7B)
        printHeader(first, header)
        if let layout = Layout.of(header.envelope.kind) {
            printPayload(first, header, layout, frames)
        } else {
            print(#","fixedWords":"#)
            print(UInt64(header.variable - header.payload) / 8)
            print(payloadsOf: frames, header)
        }
        print(byte: 0x7D)
    }

    /// The payload of a kind that this version does not know; of an event in parts, a list of them.
    private mutating func print(payloadsOf frames: RawSpan, _ header: Header) {
        let isList = header.envelope.parts > 1
        print(#","payload":"#)
        if isList { print(byte: 0x5B) }
        var isFirst = true
        frames.eachFrame { frame in
            print(isFirst ? "\"" : ",\"")
            isFirst = false
            print(hexOf: frame.extracting(header.payload..<frame.byteCount))
            print(byte: 0x22)
        }
        if isList { print(byte: 0x5D) }
    }

    private mutating func printHeader(_ frame: RawSpan, _ header: Header) {
        let envelope = header.envelope
        print(#""kind":"#)
        if let name = envelope.kind.name {
            print(quoted: name)
        } else {
            print(UInt64(envelope.kind.rawValue))
        }
        if header.venueBytes > 0 {
            print(#","venue":"#)
            print(json: frame.extracting(header.venue))
        }
        if header.symbolBytes > 0 {
            print(#","symbol":"#)
            print(json: frame.extracting(header.symbol))
        }
        // Where the kind does not say it.
        if Layout.of(envelope.kind)?.channel != envelope.channel {
            print(#","channel":"#)
            print(quoted: "\(envelope.channel)")
        }
        if envelope.epoch > 0 { print(field: "epoch", number: UInt64(envelope.epoch)) }
        if envelope.position > 0 { print(field: "position", large: envelope.position) }
        if envelope.lastSequence > 0 { print(field: "sequence", large: envelope.lastSequence) }
        if envelope.firstSequence != envelope.lastSequence {
            print(field: "firstSequence", large: envelope.firstSequence)
        }
        if envelope.happened.count > 0 { print(field: "happened", large: UInt64(envelope.happened.count)) }
        if envelope.received.count > 0 { print(field: "received", large: UInt64(envelope.received.count)) }
        if envelope.id != 0 { print(field: "id", hex: envelope.id) }
        if envelope.cause != 0 { print(field: "cause", hex: envelope.cause) }
        if envelope.routingVersion > 0 { print(field: "routingVersion", number: UInt64(envelope.routingVersion)) }
        if envelope.parts > 1 { print(field: "parts", number: UInt64(envelope.parts)) }
        printFlags(envelope.flags)
        printHops(frame)
    }

    private mutating func printFlags(_ flags: Flags) {
        print(#","flags":["#)
        var isFirst = true
        for (bit, name) in Flags.names.enumerated() where flags.rawValue >> UInt32(bit) & 1 == 1 {
            if !isFirst { print(byte: 0x2C) }
            isFirst = false
            print(quoted: name)
        }
        print(byte: 0x5D)
    }

    private mutating func printHops(_ frame: RawSpan) {
        var isFirst = true
        for hop in Hop.allCases {
            let nanos = Header.hop(hop, of: frame)
            guard nanos > 0 else { continue }
            print(isFirst ? #","hops":{"# : ",")
            isFirst = false
            print(quoted: "\(hop)")
            print(byte: 0x3A)
            print(nanos)
        }
        if !isFirst { print(byte: 0x7D) }
    }

    private mutating func printPayload(_ frame: RawSpan, _ header: Header, _ layout: Layout, _ frames: RawSpan) {
        let payload = Payload(header)
        var at = payload.variable
        for field in layout.fields {
            if field.form.isVariable {
                guard let range = field.range(frame, payload, at, header.envelope.flags) else { return }
                print(variable: field, frame, range, frames, layout)
                at = (range.upperBound + 7) & ~7
            } else {
                print(fixed: field, frame, payload)
            }
        }
        printWords(frame, payload, layout)
    }

    /// What a writer with more or other words than this version has put into the fixed part.
    private mutating func printWords(_ frame: RawSpan, _ payload: Payload, _ layout: Layout) {
        let count = (payload.variable - payload.start) / 8
        let isCut = count == 0 || payload.u64(frame, (count - 1) * 8) != 0
        if count <= layout.fixedWords, isCut { return }
        print(field: "fixedWords", number: UInt64(count))
        guard count > layout.fixedWords else { return }
        print(#","extra":""#)
        print(hexOf: frame.extracting((payload.start + layout.fixedWords * 8)..<payload.variable))
        print(byte: 0x22)
    }

    private mutating func print(fixed field: Field, _ frame: RawSpan, _ payload: Payload) {
        switch field.form {
        case .u8, .u16, .u32:
            print(given: field.name, number: payload.u64(frame, field.offset, width: field.form.width))
        case .u64:
            let value = payload.u64(frame, field.offset)
            if value > 0 { print(field: field.name, large: value) }
        case .bool:
            if payload.u8(frame, field.offset) == 1 {
                print(name: field.name)
                print("true")
            }
        case .time, .span:
            let value = payload.i64(frame, field.offset)
            guard value != 0 else { return }
            print(name: field.name)
            print(byte: 0x22)
            print(value)
            print(byte: 0x22)
        case .word(let words):
            print(name: field.name)
            print(quoted: words[Int(payload.u8(frame, field.offset))])
        case .decimal(let exponent):
            let number = payload.decimal(frame, field.offset, exponent: exponent)
            guard number.isGiven else { return }
            print(name: field.name)
            print(quoted: number)
        case .hex16:
            let (high, low) = (payload.u64(frame, field.offset), payload.u64(frame, field.offset + 8))
            guard high != 0 || low != 0 else { return }
            print(name: field.name)
            print(byte: 0x22)
            print(hex: high, digits: 16)
            print(hex: low, digits: 16)
            print(byte: 0x22)
        default: break
        }
    }

    private mutating func print(
        variable field: Field, _ frame: RawSpan, _ range: Range<Int>, _ frames: RawSpan, _ layout: Layout
    ) {
        switch field.form {
        case .text, .longText:
            guard !range.isEmpty else { return }
            print(name: field.name)
            print(json: frame.extracting(range))
        case .bytes:
            guard !range.isEmpty else { return }
            print(name: field.name)
            print(byte: 0x22)
            print(hexOf: frame.extracting(range))
            print(byte: 0x22)
        case .frames:
            print(name: field.name)
            print(byte: 0x5B)
            var isFirst = true
            frames.eachFragment(field) { fragment in
                if !isFirst { print(byte: 0x2C) }
                isFirst = false
                print(jsonOf: fragment)
            }
            print(byte: 0x5D)
        case .levels: print(levels: field, frames)
        case .venueLevels:
            print(name: field.name)
            print(byte: 0x5B)
            for at in stride(from: range.lowerBound, to: range.upperBound, by: 24) {
                print(at == range.lowerBound ? "[" : ",[")
                print(quoted: Decimal(frame.i64(at), exponent: frame.i8(at + 16)))
                print(byte: 0x2C)
                print(quoted: Decimal(frame.i64(at + 8), exponent: frame.i8(at + 17)))
                print(byte: 0x2C)
                print(UInt64(frame.byte(at + 18)))
                print(byte: 0x5D)
            }
            print(byte: 0x5D)
        default: break
        }
    }

    /// One side of a book, from all parts of its event.
    private mutating func print(levels field: Field, _ frames: RawSpan) {
        let isBids = field.offset == 0
        print(name: field.name)
        print(byte: 0x5B)
        var isFirst = true
        frames.eachFrame { frame in
            let rows = LevelRows(frame, Header(frame))
            for index in isBids ? 0..<rows.bids : rows.bids..<(rows.bids + rows.asks) {
                let level = rows.level(frame, index)
                print(isFirst ? "[" : ",[")
                isFirst = false
                print(quoted: level.exactPrice)
                print(byte: 0x2C)
                print(quoted: level.exactSize)
                print(byte: 0x5D)
            }
        }
        print(byte: 0x5D)
    }

    private mutating func print(name: String) {
        print(",\"")
        print(name)
        print("\":")
    }

    private mutating func print(quoted text: String) {
        print(byte: 0x22)
        print(text)
        print(byte: 0x22)
    }

    private mutating func print(quoted number: Decimal) {
        print(byte: 0x22)
        print(exact: number)
        print(byte: 0x22)
    }

    private mutating func print(field name: String, number: UInt64) {
        print(name: name)
        print(number)
    }

    private mutating func print(given name: String, number: UInt64) {
        if number > 0 { print(field: name, number: number) }
    }

    private mutating func print(field name: String, large number: UInt64) {
        print(name: name)
        print(byte: 0x22)
        print(number)
        print(byte: 0x22)
    }

    private mutating func print(field name: String, hex number: UInt64) {
        print(name: name)
        print(byte: 0x22)
        print(hex: number, digits: 16)
        print(byte: 0x22)
    }

    /// Two hexadecimal digits a byte.
    mutating func print(hexOf bytes: RawSpan) {
        for at in 0..<bytes.byteCount { print(hex: UInt64(bytes.byte(at)), digits: 2) }
    }

    /// The number such that reading it back gives the same digits: with an exponent above 0, as `1e3`.
    mutating func print(exact number: Decimal) {
        guard number.exponent > 0 else { return print(number) }
        print(Decimal(number.mantissa, exponent: 0))
        print(byte: 0x65)
        print(UInt64(number.exponent))
    }
}
