public import Units

/// How a venue is imitated; what is left alone is as the venue has it.
public struct ImitationOptions: Sendable {
    /// Whether what is published and asked is written to the witness.
    public var isWitnessed = false
    /// Request weight that an address may use in a minute (Binance).
    public var weightPerMinute = 6000
    /// Messages that a client may send in a second (Binance); 0: any number.
    public var messagesPerSecond = 5
    /// Streams that a connection may carry (Binance).
    public var streamsPerConnection = 1024
    /// How long a connection lives; 0: for ever.
    public var life = Nanos.seconds(86_400)
    /// How often the venue pings, and how long it waits for a pong.
    public var pingInterval = Nanos.seconds(20)
    public var pongLimit = Nanos.seconds(60)
    /// How long a connection may live without a subscription (Coinbase).
    public var subscribeLimit = Nanos.seconds(5)
    /// How long the first ban of an address lasts.
    public var ban = Nanos.seconds(120)

    public init() {}
}
