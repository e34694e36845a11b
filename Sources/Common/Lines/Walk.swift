import Bytes
import Events
import Wire

extension RawSpan {
    /// Lends the fragments of a merged event, whose only variable part they are, from all its parts.
    func eachFragment(_ field: Field, _ body: (RawSpan) -> Void) {
        eachFrame { frame in
            let header = Header(frame)
            let payload = Payload(header)
            guard let range = field.range(frame, payload, payload.variable, header.envelope.flags) else { return }
            frame.extracting(range).eachFrame(body)
        }
    }
}
