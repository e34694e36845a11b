import Foundation
import Support
import Testing
import Text
import Units

extension Printer {
    /// What `body` prints into a page that begins too small for it.
    static func text(_ body: (inout Printer) -> Void) -> String {
        var printer = Printer(capacity: 1)
        body(&printer)
        return printer.read { String($0) }
    }
}

@Suite(.timeLimit(.minutes(1)))
struct PrinterTests {
    @Test("whole numbers are printed with their digits and as many zeros as are asked for", arguments: 0..<30)
    func numbers(seed: UInt64) {
        var dice = Dice(seed: seed)
        for _ in 0..<30 {
            let word = dice.next() >> UInt64(dice.number(0...63))
            let signed = Int64(bitPattern: dice.next()) >> Int64(dice.number(0...63))
            let digits = dice.number(0...25)
            let plain = "\(word)"
            #expect(Printer.text { $0.print(word) } == plain)
            #expect(Printer.text { $0.print(signed) } == "\(signed)")
            let filled = String(repeating: "0", count: max(0, digits - plain.count)) + plain
            #expect(Printer.text { $0.print(word, digits: digits) } == filled)
            let hex = String(word, radix: 16)
            let wide = String(repeating: "0", count: 16 - hex.count) + hex
            for count in 0...16 {
                #expect(Printer.text { $0.print(hex: word, digits: count) } == String(wide.suffix(count)))
            }
        }
        for number in [0, 1, -1, 9, 10, .max, .min] as [Int64] {
            #expect(Printer.text { $0.print(number) } == "\(number)")
        }
        for number in [0, 9, 10, 99, 100, .max] as [UInt64] {
            #expect(Printer.text { $0.print(number) } == "\(number)")
        }
    }

    /// The digits with the point put in by hand.
    private func written(_ number: Units.Decimal) -> String {
        let sign = number.mantissa < 0 ? "-" : ""
        let digits = "\(number.mantissa.magnitude)"
        if number.exponent >= 0 {
            return sign + digits + String(repeating: "0", count: number.isZero ? 0 : Int(number.exponent))
        }
        let fraction = -Int(number.exponent)
        let padded = String(repeating: "0", count: max(0, fraction + 1 - digits.count)) + digits
        return sign + padded.dropLast(fraction) + "." + padded.suffix(fraction)
    }

    @Test("decimals keep all their digits, without an exponent, and are read back", arguments: 0..<60)
    func decimals(seed: UInt64) {
        var dice = Dice(seed: seed)
        for _ in 0..<40 {
            let mantissa = max(Int64(bitPattern: dice.next()), -.max) >> Int64(dice.number(0...63))
            let number = Units.Decimal(mantissa, exponent: Int8(dice.number(-63...63)))
            let text = Printer.text { $0.print(number) }
            #expect(text == written(number))
            let back = Fence().lend(Array(text.utf8)) { span in
                var json = JSON()
                let back = json.decimal(span)
                json.finish(span)
                return json.isSound && !json.takeOverflow() ? back : .notGiven
            }
            // Zeros for a positive exponent are digits when read, and there may be too many.
            if number.exponent <= 0 { #expect(back.isIdentical(to: number), "\(text)") }
            if number.exponent > 0, back.isGiven { #expect(back == number, "\(text)") }
        }
        #expect(Printer.text { $0.print(Units.Decimal(5, exponent: 3)) } == "5000")
        #expect(Printer.text { $0.print(Units.Decimal(0, exponent: 3)) } == "0")
        #expect(Printer.text { $0.print(Units.Decimal(0, exponent: -3)) } == "0.000")
        #expect(Printer.text { $0.print(Units.Decimal(.min, exponent: -19)) } == "-0.9223372036854775808")
        #expect(Printer.text { $0.print(Units.Decimal.notGiven) } == "-")
    }

    @Test("a JSON string stands for the very same text, by Foundation and by the scanner", arguments: 0..<60)
    func jsonStrings(seed: UInt64) throws {
        var dice = Dice(seed: seed)
        for _ in 0..<20 {
            let pieces = [
                "\"", "\\", "\n", "\r", "\t", "\u{0}", "\u{1F}", "\u{7F}", "é", "🙂", "a", "long plain run", "/",
            ]
            let text = (0..<dice.number(0...12)).map { _ in dice.pick(pieces) }.joined()
            let quoted = Printer.text { printer in text.withBytes { printer.print(json: $0) } }
            let object = try JSONSerialization.jsonObject(with: Data("[\(quoted)]".utf8)) as? [String]
            #expect(object?.first.map { Array($0.utf8) } == Array(text.utf8))
            #expect(!quoted.utf8.contains { $0 < 0x20 || $0 == 0x7F }, "nothing that a terminal would obey")
            var bytes = Array(quoted.utf8)
            let end = Fence().change(&bytes) { $0.unescapeJSON(from: 1)?.end }
            #expect(end.map { Array(bytes[1..<$0]) } == Array(text.utf8))
        }
    }

    @Test("pieces follow one another, however often the page grows, and can be taken back")
    func pages() {
        var printer = Printer(capacity: 8)
        var model = ""
        for index in 0..<2000 {
            printer.print("literal ")
            printer.print("text \(index) größer")
            printer.print(byte: 0x2C)
            printer.print(byte: 0x2A, times: index % 5)
            printer.print(byte: 0x2A, times: -1)
            printer.print("" as String)
            model += "literal text \(index) größer," + String(repeating: "*", count: index % 5)
        }
        #expect(printer.count == model.utf8.count)
        #expect(printer.read { String($0) } == model)
        printer.truncate(to: 12)
        #expect(printer.read { String($0) } == "literal text" && printer.last == 0x74)
        printer.clear()
        #expect(printer.count == 0 && printer.last == nil && printer.read { $0.byteCount } == 0)
        printer.print("again" as String)
        #expect(printer.read { String($0) } == "again")
    }

    @Test("taking back more than was printed traps")
    func traps() async {
        await #expect(processExitsWith: .failure) {
            var printer = Printer()
            printer.truncate(to: 1)
        }
    }
}
