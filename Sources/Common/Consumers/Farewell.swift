import Bytes
public import Events
import Text
public import Wire

/// What the `end` of a stream says.
public struct Farewell: Sendable {
    public let reason: EndReason
    /// For people, one line; empty when it gives none.
    public let text: String

    /// Of a good frame.
    public init(_ frame: RawSpan, _ header: Header) {
        reason = EndReason(frame, header)
        let scalars = String(frame, EndReason.text(frame, header)).unicodeScalars.prefix(256)
        var text = ""
        for scalar in scalars {
            text.unicodeScalars.append(scalar.properties.generalCategory == .control ? " " : scalar)
        }
        self.text = text
    }
}
