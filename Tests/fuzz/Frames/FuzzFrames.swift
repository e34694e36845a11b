import Bytes
import Events
import FuzzSupport
import Lines
import Text
import Units
import Wire

/// Frames as a stream: read whole and cut into pieces they are the same, whatever is in them is decoded, put together and
/// printed without a trap, and a good frame survives the way through JSON.
///
///     offset 0   bit 0: the stream's lengths and checksums are made right, which no fuzzer would guess
///            1   sizes of the pieces, four of them, by turns
///            5   the stream
private func check(_ input: RawSpan) {
    guard input.byteCount >= 5 else { return }
    var stream = input.extracting(5..<input.byteCount).array
    if input.byte(0) & 1 == 1 { seal(&stream, 0..<stream.count) }
    let reader = Reader()
    let whole = read(stream.span.bytes, [stream.count]) { reader.take($0) }
    let sizes = (1...4).map { Reader.sizes[Int(input.byte($0)) % Reader.sizes.count] }
    let pieces = read(stream.span.bytes, sizes) { _ in }
    must(whole == pieces, "read in pieces of \(sizes): \(pieces) instead of \(whole)")
}

/// What a stream consists of.
private struct Reading: Equatable {
    var frames: [Int] = []
    var defect: Frame.Defect?
    var offset: UInt64 = 0
    var rest = 0
}

private func read(_ stream: RawSpan, _ sizes: [Int], _ body: (RawSpan) -> Void) -> Reading {
    var inbox = Inbox(readBytes: 256)
    var reading = Reading()
    var at = 0
    var turn = 0
    while reading.defect == nil {
        let count = inbox.fill { room in
            // The beginning in small pieces, and not the whole of a long stream byte by byte.
            let size = turn < 64 ? sizes[turn % sizes.count] : stream.byteCount
            let count = min(size, stream.byteCount - at, room.byteCount)
            room.put(stream.extracting(at..<(at + count)), at: 0)
            return count
        }
        guard let count, count > 0 else { break }
        at += count
        turn += 1
        reading.defect = inbox.drain { frame in
            reading.frames.append(frame.byteCount)
            body(frame)
            return true
        }
    }
    reading.offset = inbox.offset
    // Of a stream that is broken, the rest depends on how much was read.
    reading.rest = reading.defect == nil ? inbox.byteCount : 0
    return reading
}

/// Makes lengths, magic, version and checksums right, inside merged events too.
private func seal(_ bytes: inout [UInt8], _ range: Range<Int>) {
    var at = range.lowerBound
    while range.upperBound - at >= Frame.headerBytes {
        let rest = min(range.upperBound - at, Frame.bytesMax) & ~7
        let asked = Int(bytes[at]) | Int(bytes[at + 1]) << 8 | Int(bytes[at + 2]) << 16
        let length = asked & 7 == 0 && (Frame.headerBytes...rest).contains(asked) ? asked : rest
        for byte in 0..<4 { bytes[at + byte] = UInt8(truncatingIfNeeded: length >> (byte * 8)) }
        bytes[at + 8] = 0x50
        bytes[at + 9] = 0x53
        bytes[at + 10] = Frame.version
        if bytes[at + 11] == Kind.merged.rawValue {
            let fixed = at + Header.payloadOffset(Int(bytes[at + 84]), Int(bytes[at + 85])) + Int(bytes[at + 87]) * 8
            if fixed < at + length { seal(&bytes, fixed..<(at + length)) }
        }
        let sum = Frame.checksum(of: bytes.span.bytes.extracting(at..<(at + length)))
        for byte in 0..<4 { bytes[at + 4 + byte] = UInt8(truncatingIfNeeded: sum >> UInt32(byte * 8)) }
        at += length
    }
}

/// Looks at everything that is in a frame.
private final class Reader {
    /// Of pieces: below, at and above what a header needs.
    static let sizes = [1, 7, 8, 15, 16, 151, 152, 153, 200, 4096]

    private var assembly = Assembly()
    private var page = Printer(capacity: 1 << 12)
    nonisolated(unsafe) private static let table = EventCSV(kinds: EventCSV.marketKinds)

    func take(_ frame: RawSpan) {
        guard Layout.defect(in: frame) == nil else { return }
        decode(frame)
        switch assembly.take(frame) {
        case .more, .stray: break
        case .single:
            show(frame)
            convert(frame)
        case .complete: assembly.read { show($0) }
        }
    }

    private func decode(_ frame: RawSpan) {
        let header = Header(frame)
        switch header.envelope.kind {
        case .trade:
            _ = Trade(frame, header)
            _ = String(frame, Trade.id(frame, header))
        case .ticker: _ = Ticker(frame, header)
        case .kline: _ = Kline(frame, header)
        case .bookStatus: _ = BookStatus(frame, header)
        case .gap: _ = Gap(frame, header)
        case .bookSnapshot, .bookUpdate:
            var sides = Sides()
            LevelRows(frame, header).append(frame, to: &sides)
        default: break
        }
    }

    private func show(_ frames: RawSpan) {
        page.clear()
        page.print(lineOf: frames, LineStyle())
        Reader.table.print(frames, offset: .zero, to: &page)
        page.clear()
        page.print(jsonOf: frames)
        must(page.read { JSON.isValid($0) }, "an event printed as what is not JSON")
        must(page.read { $0.firstOffset(of: 0x0A) } == nil, "an event printed as several lines")
    }

    private func convert(_ frame: RawSpan) {
        var outbox = Outbox(capacity: 1 << 12)
        let defect = page.read { EventFromJSON.read($0, into: &outbox) }
        must(defect == nil, "what was printed is not read again: \(defect?.text ?? "")")
        let isSame = outbox.read { $0.holdsSameBytes(as: frame) }
        must(isSame, "printed and read again, the frame is another")
    }
}

@_cdecl("FuzzFrames_main")
public func fuzzMain(_ count: CInt, _ words: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> CInt {
    fuzz(count, words, check)
}
