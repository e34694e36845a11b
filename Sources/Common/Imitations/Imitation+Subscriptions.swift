import Bytes
import Units
import Venues

/// Who hears what.
extension Imitation {
    /// Names of markets or streams that a request may bring; beyond, the rest is left out.
    static let namesMax = 4096

    /// The stream of this key, made and known to its board where there was none; nil where there are too many.
    mutating func open(_ key: StreamKey, name: @autoclosure () -> String) -> Int? {
        if let known = streams.index(key) { return known }
        guard let stream = streams.open(key, name: name()) else { return nil }
        guard key.market >= 0 else { return stream }
        boards[key.market].streams.append(stream)
        if dialect == .kraken, key.kind == .depth {
            boards[key.market].views.append(DepthView(depth: key.first, stream: stream))
        }
        return stream
    }

    /// Subscribes a connection to a stream, which it calls `name`; false where it is subscribed already, or is gone.
    mutating func join(_ connection: Int, _ stream: Int, as name: String) -> Bool {
        guard isOpen(connection), streams.subscribe(connection, to: stream) else { return false }
        connections[connection].subscriptions.append((name, stream))
        return true
    }

    /// Ends a subscription; false where there is none.
    mutating func leave(_ connection: Int, _ stream: Int) -> Bool {
        guard streams.unsubscribe(connection, from: stream) else { return false }
        connections[connection].subscriptions.removeAll { $0.stream == stream }
        return true
    }

    /// The stream of a kind of a board, if anybody hears it; -1: none.
    func stream(_ kind: StreamKind, _ board: Int) -> (index: Int, isHeard: Bool) {
        for stream in boards[board].streams where streams[stream].key.kind == kind && isHeard(stream) {
            return (stream, true)
        }
        return (-1, false)
    }

    /// Whether anybody hears a stream.
    func isHeard(_ stream: Int) -> Bool { !streams[stream].subscribers.isEmpty }
}
