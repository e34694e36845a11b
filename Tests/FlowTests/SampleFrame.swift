import Bytes
import Events
import Wire

/// A good frame of an event that holds nothing but its envelope, in the channel that its kind belongs to.
func frame(_ envelope: Envelope, venue: String = "", symbol: String = "") -> [UInt8] {
    var envelope = envelope
    envelope.channel = Layout.of(envelope.kind)?.channel ?? envelope.channel
    guard let name = StreamName(venue: venue, symbol: symbol) else { preconditionFailure("a name of a stream") }
    var outbox = Outbox()
    precondition(outbox.put(Draft(envelope, name)), "a good frame")
    return outbox.read { span in (0..<span.byteCount).map { span.byte($0) } }
}
