public import Books
public import Bytes
public import Events
public import Text
import Units

/// What one message of a venue says, in our words: the output of every dialect's reader, reused from message to message.
///
/// Texts are places in the message, which must stay as it is until the batch has been taken.
public struct Batch: ~Copyable {
    /// One event of a message.
    public struct Item: BitwiseCopyable, Sendable {
        public enum Content: UInt8, BitwiseCopyable, Sendable { case bookSnapshot, bookDelta, trade, ticker, kline }

        /// The venue's numbers, where it has them, and its time.
        public var head: DeltaHead
        /// Of a book: its levels or changes.
        public var part = Sides.Part(bids: 0..<0, asks: 0..<0)
        /// Of a book: the venue's checksum after it, if `hasChecksum`.
        public var checksum: UInt32 = 0
        /// Of a book's snapshot: levels a side that the venue cuts at, as the message says; 0 = not told.
        public var depth: UInt32 = 0
        /// Of the others: which trade, ticker or kline.
        public var row: UInt32 = 0
        /// The venue's own name of the instrument.
        public var symbol: JSON.Text
        public var content: Content
        public var hasChecksum = false
        /// History that the venue sends on subscribing.
        public var isBackfilled = false
        /// A number did not fit: the event must not be used.
        public var isOutOfRange = false

        /// `row` as an index.
        public var index: Int { Int(row) }

        public init(_ content: Content, symbol: JSON.Text, head: DeltaHead) {
            self.content = content
            self.symbol = symbol
            self.head = head
        }
    }

    /// A print with the venue's identity of it.
    public struct Print: BitwiseCopyable, Sendable {
        public var trade: Trade
        public var id: JSON.Text

        public init(_ trade: Trade, id: JSON.Text) {
            self.trade = trade
            self.id = id
        }
    }

    /// A message that is about the connection, not about an instrument.
    public enum Control: UInt8, BitwiseCopyable, Sendable {
        case none
        /// Something that this reader does not use.
        case other
        case heartbeat
        case pong
        /// A subscription was accepted.
        case subscribed
        /// The venue refused something; `text` says why, `symbol` what.
        case refused
        /// The venue will close the connection soon.
        case closing
        /// The venue's own state; `text` says which.
        case venueStatus
        /// Instruments stand at `instruments`.
        case instruments
    }

    public var items = Column<Item>(capacity: 16)
    public var sides = Sides(capacity: 256)
    public var prints = Column<Print>(capacity: 16)
    public var tickers = Column<Ticker>(capacity: 4)
    public var klines = Column<Kline>(capacity: 4)
    public var control = Control.none
    /// What the venue says for people, with `control`.
    public var text = JSON.Text.none
    public var symbol = JSON.Text.none
    /// Where a list of instruments begins, with `control` `instruments`.
    public var instruments = 0
    /// Whether that list is of some instruments only, which are new or have changed.
    public var isPartOfList = false
    /// The connection's own numbering, where the venue has one.
    public var connectionSequence: UInt64 = 0
    public var hasConnectionSequence = false

    public init() {}

    /// Forgets all, keeping the room.
    public mutating func clear() {
        items.removeAll()
        sides.removeAll()
        prints.removeAll()
        tickers.removeAll()
        klines.removeAll()
        control = .none
        text = .none
        symbol = .none
        hasConnectionSequence = false
        isPartOfList = false
    }

    @inline(__always)
    mutating func add(_ item: Item) { items.append(item) }

    /// Adds a book of all levels at hand.
    @inline(__always)
    mutating func addBook(
        _ content: Item.Content, _ symbol: JSON.Text, sequence: UInt64 = 0, happened: Nanos, checksum: UInt32? = nil
    ) {
        var item = Item(content, symbol: symbol, head: DeltaHead(first: sequence, last: sequence, happened: happened))
        item.part = sides.whole
        item.checksum = checksum ?? 0
        item.hasChecksum = checksum != nil
        items.append(item)
    }

    /// Adds an event that stands in a list of its own; `row`: its place there.
    @inline(__always)
    mutating func add(_ item: Item, row: Int) {
        items.append(item)
        items[items.count &- 1].row = UInt32(truncatingIfNeeded: row)
    }

    @inline(__always)
    mutating func add(_ print: Print, _ item: Item) {
        prints.append(print)
        add(item, row: prints.count &- 1)
    }

    @inline(__always)
    mutating func add(_ ticker: Ticker, _ item: Item) {
        tickers.append(ticker)
        add(item, row: tickers.count &- 1)
    }

    @inline(__always)
    mutating func add(_ kline: Kline, _ item: Item) {
        klines.append(kline)
        add(item, row: klines.count &- 1)
    }
}
