/// What a consumer may do, beside subscribing.
public struct Rights: OptionSet, Sendable {
    public let rawValue: UInt16
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// To be durable: what must not be lost is kept for it.
    public static let durable = Rights(rawValue: 1)
    /// Its intents are passed on while its trading is on.
    public static let trade = Rights(rawValue: 2)
    /// To turn trading on and off; its own everybody may turn off.
    public static let trading = Rights(rawValue: 4)
    /// To subscribe others.
    public static let route = Rights(rawValue: 8)
    public static let forget = Rights(rawValue: 16)
    /// To set the rules by which venues are merged.
    public static let mergeRule = Rights(rawValue: 32)
    public static let reload = Rights(rawValue: 64)
    public static let stop = Rights(rawValue: 128)
    /// To subscribe with the policy `block`, by which it can hold up all others.
    public static let block = Rights(rawValue: 256)

    /// What who directs others needs.
    public static let control: Rights = [.trading, .route, .forget, .mergeRule, .reload, .stop]
    public static let all: Rights = [.control, .durable, .trade, .block]

    /// As a table names them.
    static let words: [(String, Rights)] = [
        ("durable", .durable), ("trade", .trade), ("switch", .trading), ("route", .route), ("forget", .forget),
        ("merge-rule", .mergeRule), ("reload", .reload), ("stop", .stop), ("block", .block), ("control", .control),
        ("all", .all),
    ]

    /// Those of a command; nil where everybody who is let in may give it.
    public static func needed(for verb: String) -> Rights? {
        switch verb {
        case "setTradingMode": .trading
        case "forget": .forget
        case "reload": .reload
        case "stop": .stop
        default: nil
        }
    }
}

/// What one user may ask of a dispatch at once.
public struct UserLimits: Equatable, Sendable {
    public var connections = 256
    /// Of all its connections together.
    public var subscriptions = 4096
    /// A second; five times as many at once.
    public var commands = 100

    public init() {}

    static let connectionsRange = 1...1024
    static let subscriptionsRange = 1...65_536
    static let commandsRange = 1...100_000
}
