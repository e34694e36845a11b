import Bytes

/// Goes through the lines of a whole head: each ends with CR and LF, the last one is empty. Source: RFC 9112, 2 to 5.
struct HeadLines {
    private var at = 0

    /// The next line without its end.
    mutating func next(_ head: RawSpan) -> Range<Int> {
        let start = at
        while at < head.byteCount, head.byte(at) != 0x0A { at += 1 }
        let end = max(start, at - 1)
        at += 1
        return start..<end
    }

    /// The parts of the first line: two without a space in them, and the rest. Nil where a part is missing.
    mutating func startLine(_ head: RawSpan) -> (Range<Int>, Range<Int>, Range<Int>)? {
        let line = next(head)
        guard let first = HeadLines.space(head, line), first > line.lowerBound,
            let second = HeadLines.space(head, (first + 1)..<line.upperBound)
        else { return nil }
        return (line.lowerBound..<first, (first + 1)..<second, (second + 1)..<line.upperBound)
    }

    /// The fields, up to the empty line.
    mutating func fields(_ head: RawSpan) -> Result<Fields, HeadDefect> {
        var fields = Fields()
        while true {
            let line = next(head)
            guard !line.isEmpty else { return .success(fields) }
            guard fields.all.count < Fields.countMax else { return .failure(.manyFields) }
            var colon = line.lowerBound
            while colon < line.upperBound, Fields.isTokenByte(head.byte(colon)) { colon += 1 }
            if colon == line.lowerBound, head.byte(colon) == 0x20 || head.byte(colon) == 0x09 {
                return .failure(.folded)
            }
            guard colon > line.lowerBound, colon < line.upperBound, head.byte(colon) == 0x3A else {
                return .failure(.fieldName)
            }
            let value = HeadLines.trimmed(head, (colon + 1)..<line.upperBound)
            guard value.allSatisfy({ Fields.isValueByte(head.byte($0)) }) else { return .failure(.fieldValue) }
            var name = ""
            for at in line.lowerBound..<colon {
                name.unicodeScalars.append(Unicode.Scalar(Fields.lowered(head.byte(at))))
            }
            fields.append(name, String(head, value))
        }
    }

    /// The minor version of `HTTP/1.0` and `HTTP/1.1`.
    static func version(_ head: RawSpan, _ range: Range<Int>) -> Result<Int, HeadDefect> {
        let text = String(head, range).utf8
        guard text.count == 8, text.starts(with: "HTTP/".utf8) else { return .failure(.startLine) }
        let digits = Array(text.dropFirst(5))
        guard digits[1] == 0x2E, (0x30...0x39).contains(digits[0]), (0x30...0x39).contains(digits[2]) else {
            return .failure(.startLine)
        }
        guard digits[0] == 0x31, digits[2] <= 0x31 else { return .failure(.version) }
        return .success(Int(digits[2] - 0x30))
    }

    private static func space(_ head: RawSpan, _ range: Range<Int>) -> Int? {
        range.first { head.byte($0) == 0x20 }
    }

    private static func trimmed(_ head: RawSpan, _ range: Range<Int>) -> Range<Int> {
        var (low, high) = (range.lowerBound, range.upperBound)
        while low < high, head.byte(low) == 0x20 || head.byte(low) == 0x09 { low += 1 }
        while high > low, head.byte(high - 1) == 0x20 || head.byte(high - 1) == 0x09 { high -= 1 }
        return low..<high
    }
}
