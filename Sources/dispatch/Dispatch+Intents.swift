import Bytes
import Events
import Host
import Lanes
import Spools
import Units
import Wire

/// Intents of consumers, and what they are refused with.
extension Dispatch {
    /// Answers an intent that does not leave: with a report at once, as a venue would refuse it.
    mutating func refuse(_ intent: [UInt8], _ name: String, at consumer: Int?, _ reason: RejectReason) {
        let here = consumer.flatMap { !visitors[$0].isGone && visitors[$0].name == name ? $0 : nil }
        guard let report = intent.withBytes({ Dispatch.report(on: $0, of: name, reason, at: now) }) else {
            if let here { dismiss(here, "an intent that is none") }
            return
        }
        // A durable consumer gets it by the lane, so that it is not lost; another one now or never.
        if let here, visitors[here].durable == nil {
            guard !lane.readers[here].outbox.put(report) else { return }
            return dismiss(here, "it takes no reports")
        }
        guard !critical.isEmpty, here != nil || critical[0].consumers.contains(name) else { return }
        // Refusals of one that reads none would fill what is kept for all.
        guard critical[0].byteCount(waitingFor: name) <= options.waitingMax else {
            if let here { dismiss(here, "it sends intents and takes no reports") }
            return
        }
        var page = Outbox(capacity: 1 << 10)
        guard page.put(report), page.read({ critical[0].take($0, from: nil) }) == .taken else {
            if let here { dismiss(here, "an intent could not be answered") }
            return
        }
    }

    /// The report that an order was rejected; nil where the intent's payload is not what it should be.
    private static func report(
        on intent: RawSpan, of consumer: String, _ reason: RejectReason, at now: Nanos
    ) -> Draft? {
        guard Layout.defect(in: intent) == nil else { return nil }
        let header = Header(intent)
        let payload = Payload(header)
        let name = StreamName(venue: intent.extracting(header.venue), symbol: intent.extracting(header.symbol))
        guard let name else { return nil }
        // Its position is 0: the stream is the gateway's to count.
        var draft = Draft(
            Envelope(kind: .execReport, channel: .order, flags: .critical, received: now, cause: header.envelope.id),
            name)
        for exponent in 0..<8 { draft.put(0x80, at: exponent, width: 1) }
        draft.put(UInt64(payload.u8(intent, 0)), at: 0, width: 1)
        draft.put(UInt64(payload.u8(intent, 1)), at: 1, width: 1)
        draft.put(UInt64(OrderState.rejected.rawValue), at: 8, width: 1)
        draft.put(UInt64(payload.u8(intent, 3)), at: 9, width: 1)
        draft.put(UInt64(payload.u8(intent, 4)), at: 10, width: 1)
        draft.put(UInt64(reason.rawValue), at: 12, width: 1)
        draft.put(payload.u64(intent, 8), at: 16, width: 8)
        draft.put(payload.u64(intent, 16), at: 24, width: 8)
        let own = Array(consumer.utf8.prefix(64))
        let skipped = (Int(payload.u16(intent, 40)) + 7) & ~7
        let start = header.variable + skipped
        let order = (start..<(start + Int(payload.u16(intent, 42)))).map { intent.byte($0) }
        draft.put(UInt64(own.count), at: 80, width: 2)
        draft.put(UInt64(order.count), at: 82, width: 2)
        draft.append(own)
        draft.append(order)
        return draft
    }
}
