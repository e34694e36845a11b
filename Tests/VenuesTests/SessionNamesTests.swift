import Support
import Testing

@testable import Venues

@Suite(.timeLimit(.minutes(1)))
struct SessionNamesTests {
    private func trade(_ native: String, _ id: Int) -> String {
        let body =
            #""side":"buy","price":1,"qty":1,"ord_type":"limit","trade_id":\#(id),"timestamp":"2024-01-01T00:00:00Z""#
        return #"{"channel":"trade","type":"update","data":[{"symbol":"\#(native)",\#(body)}]}"#
    }

    @Test("no two symbols bear one name: the second is left out, which is told once")
    func oneName() {
        let talk = Talk(.kraken) { $0.discovers = true }
        talk.message(trade("ABC/USD", 1))
        #expect(talk.lines().count == 1 && talk.takeNotices().isEmpty)
        for id in 2...4 { talk.message(trade("ABC-USD", id)) }
        #expect(talk.lines().isEmpty && talk.takeNotices() == [.nameless(symbol: "ABC-USD")])
        talk.message(trade("ABC/USD", 5))
        #expect(talk.lines().count == 1 && talk.takeNotices().isEmpty)
    }

    @Test("a symbol whose name no frame can hold is left out, which is told once")
    func longName() {
        let talk = Talk(.kraken) { $0.discovers = true }
        let name = String(repeating: "X", count: 80)
        for id in 1...3 { talk.message(trade(name, id)) }
        #expect(talk.lines().isEmpty && talk.takeNotices() == [.nameless(symbol: name)])
    }
}
