import Bytes

/// What an HTTP server answers.
public struct ResponseHead: Equatable, Sendable {
    /// 100 to 599.
    public let status: Int
    /// For people; often empty.
    public let reason: String
    /// 0 or 1: of HTTP/1.
    public let minorVersion: Int
    public let fields: Fields

    static func read(_ head: RawSpan) -> Result<ResponseHead, HeadDefect> {
        var lines = HeadLines()
        var rest = lines
        let line = rest.next(head)
        // The space before an empty reason is left out by some.
        let parts = lines.startLine(head) ?? bare(head, line)
        guard let (version, status, reason) = parts else { return .failure(.startLine) }
        let digits = status.map { head.byte($0) }
        guard digits.count == 3, (0x31...0x35).contains(digits[0]),
            digits.allSatisfy({ (0x30...0x39).contains($0) }),
            reason.allSatisfy({ Fields.isValueByte(head.byte($0)) })
        else { return .failure(.startLine) }
        let number = digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
        return HeadLines.version(head, version).flatMap { minor in
            rest.fields(head).map { fields in
                ResponseHead(status: number, reason: String(head, reason), minorVersion: minor, fields: fields)
            }
        }
    }

    /// `HTTP/1.1 101` and nothing more.
    private static func bare(_ head: RawSpan, _ line: Range<Int>) -> (Range<Int>, Range<Int>, Range<Int>)? {
        let start = line.lowerBound
        guard line.count == 12, head.byte(start + 8) == 0x20 else { return nil }
        return (start..<(start + 8), (start + 9)..<line.upperBound, line.upperBound..<line.upperBound)
    }
}
