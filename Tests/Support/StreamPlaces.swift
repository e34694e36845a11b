public import Events
import Units

/// Where each stream of a venue has got to: positions follow one another, a new epoch begins with the status of a book, and no event was
/// received before the one before it.
public struct StreamPlaces {
    private struct Stream: Hashable {
        var symbol: String
        var channel: UInt8
    }

    private struct Place {
        var epoch: UInt32 = 0
        var position: UInt64 = 0
        var received = Nanos.zero
    }

    private var places: [Stream: Place] = [:]

    public init() {}

    /// Goes on to the next event. What is wrong with its place, a sentence each.
    public mutating func take(_ envelope: Envelope, of symbol: String) -> [String] {
        let stream = Stream(symbol: symbol, channel: envelope.channel.rawValue)
        let place = places[stream] ?? Place()
        places[stream] = Place(epoch: envelope.epoch, position: envelope.position, received: envelope.received)
        let isNext = envelope.epoch == max(place.epoch, 1) && envelope.position == place.position + 1
        let isNew =
            place.epoch > 0 && envelope.epoch == place.epoch + 1 && envelope.position == 1
            && envelope.kind == .bookStatus
        var complaints: [String] = []
        if !isNext, !isNew {
            complaints.append(
                "\(symbol) \(envelope.kind) at \(envelope.epoch):\(envelope.position) behind "
                    + "\(place.epoch):\(place.position)")
        }
        if envelope.received < place.received {
            complaints.append("\(symbol) \(envelope.kind) was received before the event before it")
        }
        return complaints
    }
}
