import Bytes
import Events
import Lanes
import Lines
import Text
import Units
import Wire

/// Events that were not delivered, for people and for programs.
extension Dispatch {
    /// Bytes of an answer at most; of more letters the newest are told.
    private static let bytesMax = 60 << 10

    /// What `dead-letters` answers: how many there were and why, then the last ones, the newest last.
    func deadLettersText(for index: Int) -> String {
        let letters = deadLetters(for: index) { letter, frame, page in
            page.print("\(letter.reason)")
            page.print(" ")
            guard Layout.defect(in: frame) == nil else { return page.print("a damaged frame") }
            var style = LineStyle()
            style.offset = hello.wallOffset
            page.print(lineOf: frame, style)
        }
        let reasons = deadLetterReasons.map { ", \($0.count) \($0.reason)" }.joined()
        let left = lane.letters.published - UInt64(letters.count)
        return (["\(lane.letters.published) dead letters\(reasons); \(left) not told any more"] + letters)
            .joined(separator: "\n")
    }

    /// The same as a JSON object.
    func deadLettersJSON(for index: Int) -> String {
        let letters = deadLetters(for: index) { letter, frame, page in
            page.print("{\"reason\":\"\(letter.reason)\",\"at\":\"\(letter.at.count)\",\"event\":")
            if Layout.defect(in: frame) == nil { page.print(jsonOf: frame) } else { page.print("null") }
            page.print("}")
        }
        let reasons = deadLetterReasons.map { "\"\($0.reason)\":\($0.count)" }.joined(separator: ",")
        return "{\"published\":\(lane.letters.published),\"evicted\":\(lane.letters.evicted),\"reasons\":{\(reasons)},"
            + "\"letters\":[\(letters.joined(separator: ","))]}"
    }

    private var deadLetterReasons: [(reason: DeadLetters.Reason, count: UInt64)] {
        DeadLetters.Reason.allCases.map { ($0, lane.letters.count(of: $0)) }.filter { $0.1 > 0 }
    }

    /// The last letters as text, as many as an answer has room for, of streams that the consumer may have.
    private func deadLetters(
        for index: Int, _ print: (DeadLetters.Letter, RawSpan, inout Printer) -> Void
    ) -> [String] {
        var texts: [String] = []
        var bytes = 0
        var page = Printer(capacity: 512)
        // Who controls it sees all.
        let seesAll = may(.reload, index)
        for number in lane.letters.kept.reversed() {
            page.clear()
            lane.letters.read(number) { letter, frame in
                let header = Header(frame)
                let stream = Subscription(
                    venue: String(frame, header.venue), symbol: String(frame, header.symbol),
                    kind: "\(header.envelope.channel)")
                if seesAll || mayHave(index, stream) { print(letter, frame, &page) }
            }
            guard page.count > 0 else { continue }
            bytes += page.count + 1
            guard bytes <= Dispatch.bytesMax else { break }
            texts.append(page.read { String($0) })
        }
        return texts.reversed()
    }
}
