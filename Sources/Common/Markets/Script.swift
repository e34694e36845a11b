public import Matching
import Units

/// An exact sequence of what happens on a floor, instead of a crowd or beside it. Text, one step a line:
///
/// ```
/// # a comment
/// list SOL-USDT tick=0.01 lot=0.001
/// +1.5s SOL-USDT sell 0.5 @ 100.10 as first
/// SOL-USDT buy 0.2 market
/// +20ms SOL-USDT buy 1 @ 100.10 ioc
/// SOL-USDT replace first 0.2 @ 100.20
/// SOL-USDT cancel first
/// repeat 10
/// +1s SOL-USDT buy 0.1 @ 99 post
/// done
/// ```
///
///     line    = [ "+" span ] step          span: since the line before; without one: at the same time
///     span    = number ( "us" | "ms" | "s" | "m" | "h" ), not finer than a microsecond
///     step    = name side size ( "@" price | "market" ) [ "ioc" | "fok" | "post" ] [ "as" id ]
///             | name "cancel" id
///             | name "replace" id size "@" price
///             | "list" name "tick=" price "lot=" size option*     told as a new market
///             | ( "halt" | "resume" | "end" ) name
///             | "tick" name price                                 another smallest step of price
///             | "mid" name price                                  where the crowd places its orders
///             | "rate" events                                     in a second, of all markets together
///             | "repeat" ( times | "forever" ) … "done"           up to eight deep
///     option  = "mid=" price | "depth=" levels | "weight=" part | "size=" size | "volatility=" parts of a million
///     side    = "buy" | "sell"
///     name    = base "-" quote
///
/// Without `mid=` a listed market has no crowd. Orders of a script have no account and no limit of funds, and the crowd does not cancel
/// them; an id may be used again, for a later order. What cannot be done when its time comes (an unknown market, a price off the grid) is
/// left out and told as `Floor.troubles`.
///
/// Bounds: `stepsMax` lines, `idsMax` ids, `momentMax` steps of a repetition that takes no time: a script beyond them is refused. A
/// `repeat forever` has to take time.
public struct Script: Equatable, Sendable {
    public static let stepsMax = 1_000_000
    public static let idsMax = 65_536
    public static let momentMax: Int64 = 10_000_000
    static let depthMax = 8

    /// What is wrong with a script, and in which line (from 1).
    public struct Defect: Error, Equatable, Sendable, CustomStringConvertible {
        public var line: Int
        public var what: String
        public var description: String { "\(line): \(what)" }
    }

    enum Deed: Equatable, Sendable {
        case order(
            name: String, side: BookSide, size: Decimal, price: Decimal?, life: Intent.Life, isPost: Bool, id: Int?)
        case cancel(name: String, id: Int)
        case replace(name: String, id: Int, size: Decimal, price: Decimal)
        case list(Listing, mid: Decimal?, size: Decimal?)
        case halt(String)
        case resume(String)
        case end(String)
        case tick(String, Decimal)
        case mid(String, Decimal)
        case rate(Int)
        /// `last`: the place of its `done`. nil: forever.
        case begin(times: Int?, last: Int)
        /// `first`: the place of its `repeat`.
        case done(first: Int)
    }

    struct Step: Equatable, Sendable {
        var line: Int
        /// Since the step before.
        var span: Nanos
        var deed: Deed
    }

    var steps: [Step] = []
    /// Number of ids.
    var idCount = 0

    /// Reads a script; the first defect where there is one.
    public static func read(_ text: String) -> Result<Script, Defect> {
        var reader = ScriptReader()
        var number = 0
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            number += 1
            if let what = reader.read(line, number) { return .failure(Defect(line: number, what: what)) }
        }
        if let what = reader.finish() { return .failure(Defect(line: number, what: what)) }
        return .success(reader.script)
    }
}

/// A step of a script that could not be done.
public struct Trouble: Equatable, Sendable {
    /// Line of the script.
    public var line: Int
    public var reason: Reason
}
