import Foundation
import Support
import Testing
import Text
import Units

@Suite(.timeLimit(.minutes(1)))
struct TimesTests {
    private func read(_ text: String) -> Nanos? {
        let padded = Array("xx\(text)yy".utf8)
        return Fence().lend(padded) { Nanos.rfc3339($0, 2..<(padded.count - 2)) }
    }

    private func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

    @Test("a written time is the instant that Foundation's calendar gives for its parts", arguments: 0..<30)
    func model(seed: UInt64) throws {
        var dice = Dice(seed: seed)
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = try #require(TimeZone(secondsFromGMT: 0))
        for _ in 0..<20 {
            let (year, month) = (dice.number(1970...2199), dice.number(1...12))
            let day = dice.number(1...28)
            let (hour, minute, second) = (dice.number(0...23), dice.number(0...59), dice.number(0...59))
            let fraction = dice.oneIn(4) ? "" : dice.digits(dice.number(1...12))
            let offset = dice.oneIn(2) ? 0 : dice.number(-1439...1439)
            let sign = offset < 0 ? "-" : "+"
            let zone =
                offset == 0 && dice.oneIn(2)
                ? dice.pick(["Z", "z"]) : sign + two(abs(offset) / 60) + ":" + two(abs(offset) % 60)
            let date = "\(year)-\(two(month))-\(two(day))" + dice.pick(["T", "t", " "])
            let clock = "\(two(hour)):\(two(minute)):\(two(second))" + (fraction.isEmpty ? "" : "." + fraction)
            let parts = DateComponents(year: year, month: month, day: day, hour: hour, minute: minute, second: second)
            let seconds = Int64(try #require(calendar.date(from: parts)).timeIntervalSince1970) - Int64(offset * 60)
            let nanos = try #require(Int64((fraction + "000000000").prefix(9)))
            let expected = Nanos(seconds * 1_000_000_000 + nanos)
            #expect(
                read(date + clock + zone) == (Nanos.range.contains(expected) ? expected : nil), "\(date + clock + zone)"
            )
        }
    }

    @Test(
        "what is no time is refused",
        arguments: [
            "", "2024", "2024-08-08", "2024-08-08T23:54:15", "2024-08-08T23:54Z", "2024-8-08T23:54:15Z",
            "24-08-08T23:54:15Z",
            "2024-08-08T23:54:15.Z", "2024-08-08T23:54:15,5Z", "2024-08-08T23:54:15Zz", "2024-08-08T23:54:15 Z",
            " 2024-08-08T23:54:15Z",
            "2024-00-08T23:54:15Z", "2024-13-08T23:54:15Z", "2024-08-00T23:54:15Z", "2024-08-32T23:54:15Z",
            "2024-04-31T00:00:00Z",
            "2023-02-29T00:00:00Z", "2100-02-29T00:00:00Z", "2024-08-08T24:00:00Z", "2024-08-08T23:60:00Z",
            "2024-08-08T23:54:61Z",
            "2024-08-08X23:54:15Z", "2024/08/08T23:54:15Z", "2024-08-08T23.54.15Z", "2024-08-08T23:54:15+02",
            "2024-08-08T23:54:15+0200",
            "2024-08-08T23:54:15+24:00", "2024-08-08T23:54:15+02:60", "2024-08-08T23:54:15+2:00",
            "2024-08-08T23:54:15*02:00",
            "2024-08-08T23:54:15+02:00Z", "-024-08-08T23:54:15Z", "2024-08-08T2a:54:15Z", "1969-12-31T23:59:59Z",
            "1968-01-01T00:00:00Z",
            "2200-01-01T00:00:00.000000001Z", "2199-12-31T23:59:60.5Z", "2202-01-01T00:00:00Z", "9999-12-31T23:59:59Z",
            "0000-01-01T00:00:00Z",
            "1970-01-01T00:00:00+00:01", "2024-08-08T23:54:15.208", "2024-08-08T23:54:15.2.08Z", "２０２４-08-08T23:54:15Z",
        ])
    func refused(text: String) { #expect(read(text) == nil) }

    @Test("the first and last times, leap days and leap seconds are taken, and offsets may cross the ends")
    func edges() {
        #expect(read("1970-01-01T00:00:00Z") == .zero)
        #expect(read("1969-12-31T23:59:59-00:01") == .seconds(59))
        #expect(read("2200-01-01T00:00:00Z") == Nanos.range.upperBound)
        #expect(read("2200-01-01T00:30:00+00:30") == Nanos.range.upperBound)
        #expect(read("2024-02-29T00:00:00Z") != nil && read("2000-02-29T00:00:00Z") != nil)
        #expect(read("2016-12-31T23:59:60Z") == read("2017-01-01T00:00:00Z"))
        #expect(read("1970-01-01T00:00:00.0000000019999Z") == Nanos(1), "digits beyond nanoseconds are dropped")
        let many = "1970-01-01T00:00:00." + String(repeating: "9", count: 200) + "Z"
        #expect(read(many) == Nanos(999_999_999))
    }

    @Test("every prefix of a time, and a time with a byte changed, is judged without a trap", arguments: 0..<20)
    func damage(seed: UInt64) {
        var dice = Dice(seed: seed)
        let good = Array("2024-08-08T23:54:15.208+02:00".utf8)
        for count in 0..<good.count { #expect(read(String(decoding: good[..<count], as: Unicode.UTF8.self)) == nil) }
        for index in good.indices {
            var changed = good
            changed[index] = dice.pick(Array("/:;@Zz .+-0".utf8))
            let text = String(decoding: changed, as: Unicode.UTF8.self)
            let pattern =
                "^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})$"
            if text.range(of: pattern, options: .regularExpression) == nil { #expect(read(text) == nil, "\(text)") }
        }
    }

    @Test("a printed time is read back, in any zone", arguments: 0..<30)
    func printed(seed: UInt64) {
        var dice = Dice(seed: seed)
        for _ in 0..<20 {
            let time = Nanos(
                Int64.random(in: 86_400_000_000_000...Nanos.range.upperBound.count - 86_400_000_000_000, using: &dice))
            let offset = dice.oneIn(3) ? 0 : dice.number(-14 * 60...14 * 60) * 60
            let text = Printer.text { $0.print(rfc3339: time, offset: offset) }
            #expect(read(text) == time, "\(text)")
            #expect(text.hasSuffix("Z") == (offset == 0))
            let clock = Printer.text { $0.print(clock: Civil(time), fraction: 9) }
            #expect(Printer.text { $0.print(rfc3339: time) }.dropFirst(11).dropLast() == clock)
            for fraction in 1...9 {
                #expect(
                    Printer.text { $0.print(clock: Civil(time), fraction: fraction) } == clock.dropLast(9 - fraction))
            }
            #expect(Printer.text { $0.print(clock: Civil(time), fraction: 0) } == clock.dropLast(10))
        }
        #expect(Printer.text { $0.print(rfc3339: .zero) } == "1970-01-01T00:00:00.000000000Z")
        #expect(Printer.text { $0.print(rfc3339: .zero, offset: -19_800) } == "1969-12-31T18:30:00.000000000-05:30")
        #expect(Printer.text { $0.print(rfc3339: .zero, offset: 7200) } == "1970-01-01T02:00:00.000000000+02:00")
    }

    @Test("seconds with a fraction become nanoseconds, finer digits dropped, out of range refused")
    func seconds() {
        func time(_ mantissa: Int64, _ exponent: Int8) -> Int64? {
            Nanos(seconds: Decimal(mantissa, exponent: exponent))?.count
        }
        #expect(time(1_618_678_142_557_535, -6) == 1_618_678_142_557_535_000)
        #expect(time(1_618_678_142, 0) == 1_618_678_142_000_000_000)
        #expect(time(16_186_781, 2) == 1_618_678_100_000_000_000)
        #expect(time(1_618_678_142_123_456_789, -9) == 1_618_678_142_123_456_789)
        #expect(time(1_618_678_142_123_456_789, -10) == 161_867_814_212_345_678)
        #expect(time(99_999_999_999, -11) == 999_999_999 && time(10, -10) == 1 && time(19, -10) == 1)
        #expect(time(.max, -27) == 9 && time(.max, -28) == 0 && time(.max, -63) == 0)
        #expect(time(0, 0) == 0 && time(0, 60) == 0)
        #expect(time(7_258_118_400, 0) == Nanos.range.upperBound.count && time(7_258_118_401, 0) == nil)
        #expect(time(-1, 0) == nil && time(-1, -20) == nil && time(.max, 0) == nil && time(1, 20) == nil)
        #expect(Nanos(seconds: .notGiven) == nil)
    }

    @Test("milliseconds out of range are refused, also where they overflow")
    func millis() {
        #expect(Nanos(millis: 1_723_161_255_208) == Nanos(1_723_161_255_208_000_000))
        #expect(Nanos(millis: 0) == .zero && Nanos(millis: 7_258_118_400_000) == Nanos.range.upperBound)
        for wrong in [-1, 7_258_118_400_001, .max, .min, 9_223_372_036_855] as [Int64] {
            #expect(Nanos(millis: wrong) == nil)
        }
    }
}
