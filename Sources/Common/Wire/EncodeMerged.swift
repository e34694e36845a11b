public import Bytes
public import Events
public import Units

extension Outbox {
    /// Appends a book of several venues, which is one frame. False, and nothing is done, when it does not fit.
    ///
    /// `venues`: their names with a line feed between, at most 1,024 bytes.
    @discardableResult
    public mutating func put(
        consolidated bids: borrowing Column<VenueLevel>, _ asks: borrowing Column<VenueLevel>, venues: RawSpan,
        _ envelope: Envelope, _ name: StreamName
    ) -> Bool {
        guard venues.byteCount <= 1024 else { return false }
        let (bidCount, askCount) = (bids.count, asks.count)
        let levels = (bidCount + askCount) * VenueLevel.bytes
        let bytes = levels + (venues.byteCount + 7) & ~7
        guard name.headBytes + 16 + bytes <= Frame.bytesMax else { return false }
        return put(envelope, name, fixedWords: 2, variableBytes: bytes) { fixed in
            fixed.put(UInt32(bidCount), at: 0)
            fixed.put(UInt32(askCount), at: 4)
            fixed.put(UInt16(venues.byteCount), at: 8)
        } variable: { span in
            for index in 0..<bidCount { span.put(bids[index], at: index * VenueLevel.bytes) }
            for index in 0..<askCount { span.put(asks[index], at: (bidCount + index) * VenueLevel.bytes) }
            span.put(venues, at: levels)
        }
    }

    /// Levels of both sides together that a frame of this stream holds beside so many bytes of venues.
    public static func venueLevelsMax(_ name: StreamName, venueBytes: Int) -> Int {
        (Frame.bytesMax - name.headBytes - 16 - (venueBytes + 7) & ~7) / VenueLevel.bytes
    }

    /// Appends a merged event: whole frames of other events, `fragments`, as parts where they do not fit in one frame. False, and
    /// nothing is done, when they do not fit, or one of them is larger than a part can hold.
    @discardableResult
    public mutating func put(
        merged fragments: RawSpan, id: UInt64, opened: Nanos, closed: Nanos, endedBy: WindowEnd, _ envelope: Envelope,
        _ name: StreamName
    ) -> Bool {
        let room = Outbox.fragmentBytesMax(name)
        // Where each part ends.
        var ends: [Int] = []
        var (start, at) = (0, 0)
        while at < fragments.byteCount {
            let length = Int(fragments.u32(at))
            guard length <= room else { return false }
            if at + length - start > room {
                ends.append(at)
                start = at
            }
            at += length
        }
        ends.append(fragments.byteCount)
        let total = ends.count * (name.headBytes + 32) + fragments.byteCount
        guard total <= min(limit - byteCount, Frame.eventBytesMax) else { return false }
        var envelope = envelope
        envelope.kind = .merged
        envelope.parts = UInt16(ends.count)
        if ends.count > 1 { envelope.flags.insert(.part) }
        start = 0
        for (part, end) in ends.enumerated() {
            envelope.part = UInt16(part + 1)
            let bytes = fragments.extracting(start..<end)
            let done = put(envelope, name, fixedWords: 4, variableBytes: bytes.byteCount) { fixed in
                fixed.put(id, at: 0)
                fixed.put(opened.count, at: 8)
                fixed.put(closed.count, at: 16)
                fixed.put(endedBy.rawValue, at: 24)
                fixed.put(UInt32(bytes.byteCount), at: 28)
            } variable: {
                $0.put(bytes, at: 0)
            }
            precondition(done, "room for all parts was made sure of")
            start = end
        }
        return true
    }

    /// The largest event that a merged one of this stream can hold.
    public static func fragmentBytesMax(_ name: StreamName) -> Int { Frame.bytesMax - name.headBytes - 32 }
}

extension MutableRawSpan {
    fileprivate mutating func put(_ level: VenueLevel, at offset: Int) {
        put(level.level.price, at: offset)
        put(level.level.size, at: offset + 8)
        put(level.level.priceExponent, at: offset + 16)
        put(level.level.sizeExponent, at: offset + 17)
        put(level.venue, at: offset + 18)
    }
}
