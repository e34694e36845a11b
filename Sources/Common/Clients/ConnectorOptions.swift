public import Units

/// How connections are made, and how many.
public struct ConnectorOptions: Sendable {
    /// Certificates to trust, in PEM, instead of the system's; verification cannot be switched off.
    public var caFile: String?
    public var userAgent = "penstock"
    /// From the first DNS question to the end of the TLS handshake.
    public var connectTime: Nanos = .seconds(10)
    /// The whole of a fetch, connecting and the answer's body included.
    public var fetchTime: Nanos = .seconds(30)
    /// Connections at once, of 1 to 4096; more are refused.
    public var connectionsMax = 256
    /// Fetches at once, of 1 to 64; more wait.
    public var fetchesMax = 8
    /// Fetches that wait for others to end; more are refused.
    public var waitingMax = 1024
    /// Of an answer's body, after unpacking; a larger one is a fault.
    public var bodyBytesMax = 64 << 20
    /// Of an answer's head; a larger one is a fault.
    public var headBytesMax = 64 << 10

    public init() {}
}
