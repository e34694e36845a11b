import Bytes
import FuzzSupport
import Glibc
import Lines
import Text
import Wire

/// A line as an event. If it is one, it became good frames, and those printed and read again are the same bytes.
private func check(_ input: RawSpan) {
    var outbox = Outbox(capacity: 1 << 12)
    guard EventFromJSON.read(input, into: &outbox) == nil else {
        must(outbox.isEmpty, "a line was refused, and left a frame behind")
        return
    }
    let bytes = outbox.read { $0.array }
    let frames = bytes.span.bytes
    if isPlanted { fatalError("the planted bug") }
    var at = 0
    while at < frames.byteCount {
        let front = Frame.front(of: frames.extracting(at..<frames.byteCount))
        guard case .frame(let length) = front else { fatalError("no good frame at \(at): \(front)") }
        if let field = Layout.defect(in: frames.extracting(at..<(at + length))) { fatalError("field \(field)") }
        at += length
    }
    var printer = Printer(capacity: 1 << 12)
    printer.print(jsonOf: frames)
    var again = Outbox(capacity: 1 << 12)
    let defect = printer.read { EventFromJSON.read($0, into: &again) }
    must(defect == nil, "what was printed is not read again: \(defect?.text ?? "")")
    must(again.read { $0.array } == bytes, "printed and read again, the frame is another")
}

/// PLANT=1: the first event that is accepted is a finding. Nothing in this file leads there: only a fuzzer that sees its way
/// through the rooms writes one; see ../run.
private let isPlanted = getenv("PLANT") != nil

@_cdecl("FuzzJsonEvents_main")
public func fuzzMain(_ count: CInt, _ words: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> CInt {
    fuzz(count, words, check)
}
