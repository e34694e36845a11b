import Foundation
import Support
import Testing
import Units

@Suite(.timeLimit(.minutes(1)))
struct CivilTests {
    /// The calendar that everybody knows, by counting: no formula.
    private static func nextDay(_ civil: inout Civil) {
        let isLeap = civil.year % 400 == 0 || (civil.year % 4 == 0 && civil.year % 100 != 0)
        let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        civil.day += 1
        guard civil.day > lengths[civil.month - 1] else { return }
        civil.day = 1
        civil.month += 1
        guard civil.month > 12 else { return }
        civil.month = 1
        civil.year += 1
    }

    @Test("each day from 1970 to 2200 is the day after the one before, both ways")
    func everyDay() {
        let day: Int64 = 86_400_000_000_000
        var civil = Civil(year: 1970, month: 1, day: 1)
        var time = Nanos(0)
        var days = 0
        var wrong = 0
        while civil.year <= 2200 {
            // The first and the last nanosecond of the day.
            var last = civil
            (last.hour, last.minute, last.second, last.nanosecond) = (23, 59, 59, 999_999_999)
            let end = Nanos(time.count + day - 1)
            let isRight = Civil(time) == civil && civil.nanos == time && Civil(end) == last && last.nanos == end
            if !isRight { wrong += 1 }
            CivilTests.nextDay(&civil)
            time.count += day
            days += 1
        }
        #expect(wrong == 0)
        #expect(days == 84_371)
    }

    @Test("a time is the one that Foundation's calendar gives in UTC", arguments: 0..<20)
    func foundation(seed: UInt64) throws {
        var dice = Dice(seed: seed)
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = try #require(TimeZone(secondsFromGMT: 0))
        for _ in 0..<20 {
            let seconds = dice.number(0...7_258_118_399)
            let nanosecond = dice.number(0...999_999_999)
            let civil = Civil(Nanos(Int64(seconds) * 1_000_000_000 + Int64(nanosecond)))
            let date = Date(timeIntervalSince1970: TimeInterval(seconds))
            let parts = calendar.dateComponents([.year, .month, .day, .hour, .minute, .second], from: date)
            let same =
                [civil.year, civil.month, civil.day, civil.hour, civil.minute, civil.second]
                == [parts.year, parts.month, parts.day, parts.hour, parts.minute, parts.second]
            #expect(same, "\(seconds)")
            #expect(civil.nanosecond == nanosecond)
        }
    }

    @Test("every time of 64 bits has a date and comes back from it, also before 1970", arguments: 0..<20)
    func roundTrip(seed: UInt64) {
        var dice = Dice(seed: seed)
        for _ in 0..<200 {
            let time = Nanos(Int64(bitPattern: dice.next()) >> Int64(dice.number(0...62)))
            let civil = Civil(time)
            // The first second of all does not fit when it is counted from below.
            guard time.count > Int64.min + 1_000_000_000 else { continue }
            #expect(civil.nanos == time)
            #expect((1...12).contains(civil.month) && (0..<24).contains(civil.hour))
            #expect((1...Civil.days(inMonth: civil.month, of: civil.year)).contains(civil.day))
            #expect((0..<60).contains(civil.minute) && (0..<60).contains(civil.second))
            #expect((0..<1_000_000_000).contains(civil.nanosecond))
        }
        #expect(
            Civil(Nanos(-1))
                == Civil(
                    year: 1969, month: 12, day: 31, hour: 23, minute: 59, second: 59, nanosecond: 999_999_999))
        #expect(Civil(Nanos(.min)).year == 1677 && Civil(Nanos(.max)).year == 2262)
    }

    @Test("centuries are leap years only every fourth time")
    func leapYears() {
        let leap = [1972, 2000, 2004, 2096, 2400]
        let common = [1900, 1970, 2001, 2100, 2200, 2300]
        for year in leap { #expect(Civil.days(inMonth: 2, of: year) == 29) }
        for year in common { #expect(Civil.days(inMonth: 2, of: year) == 28) }
        #expect((1...12).map { Civil.days(inMonth: $0, of: 2023) } == [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
    }

    @Test("a leap second is the next minute's first")
    func leapSecond() {
        let leap = Civil(year: 2016, month: 12, day: 31, hour: 23, minute: 59, second: 60)
        #expect(leap.nanos == Civil(year: 2017, month: 1, day: 1).nanos)
    }
}
