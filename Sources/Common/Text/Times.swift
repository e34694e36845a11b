import Bytes
public import Units

extension Nanos {
    /// Reads an RFC 3339 time (`2024-08-08T23:54:15.208Z`, any count of fraction digits, `Z` or an offset;
    /// `T` may be a space). Digits beyond nanoseconds are dropped. Nil when it is none, or before 1970 or after 2200.
    public static func rfc3339(_ text: RawSpan, _ range: Range<Int>) -> Nanos? {
        let (time, count) = usualTime(text, range.lowerBound)
        return count > 0 && count == range.count ? time : anyTime(text, range)
    }

    /// `2024-08-08T23:54:15.208Z` at `start` with one to nine digits of a fraction, and how many bytes it has; 0 bytes when it is
    /// spelt otherwise or is none. Eight bytes at a time, without a branch for each.
    @usableFromInline @inline(never)
    static func usualTime(_ text: RawSpan, _ start: Int) -> (Nanos, Int) {
        let none = (Nanos.zero, 0)
        // 2024-08- 08T23:54 :15.
        let date = text.window(start) ^ 0x2D30_302D_3030_3030
        let clock = text.window(start &+ 8) ^ 0x3030_3A30_3054_3030
        let second = (text.window(start &+ 16) ^ 0x2E30_303A) & 0xFFFF_FFFF
        let fraction = text.window(start &+ 20)
        // Each byte is now a digit's value, or 0 where the punctuation is right.
        let sevens: UInt64 = 0x7676_7676_7676_7676
        let wrong = (date &+ sevens) | date | (clock &+ sevens) | clock | (second &+ sevens) | second
        let marks = (date & 0xFF00_00FF_0000_0000) | (clock & 0x0000_FF00_00FF_0000) | (second & 0xFF00_00FF)
        guard wrong & 0x8080_8080_8080_8080 == 0, marks == 0 else { return none }
        // In each byte a digit's ten and the next digit.
        let dates = date &* 10 &+ date &>> 8
        let clocks = clock &* 10 &+ clock &>> 8
        let year = Int(dates & 0xFF) &* 100 &+ Int(dates &>> 16 & 0xFF)
        let month = Int(dates &>> 40 & 0xFF)
        let day = Int(clocks & 0xFF)
        let hour = Int(clocks &>> 24 & 0xFF)
        let minute = Int(clocks &>> 48 & 0xFF)
        let seconds = Int((second &* 10 &+ second &>> 8) &>> 8 & 0xFF)
        guard month >= 1, month <= 12, day >= 1, day <= 28 || day <= Civil.days(inMonth: month, of: year), hour < 24,
            minute < 60, seconds < 60, year >= 1970, year <= 2199
        else { return none }
        let others = JSON.nonDigits(fraction)
        var digits = others.trailingZeroBitCount &>> 3
        if digits == 0 { return none }
        var nanosecond = JSON.value((fraction ^ JSON.zeros) &<< UInt64(64 &- digits &* 8))
        if digits == 8, text.peek(start &+ 28) &- 0x30 <= 9 {
            digits = 9
            nanosecond = nanosecond &* 10 &+ Int64(text.peek(start &+ 28) &- 0x30)
        }
        guard text.peek(start &+ 20 &+ digits) == 0x5A else { return none }
        nanosecond &*= Decimal.power(of: 9 &- digits)
        let civil = Civil(
            year: year, month: month, day: day, hour: hour, minute: minute, second: seconds, nanosecond: Int(nanosecond)
        )
        return (civil.nanos, 21 &+ digits)
    }

    private static func anyTime(_ text: RawSpan, _ range: Range<Int>) -> Nanos? {
        var at = range.lowerBound
        let end = range.upperBound
        func number(_ digits: Int) -> Int? {
            guard at + digits <= end else { return nil }
            var value = 0
            for offset in at..<(at + digits) {
                let digit = text.byte(offset) &- 0x30
                guard digit <= 9 else { return nil }
                value = value * 10 + Int(digit)
            }
            at += digits
            return value
        }
        func mark(_ bytes: UInt8...) -> Bool {
            guard at < end, bytes.contains(text.byte(at)) else { return false }
            at += 1
            return true
        }
        guard let year = number(4), mark(0x2D), let month = number(2), mark(0x2D), let day = number(2),
            mark(0x54, 0x74, 0x20), let hour = number(2), mark(0x3A), let minute = number(2), mark(0x3A),
            let second = number(2), (1...12).contains(month),
            (1...Civil.days(inMonth: month, of: year)).contains(day), hour < 24, minute < 60, second <= 60
        else { return nil }
        var nanosecond = 0
        if mark(0x2E) {
            var scale = 100_000_000
            let start = at
            while at < end, text.byte(at) &- 0x30 <= 9 {
                nanosecond += Int(text.byte(at) - 0x30) * scale
                scale /= 10
                at += 1
            }
            guard at > start else { return nil }
        }
        var offset = 0
        if !mark(0x5A, 0x7A) {
            guard at < end, text.byte(at) == 0x2B || text.byte(at) == 0x2D else { return nil }
            let sign = text.byte(at) == 0x2D ? -1 : 1
            at += 1
            guard let hours = number(2), mark(0x3A), let minutes = number(2), hours < 24, minutes < 60 else {
                return nil
            }
            offset = sign * (hours * 60 + minutes)
        }
        guard at == end, (1969...2201).contains(year) else { return nil }
        let civil = Civil(
            year: year, month: month, day: day, hour: hour, minute: minute, second: second, nanosecond: nanosecond)
        let time = civil.nanos - .seconds(Int64(offset) * 60)
        return Nanos.range.contains(time) ? time : nil
    }

    /// Reads seconds since 1970 with a fraction, as `1618678142.557535`; nil where they are out of range.
    public init?(seconds number: Decimal) {
        guard number.isGiven, number.mantissa >= 0 else { return nil }
        var nanos: Int64? = number.mantissa(at: -9)
        if nanos == nil, number.exponent < -9 {
            // More digits than nanoseconds: a time is not money, the rest is dropped.
            let excess = -9 - Int(number.exponent)
            nanos = excess <= 18 ? number.mantissa / Decimal.power(of: excess) : 0
        }
        guard let nanos, Nanos.range.contains(Nanos(nanos)) else { return nil }
        self.init(nanos)
    }

    /// Milliseconds since 1970; nil where they are out of range.
    public init?(millis: Int64) {
        let (nanos, overflow) = millis.multipliedReportingOverflow(by: 1_000_000)
        guard !overflow, Nanos.range.contains(Nanos(nanos)) else { return nil }
        self.init(nanos)
    }
}

extension Printer {
    /// `2024-08-08T23:54:15.208000000Z`, or with `offset` seconds east of UTC added `…+02:00`.
    public mutating func print(rfc3339 time: Nanos, offset: Int = 0) {
        let civil = Civil(time + .seconds(Int64(offset)))
        print(date: civil)
        print(byte: 0x54)
        print(clock: civil, fraction: 9)
        if offset == 0 { return print(byte: 0x5A) }
        print(byte: offset < 0 ? 0x2D : 0x2B)
        print(UInt64(offset.magnitude / 3600), digits: 2)
        print(byte: 0x3A)
        print(UInt64(offset.magnitude / 60 % 60), digits: 2)
    }

    /// `2024-08-08`
    public mutating func print(date civil: Civil) {
        print(UInt64(clamping: civil.year), digits: 4)
        print(byte: 0x2D)
        print(UInt64(civil.month), digits: 2)
        print(byte: 0x2D)
        print(UInt64(civil.day), digits: 2)
    }

    /// `23:54:15.208` with `fraction` (0...9) digits after the point.
    public mutating func print(clock civil: Civil, fraction: Int) {
        print(UInt64(civil.hour), digits: 2)
        print(byte: 0x3A)
        print(UInt64(civil.minute), digits: 2)
        print(byte: 0x3A)
        print(UInt64(civil.second), digits: 2)
        guard fraction > 0 else { return }
        print(byte: 0x2E)
        print(UInt64(Int64(civil.nanosecond) / Decimal.power(of: 9 - fraction)), digits: fraction)
    }
}
