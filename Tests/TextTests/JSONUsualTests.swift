import Bytes
import Support
import Testing
import Text
import Units

/// The shortcuts for a spelling that is known beforehand: each takes what it should and nothing else.
@Suite(.timeLimit(.minutes(1)))
struct JSONUsualTests {
    private func ask<R>(_ text: String, from start: Int = 0, _ body: (inout JSON, RawSpan) -> R) -> (
        R, at: Int, JSON.Defect
    ) {
        Fence().lend(Array(text.utf8)) { span in
            var json = JSON(from: start)
            let answer = body(&json, span)
            return (answer, json.at, json.defect)
        }
    }

    @Test("a spelling of any length up to 32 bytes is taken where it stands, and nowhere else", arguments: 1..<33)
    func literals(length: Int) throws {
        var dice = Dice(seed: UInt64(length))
        let spelling = dice.bytes(length, of: Array("abc:{}[],\"_0".utf8))
        let key = try #require(Key(bytes: spelling))
        for before in 0..<9 {
            for after in [0, 1, 7, 8, 40] {
                let bytes = dice.bytes(before) + spelling + dice.bytes(after)
                Fence().lend(bytes) { span in
                    var json = JSON(from: before)
                    let isNext = json.isNext(key, span)
                    let isTaken = json.literalIfNext(key, span)
                    var other = JSON(from: before)
                    other.literal(key, span)
                    #expect(isNext && isTaken && json.at == before + length)
                    #expect(other.isSound && other.at == before + length)
                }
            }
            // Any byte that differs, or is not there any more.
            for index in 0..<length {
                var changed = dice.bytes(before) + spelling
                changed[before + index] ^= 1 << UInt8(dice.number(0...6))
                for bytes in [changed, Array(changed[..<(before + index)])] {
                    Fence().lend(bytes) { span in
                        var json = JSON(from: before)
                        let isTaken = json.isNext(key, span) || json.literalIfNext(key, span)
                        #expect(!isTaken && json.at == before && json.isSound)
                        json.literal(key, span)
                        #expect(json.defect == .syntax && json.at == bytes.count)
                    }
                }
            }
        }
    }

    @Test(
        "the inside of a plain string is taken to its quote; escapes, other alphabets and an end are refused",
        arguments: 0..<40)
    func plain(length: Int) {
        let name = String("abcdefghijklmnopqrstuvwxyz0123456789_-./".prefix(length))
        for before in 0..<9 {
            let filling = String(repeating: "x", count: before)
            let (range, at, defect) = ask(filling + name + "\",\"next\"", from: before) { $0.plain($1).range }
            #expect(range == before..<(before + length) && at == before + length && defect == .none)
            for wrong in ["", "\\n\"", "é\"", "\u{1}\"", "\u{0}"] {
                let found = ask(filling + name + wrong, from: before) { _ = $0.plain($1) }
                #expect(found.2 == .syntax, "\(name)\(wrong)")
            }
        }
    }

    @Test("plain numbers are those that the careful readers give, or a defect", arguments: 0..<60)
    func numbers(seed: UInt64) {
        var dice = Dice(seed: seed)
        for _ in 0..<60 {
            let number = dice.numberText()
            for tail in ["", ",", "}", "\"", "x", "]]]]]]]]"] {
                let model = NumberModel(number + tail)
                let (decimal, at, defect) = ask(number + tail) { $0.plainDecimal($1) }
                #expect((defect == .none) == (model.length != nil), "\(number + tail)")
                if let length = model.length {
                    #expect(at == length && decimal.isIdentical(to: model.decimal ?? .zero))
                }
                // Digits only: what is behind them is for who asks next.
                let digits = number.prefix { $0.isNumber }
                let isGood = !digits.isEmpty && digits.count < 16 && (digits == "0" || digits.first != "0")
                let unsigned = ask(number + tail) { $0.plainUnsigned($1) }
                #expect((unsigned.2 == .none) == isGood, "\(number + tail)")
                if isGood { #expect(unsigned.0 == UInt64(digits) && unsigned.at == digits.count, "\(number + tail)") }
            }
        }
    }

    @Test("plain times are those that the careful readers give, or a defect", arguments: 0..<40)
    func times(seed: UInt64) {
        var dice = Dice(seed: seed)
        for _ in 0..<20 {
            let time = Nanos(Int64.random(in: 0..<Nanos.range.upperBound.count, using: &dice))
            let full = Printer.text { $0.print(rfc3339: time) }
            let fraction = dice.number(1...9)
            var text = String(full.dropLast(10 - fraction)) + "Z"
            if dice.oneIn(3) {
                var bytes = Array(text.utf8)
                bytes[dice.number(0...(bytes.count - 1))] = dice.pick(Array("0123456789-:.TZ /".utf8))
                text = String(decoding: bytes, as: Unicode.UTF8.self)
            }
            let careful = Fence().lend(Array(text.utf8)) { Nanos.rfc3339($0, 0..<$0.byteCount) }
            for tail in ["", "\"", "\",\"next\":1"] {
                let (found, at, defect) = ask(text + tail) { $0.plainTime($1) }
                if defect == .none, at == text.utf8.count { #expect(found == careful, "\(text)") }
                if careful == nil { #expect(defect == .unexpected || at < text.utf8.count, "\(text)") }
                let isUsual =
                    careful != nil && text.hasSuffix("Z") && text.contains("T") && text.contains(".")
                    && !text.contains(":60")
                if isUsual { #expect(defect == .none && at == text.utf8.count, "\(text)") }
            }
        }
        #expect(ask("") { $0.plainTime($1) }.2 == .unexpected)
        #expect(ask("2199-12-31T23:59:60.5Z") { $0.plainTime($1) }.2 == .unexpected, "it would lie beyond 2200")
    }

    @Test("plain seconds have to be a time")
    func seconds() {
        #expect(ask("1618678142.557535,") { $0.plainSeconds($1) } == (Nanos(1_618_678_142_557_535_000), 17, .none))
        for wrong in ["-1", "x", "", "7258118401", "1e30"] {
            #expect(ask(wrong) { $0.plainSeconds($1) }.2 != .none, "\(wrong)")
        }
    }
}
