import Bytes
import Support
import Testing
import Text
import Units

/// Reading piece by piece, as a reader of venue messages does.
@Suite(.timeLimit(.minutes(1)))
struct JSONPullTests {
    private func read<R>(_ text: String, _ body: (inout JSON, RawSpan) -> R) -> R {
        Fence().lend(Array(text.utf8)) { span in
            var json = JSON()
            return body(&json, span)
        }
    }

    @Test("keys of every length are given as they stand, those above 32 bytes as an empty one", arguments: 0..<41)
    func keyLengths(length: Int) throws {
        var dice = Dice(seed: UInt64(length))
        let name = dice.bytes(length, of: Array("abcXYZ019_-.{}[]:,é".utf8.filter { $0 < 0x80 }))
        let expected = length > 32 ? "" : try #require(Key(bytes: name))
        let text = String(decoding: name, as: Unicode.UTF8.self)
        for before in 0..<9 {
            for gap in ["", " ", "\n  "] {
                let document = String(repeating: " ", count: before) + "{\"\(text)\"\(gap):\(gap)7,\"\(text)\":8}"
                let (first, second) = read(document) { json, span in
                    json.enterObject(span)
                    let first = (json.nextKey(span), json.unsigned(span))
                    let second = (json.nextKey(span), json.unsigned(span))
                    #expect(json.nextKey(span) == nil)
                    json.finish(span)
                    #expect(json.defect == .none && json.isSound)
                    return (first, second)
                }
                #expect(first.0 == expected && first.1 == 7)
                #expect(second.0 == expected && second.1 == 8)
            }
        }
    }

    @Test("a key spelt with escapes is the same key", arguments: 0..<33)
    func escapedKeys(length: Int) throws {
        var dice = Dice(seed: UInt64(length))
        let name = dice.bytes(length, of: Array("abcXYZ09/\"\\\n".utf8))
        let expected = try #require(Key(bytes: name))
        for _ in 0..<20 {
            let spelling = name.map { byte in
                let hex = String(byte, radix: 16)
                let escape = "\\u00" + (hex.count == 1 ? "0" : "") + (dice.oneIn(2) ? hex : hex.uppercased())
                switch byte {
                case UInt8(ascii: "\n"): return dice.oneIn(2) ? "\\n" : escape
                case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                    return dice.oneIn(2) ? "\\" + String(Unicode.Scalar(byte)) : escape
                case UInt8(ascii: "/") where dice.oneIn(2): return "\\/"
                default: return dice.oneIn(2) ? String(Unicode.Scalar(byte)) : escape
                }
            }
            let key = read("{\"\(spelling.joined())\":1}") { json, span in
                json.enterObject(span)
                return json.nextKey(span)
            }
            #expect(key == expected)
        }
    }

    @Test("a string read as a name is the key of what it stands for, an empty one above 32 bytes", arguments: 0..<41)
    func names(length: Int) {
        var dice = Dice(seed: UInt64(length))
        let plain = dice.bytes(length, of: Array("abcXYZ019_-.".utf8))
        let expected = Key(bytes: plain) ?? ""
        let text = String(decoding: plain, as: Unicode.UTF8.self)
        let escaped = plain.map { "\\u00" + String($0, radix: 16) }.joined()
        for before in 0..<9 {
            for (spelling, tail) in [
                (text, ""), (text, ","), (escaped, ""), (text, "\"\"\"\"\"\"\"\"\""), (text, " : 12345678"),
            ] {
                let document = String(repeating: " ", count: before) + "\"\(spelling)\"" + tail
                let (name, next) = read(document) { json, span in
                    let name = json.name(span)
                    return (name, json.isSound ? json.at : -1)
                }
                #expect(name == expected, "\(document)")
                #expect(next == document.utf8.count - tail.utf8.count, "\(document)")
            }
        }
        for wrong in ["\"\(text)", "\(text)1", "\"\(text)\u{1}\"", "\"\(text)\\x\"", "", "null"] {
            let defect = read(wrong) { json, span in
                _ = json.name(span)
                return json.defect
            }
            #expect(defect != .none, "\(wrong)")
        }
    }

    @Test("a key with a NUL behind it is another key")
    func keysWithNul() {
        for name in ["bids", "price", "bids\\u0000x", "\\u0000", "12345678"] {
            let key = read("{\"\(name)\\u0000\":1}") { json, span in
                json.enterObject(span)
                return json.nextKey(span)
            }
            #expect(key != nil && key != Key(bytes: Array(name.utf8)))
            #expect(key == "", "no reader uses it")
        }
    }

    @Test("next keys and elements are found behind a value of any kind, taken or skipped", arguments: 0..<100)
    func afterEachKind(seed: UInt64) {
        var dice = Dice(seed: seed)
        let values = (0..<6).map { _ in dice.document(depth: 3) }
        let array = "[" + values.joined(separator: ",") + "]"
        read(array) { json, span in
            json.enterArray(span)
            var count = 0
            while json.nextElement(span) {
                json.skip(span)
                count += 1
            }
            json.finish(span)
            #expect(json.defect == .none && count == values.count, "\(array)")
        }
        let object = "{" + values.enumerated().map { "\"k\($0)\":\($1)" }.joined(separator: ",") + "}"
        read(object) { json, span in
            json.enterObject(span)
            var count = 0
            while let key = json.nextKey(span) {
                #expect(key == Key(bytes: Array("k\(count)".utf8)))
                json.skip(span)
                count += 1
            }
            json.finish(span)
            #expect(json.defect == .none && count == values.count, "\(object)")
        }
    }

    @Test("an entered container may hold an entered container, and the outer one goes on behind it")
    func nested() {
        let text = #"{"a":{"x":[1,[],[2]],"y":{}},"b":[{"z":3}],"c":4}"#
        var seen: [Int64] = []
        read(text) { json, span in
            json.enterObject(span)
            while let key = json.nextKey(span) {
                switch key {
                case "a":
                    json.enterObject(span)
                    while let inner = json.nextKey(span) {
                        if inner == "x" {
                            json.enterArray(span)
                            _ = json.nextElement(span)
                            seen.append(json.whole(span))
                            _ = json.nextElement(span)
                            json.enterArray(span)
                            let isEmpty = !json.nextElement(span)
                            #expect(isEmpty)
                            while json.nextElement(span) { json.skip(span) }
                        } else {
                            json.enterObject(span)
                            #expect(json.nextKey(span) == nil)
                        }
                    }
                case "b":
                    json.enterArray(span)
                    while json.nextElement(span) {
                        json.enterObject(span)
                        while json.nextKey(span) != nil { seen.append(json.whole(span)) }
                    }
                default: seen.append(json.whole(span))
                }
            }
            json.finish(span)
            #expect(json.defect == .none)
        }
        #expect(seen == [1, 3, 4])
    }

    @Test("truth values and null are read as words, wholly")
    func words() {
        let answers = read("[true,false,null, true ]") { json, span in
            var answers: [Bool] = []
            json.enterArray(span)
            answers += [json.nextElement(span), json.bool(span), json.nextElement(span), json.bool(span)]
            answers.append(json.nextElement(span))
            json.null(span)
            answers += [json.nextElement(span), json.bool(span), json.nextElement(span)]
            json.finish(span)
            return json.isSound ? answers : []
        }
        #expect(answers == [true, true, true, false, true, true, true, false])
        for text in ["tru", "t", "truf", "fals", "false1", "nul", "1", "\"true\"", "", "True"] {
            let defect = read(text) { json, span in
                _ = json.bool(span)
                json.finish(span)
                return json.defect
            }
            #expect(defect != .none, "\(text)")
        }
        for text in ["nul", "nill", "n", "", "\"null\""] {
            let defect = read(text) { json, span in
                json.null(span)
                return json.defect
            }
            #expect(defect == .unexpected, "\(text)")
        }
    }

    @Test("a scanner may begin anywhere, and looks no further than its value")
    func beginsInside() {
        let bytes = Array("xx{\"a\":[1,2]}yy".utf8)
        Fence().lend(bytes) { span in
            var json = JSON(from: 2)
            json.skip(span)
            #expect(json.isSound && json.at == bytes.count - 2)
            json.finish(span)
            #expect(json.defect == .syntax && json.defectOffset == bytes.count - 2)
        }
    }
}

extension Key {
    /// The key of these bytes; nil when they are too many.
    init?(bytes: [UInt8]) { self.init(bytes.span.bytes, 0..<bytes.count) }
}
