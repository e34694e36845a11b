import Bytes
import FuzzSupport
import Text
import Units

/// The scanner against a second judge: whether the text is JSON, what its strings stand for, what its numbers are; and the
/// walk piece by piece against the one that skips.
private func check(_ input: RawSpan) {
    var judge = Judge(input.array)
    let isGood = judge.accepts()
    let (defect, offset) = JSON.check(input)
    must((defect == .none) == isGood, "skipping says \(defect) at \(offset), the judge \(isGood)")
    var walk = Walk()
    let walked = walk.take(input)
    must((walked == .none) == isGood, "the walk says \(walked), the judge \(isGood)")
    guard isGood else { return }
    must(walk.strings == judge.strings, "the strings \(walk.strings) are not \(judge.strings)")
    must(walk.inPlace == judge.strings, "resolved in place, the strings \(walk.inPlace) are not \(judge.strings)")
    must(walk.numbers.count == judge.numbers.count, "not all numbers were met")
    for (number, text) in zip(walk.numbers, judge.numbers) {
        let exact = Exact(text)
        must(number.isSame(as: exact), "\(String(decoding: text, as: Unicode.UTF8.self)) was read as \(number)")
    }
}

/// All of a text, asked for piece by piece.
private struct Walk {
    enum Number: Equatable {
        case value(mantissa: Int64, exponent: Int8)
        case overflow

        func isSame(as exact: Exact) -> Bool {
            switch self {
            case .value(let mantissa, let exponent): exact.mantissa == mantissa && exact.exponent == Int(exponent)
            case .overflow: exact.mantissa == nil || !Decimal.exponents.contains(Int8(clamping: exact.exponent))
            }
        }
    }

    var strings: [[UInt8]] = []
    var inPlace: [[UInt8]] = []
    var numbers: [Number] = []

    mutating func take(_ text: RawSpan) -> JSON.Defect {
        var json = JSON()
        value(&json, text)
        json.finish(text)
        return json.defect
    }

    private mutating func value(_ json: inout JSON, _ text: RawSpan) {
        guard json.isSound else { return }
        switch json.peek(text) {
        case UInt8(ascii: "{"):
            json.enterObject(text)
            while true {
                var ahead = json
                guard json.nextKey(text) != nil else { break }
                note(keyAt: &ahead, text)
                value(&json, text)
            }
        case UInt8(ascii: "["):
            json.enterArray(text)
            while json.nextElement(text) { value(&json, text) }
        case UInt8(ascii: "\""): note(json.string(text), text)
        case UInt8(ascii: "t"), UInt8(ascii: "f"): _ = json.bool(text)
        case UInt8(ascii: "n"): json.null(text)
        default:
            let number = json.decimal(text)
            guard json.isSound else { return }
            numbers.append(
                json.takeOverflow() ? .overflow : .value(mantissa: number.mantissa, exponent: number.exponent))
        }
    }

    /// The key that `nextKey` took, as the string that it is in the text.
    private mutating func note(keyAt json: inout JSON, _ text: RawSpan) {
        var place = json.at
        while place < text.byteCount, text.byte(place) != UInt8(ascii: "\"") { place += 1 }
        var key = JSON(from: place)
        note(key.string(text), text)
    }

    private mutating func note(_ string: JSON.Text, _ text: RawSpan) {
        var bytes: [UInt8] = []
        _ = JSON.unescape(text, string.range) { byte in
            bytes.append(byte)
            return true
        }
        strings.append(bytes)
        var copy = text.array
        var span = copy.mutableSpan
        var raw = span.mutableBytes
        guard string.start > 0, let (end, _) = raw.unescapeJSON(from: string.start) else { return }
        inPlace.append(raw.bytes.extracting(string.start..<end).array)
    }
}

/// A number by long multiplication: nil where its digits do not fit in 64 bits.
private struct Exact {
    var mantissa: Int64? = 0
    var exponent = 0

    init(_ text: ArraySlice<UInt8>) {
        let parts = text.split(whereSeparator: { $0 == UInt8(ascii: "e") || $0 == UInt8(ascii: "E") })
        let isNegative = text.first == UInt8(ascii: "-")
        var wide: Int128? = 0
        var isAfterPoint = false
        for byte in parts[0] where byte != UInt8(ascii: "-") {
            if byte == UInt8(ascii: ".") {
                isAfterPoint = true
                continue
            }
            if isAfterPoint { exponent -= 1 }
            wide = wide.flatMap { $0 > Int128(Int64.max) ? nil : $0 * 10 + Int128(byte - 0x30) }
        }
        // -2^63 does not fit: it has no positive counterpart.
        mantissa = wide.flatMap { Int64(exactly: $0) }.map { isNegative ? -$0 : $0 }
        if parts.count > 1 {
            let digits = String(decoding: parts[1].drop { $0 == UInt8(ascii: "+") }, as: Unicode.UTF8.self)
            exponent += Int(digits) ?? (digits.hasPrefix("-") ? -1_000_000 : 1_000_000)
        }
    }
}

@_cdecl("FuzzJson_main")
public func fuzzMain(_ count: CInt, _ words: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> CInt {
    fuzz(count, words, check)
}
