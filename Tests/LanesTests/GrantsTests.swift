import Lanes
import Testing
import Units

@Suite("A table says who may go by which names, and do what", .timeLimit(.minutes(1)))
struct GrantsTests {
    private static func table(_ text: String) throws -> Grants {
        try Grants.read(text) { $0 == "penstock-grid" ? 1001 : nil }
    }

    private static let three = """
        # who           name    may
        1000            *       all
        penstock-grid   grid-*  durable trade subscribe=kraken/BTC-*/book subscribe=*/*/trade   # and no more
        1002            -       subscribe connections=8 commands=20
        """

    @Test("a name belongs to whom a line gives it; a star is any name and none, a dash is none")
    func names() throws {
        let table = try Self.table(Self.three)
        #expect(table.mayClaim("", user: 1000) && table.mayClaim("anything", user: 1000))
        #expect(table.mayClaim("grid-1", user: 1001) && table.mayClaim("GRID-2", user: 1001))
        #expect(!table.mayClaim("grid", user: 1001) && !table.mayClaim("", user: 1001))
        #expect(table.mayClaim("", user: 1002) && !table.mayClaim("grid-1", user: 1002))
        #expect(!table.mayClaim("", user: 0) && !table.mayClaim("grid-1", user: 1003))
    }

    @Test("rights are those of all lines that hold the user and the name, and of no other")
    func rights() throws {
        let table = try Self.table(Self.three + "\n1001 grid-1 switch\n1003 ops control")
        #expect(table.may([.durable, .trade], user: 1001, name: "grid-2"))
        #expect(!table.may(.trading, user: 1001, name: "grid-2"))
        #expect(table.may([.durable, .trading], user: 1001, name: "grid-1"))
        #expect(table.may(.all, user: 1000, name: "x") && !table.may(.durable, user: 1002, name: ""))
        #expect(table.may([.stop, .reload, .mergeRule, .forget, .route], user: 1003, name: "ops"))
        #expect(!table.may(.trade, user: 1003, name: "ops") && !table.may(.stop, user: 1003, name: ""))
    }

    @Test(
        "a subscription is granted only where all that it can ever mean is",
        arguments: [
            (Subscription(venue: "kraken", symbol: "BTC-USD", kind: "book"), true),
            (Subscription(venue: "Kraken", symbol: "btc-*", kind: "bookUpdate"), true),
            (Subscription(venue: "kraken", symbol: "BTC*", kind: "book"), false),
            (Subscription(venue: "kraken", symbol: "?TC-USD", kind: "book"), false),
            (Subscription(venue: "k*", symbol: "BTC-USD", kind: "book"), false),
            (Subscription(venue: "binance", symbol: "BTC-USD", kind: "book"), false),
            (Subscription(kind: "trade"), true), (Subscription(kind: "t*"), false), (Subscription(), false),
            (Subscription(venue: "kraken", symbol: "BTC-USD", kind: "*"), false),
            (Subscription(kind: "execReport"), false),
        ])
    func streams(_ subscription: Subscription, isGranted: Bool) throws {
        let table = try Self.table(Self.three)
        #expect(table.maySubscribe(subscription, user: 1001, name: "grid-1") == isGranted)
        #expect(table.maySubscribe(subscription, user: 1000, name: ""))
        #expect(!table.maySubscribe(Subscription(kind: "trade"), user: 1001, name: "other"))
    }

    @Test("streams of several lines add up")
    func sum() throws {
        let table = try Self.table("1 a subscribe=*/*/book\n1 a subscribe=*/*/trade")
        #expect(table.maySubscribe(Subscription(kind: "book"), user: 1, name: "a"))
        #expect(!table.maySubscribe(Subscription(), user: 1, name: "a"))
    }

    @Test("limits are the user's; who has none has the usual ones")
    func limits() throws {
        let table = try Self.table(Self.three)
        #expect(table.limits(of: 1002).connections == 8 && table.limits(of: 1002).commands == 20)
        #expect(table.limits(of: 1002).subscriptions == UserLimits().subscriptions)
        #expect(table.limits(of: 1001) == UserLimits())
    }

    @Test(
        "a wrong line refuses the whole, with its number and a reason",
        arguments: [
            ("1000 *", 1, "not USER NAME RIGHT"), ("\n# fine\nnobody * all", 3, "no user nobody"),
            ("1 * everything", 1, "everything is no right"), ("1 a? trade", 1, "of patterns the star alone"),
            ("1 * subscribe=a/b/c/d", 1, "not subscribe=VENUE/SYMBOL/KIND"), ("1 * subscribe=", 1, "not subscribe="),
            ("1 * subscribe=k?", 1, "not subscribe="), ("1 * speed=1", 1, "speed is no limit"),
            ("1 * connections=0", 1, "not from 1 to 1024"), ("1 * commands=1x", 1, "not from 1 to"),
            ("1 a commands=1\n1 b commands=2", 2, "set already"), ("-1 * all", 1, "no user -1"),
        ] as [(String, Int, String)])
    func wrong(text: String, line: Int, why: String) {
        do {
            _ = try Self.table(text)
            Issue.record("taken: \(text)")
        } catch let defect as Grants.Defect {
            #expect(defect.line == line && defect.text.contains(why), "\(defect)")
        } catch {
            Issue.record("\(error)")
        }
    }

    @Test("no text traps it", arguments: UInt64(0)..<200)
    func anything(seed: UInt64) {
        var dice = SplitMix64(seed: seed)
        let words = [
            "1000", "*", "-", "=", "/", "subscribe", "all", "\n", " ", "#", "commands", "9", "trade", "?", "\t",
        ]
        var text = ""
        for _ in 0..<60 { text += words[Int(dice.next() % UInt64(words.count))] }
        if let table = try? Self.table(text) { _ = table.maySubscribe(Subscription(), user: 1000, name: "a") }
    }
}
