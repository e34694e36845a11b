public import Events
public import Units
import Wire

/// What a consumer wants done: an order, or the end of one.
public struct Intent: Equatable, Sendable {
    public var venue: String
    public var symbol: String
    public var action = IntentAction.new
    public var side = Side.unknown
    public var type = OrderType.limit
    public var timeInForce = TimeInForce.goodTillCancelled
    /// Never take; never enlarge the position.
    public var isPostOnly = false
    public var isReduceOnly = false
    public var price = Decimal.notGiven
    public var size = Decimal.notGiven
    /// After it the intent is void; as received times count. 0 = not given.
    public var validUntil = Nanos.zero
    /// The consumer's own name of the order: derived, not random.
    public var clientOrderId = ""
    /// Of the order that is to be cancelled or replaced.
    public var target = ""
    /// The event that it was decided on.
    public var cause: UInt64 = 0

    public init(venue: String, symbol: String) {
        self.venue = venue
        self.symbol = symbol
    }

    /// Its frame, the consumer's intent of this number; nil where a field does not fit.
    func draft(_ number: UInt64, of consumer: String, received: Nanos) -> Draft? {
        guard let name = StreamName(venue: venue, symbol: symbol) else { return nil }
        let envelope = Envelope(kind: .intent, channel: .order, received: received, cause: cause)
        var draft = Draft(envelope, name)
        let bytes = [action.rawValue, side.rawValue, type.rawValue, timeInForce.rawValue]
        draft.put(UInt64(UInt8(bitPattern: price.exponent)), at: 0, width: 1)
        draft.put(UInt64(UInt8(bitPattern: size.exponent)), at: 1, width: 1)
        for (index, byte) in bytes.enumerated() { draft.put(UInt64(byte), at: 2 + index, width: 1) }
        draft.put(isPostOnly ? 1 : 0, at: 6, width: 1)
        draft.put(isReduceOnly ? 1 : 0, at: 7, width: 1)
        draft.put(UInt64(bitPattern: price.mantissa), at: 8, width: 8)
        draft.put(UInt64(bitPattern: size.mantissa), at: 16, width: 8)
        draft.put(UInt64(validUntil.count), at: 24, width: 8)
        draft.put(number, at: 32, width: 8)
        for (index, text) in [consumer, clientOrderId, target].enumerated() {
            draft.put(UInt64(text.utf8.count), at: 40 + index * 2, width: 2)
            draft.append(Array(text.utf8))
        }
        return draft
    }
}
