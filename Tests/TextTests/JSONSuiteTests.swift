import Foundation
import Support
import Testing
import Text

@Suite(.timeLimit(.minutes(1)))
struct JSONSuiteTests {
    @Test("what RFC 8259 allows is accepted", arguments: JSONCorpus.accepted)
    func accepted(text: String) {
        #expect(isAccepted(text))
        #expect(Judge.accepts(Array(text.utf8)), "the judge itself")
        // Wherever it stands: the scanner looks eight bytes ahead.
        for count in 1...9 { #expect(isAccepted(String(repeating: " ", count: count) + text)) }
        #expect(isAccepted("[" + text + "]") && isAccepted("{\"k\":" + text + "}"))
    }

    @Test("what RFC 8259 forbids is refused", arguments: JSONCorpus.refused)
    func refused(text: String) {
        #expect(!isAccepted(text))
        #expect(!Judge.accepts(Array(text.utf8)), "the judge itself")
        for count in 1...9 { #expect(!isAccepted(String(repeating: " ", count: count) + text)) }
    }

    @Test("a string that is not UTF-8 is refused, wherever the fault stands", arguments: JSONCorpus.brokenText)
    func brokenText(bytes: [UInt8]) {
        for before in 0..<10 {
            for after in 0..<10 {
                let filled = [UInt8](repeating: 0x61, count: before) + bytes + [UInt8](repeating: 0x61, count: after)
                #expect(!isAccepted([0x22] + filled + [0x22]))
                #expect(!isAccepted(Array("{\"".utf8) + filled + Array("\":1}".utf8)))
            }
        }
    }

    @Test("64 containers may be open, 65 may not", arguments: ["[", "{\"a\":", "[{\"\":"])
    func depth(open: String) {
        let each = open.filter { $0 == "[" || $0 == "{" }.count
        for count in [1, 63 / each, 64 / each, 64 / each + 1, 65, 128, 1000, 100_000] {
            let closing = open.reversed().compactMap { ["[": "]", "{": "}"][$0] }.joined()
            let text = String(repeating: open, count: count) + "1" + String(repeating: closing, count: count)
            #expect(isAccepted(Array(text.utf8), Fence(capacity: text.utf8.count)) == (count * each <= 64))
            let cut = Array(String(repeating: open, count: count).utf8)
            #expect(!isAccepted(cut, Fence(capacity: cut.count)))
        }
    }

    /// Source: https://github.com/nst/JSONTestSuite, folder test_parsing: y = must be accepted, n = refused, i = either way.
    @Test("JSONTestSuite: all y accepted, all n refused, none crashes")
    func suite() throws {
        guard let folder = Places.shared?.appendingPathComponent("json/test_parsing"),
            FileManager.default.fileExists(atPath: folder.path)
        else {
            print("skipped: JSONTestSuite is not there; the cases of JSONCorpus cover the same ground")
            return
        }
        var (accepted, refused, either) = (0, 0, 0)
        for file in try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil) {
            let bytes = [UInt8](try Data(contentsOf: file))
            let verdict = isAccepted(bytes, Fence(capacity: bytes.count))
            #expect(verdict == Judge.accepts(bytes), "\(file.lastPathComponent)")
            switch file.lastPathComponent.first {
            case "y":
                #expect(verdict, "\(file.lastPathComponent)")
                accepted += 1
            case "n":
                #expect(!verdict, "\(file.lastPathComponent)")
                refused += 1
            default: either += 1
            }
        }
        #expect(accepted == 95 && refused == 188)
        print("JSONTestSuite: \(accepted) accepted, \(refused) refused, \(either) either way")
    }
}
