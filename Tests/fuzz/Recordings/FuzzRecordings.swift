import Bytes
import FuzzSupport
import Recordings
import Text
import Units

/// What became of one line.
private struct Outcome: Equatable {
    var number: Int
    var bytes: [UInt8]
    var body: [UInt8]
    var result: String
}

/// The input as a recording, read at once and in pieces that its first byte chooses: the same lines and the same records,
/// and each body what the JSON scanner makes of it.
private func check(_ input: RawSpan) {
    guard input.byteCount > 1 else { return }
    let stream = input.extracting(1..<input.byteCount)
    let whole = read(stream, by: stream.byteCount)
    let step = Int(input.byte(0) & 63) + 1
    must(read(stream, by: step) == whole, "read in pieces of \(step) the lines differ")
    var numbers = whole.map(\.number)
    numbers.removeAll { $0 < 1 }
    must(numbers == numbers.sorted() && numbers.count == whole.count, "the lines are not counted in order")
}

private func read(_ stream: RawSpan, by step: Int) -> [Outcome] {
    var reader = LineReader(readBytes: 256, limit: 1 << 16)
    var outcomes: [Outcome] = []
    var at = 0
    var isAtEnd = false
    while !isAtEnd {
        let count = reader.fill { room in
            let count = min(step, stream.byteCount - at, room.byteCount)
            room.put(stream.extracting(at..<(at + count)), at: 0)
            return count
        }
        at += count ?? 0
        isAtEnd = count == 0
        loop: while true {
            let found = reader.next(atEnd: isAtEnd) { line in
                let bytes = line.bytes.array
                let result = Record.read(&line)
                return outcome(bytes, result, line.bytes)
            }
            switch found {
            case .none: break loop
            case .tooLong: return outcomes
            case .line(var outcome):
                outcome.number = reader.line
                outcomes.append(outcome)
            }
        }
    }
    return outcomes
}

private func outcome(_ bytes: [UInt8], _ result: Result<Record, Record.Defect>, _ line: RawSpan) -> Outcome {
    switch result {
    case .failure(let defect): return Outcome(number: 0, bytes: bytes, body: [], result: "\(defect)")
    case .success(let record):
        must(JSON.isValid(bytes.span.bytes), "a record was read that is not JSON")
        for range in [record.connection, record.url, record.body] {
            must(range.lowerBound >= 0 && range.upperBound <= line.byteCount, "a place outside the line")
        }
        if let time = record.time { must(Nanos.range.contains(time), "a time out of range") }
        let body = line.extracting(record.body).array
        must(body == expectedBody(bytes.span.bytes), "the body is not what its string stands for")
        return Outcome(
            number: 0, bytes: bytes, body: body,
            result: "\(record.kind) \(record.isIncoming) \(record.time?.count ?? -1) \(record.connection) \(record.url)"
        )
    }
}

/// The body by the other way through the text: the scanner finds the string, and its escapes are resolved byte by byte.
private func expectedBody(_ text: RawSpan) -> [UInt8] {
    var json = JSON()
    var body: [UInt8] = []
    json.enterObject(text)
    while let key = json.nextKey(text) {
        guard key == "body", json.peek(text) == 0x22 else {
            json.skip(text)
            continue
        }
        _ = JSON.unescape(text, json.string(text).range) { byte in
            body.append(byte)
            return true
        }
    }
    return body
}

@_cdecl("FuzzRecordings_main")
public func fuzzMain(_ count: CInt, _ words: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> CInt {
    fuzz(count, words, check)
}
