import Bytes
import Events
import Units
import Wire

// What is said of events that were left out for their stream's rate.
extension Core {
    /// So many events of a stream were left out: a gap in their place.
    mutating func tellDropped(
        _ stream: Int, _ count: UInt64, from: UInt64, to position: UInt64, epoch: UInt32, now: Nanos
    ) {
        let index = tracks.track(ofStream: stream)
        var gap = Gap(reason: .rate)
        gap.missed = count
        gap.fromPosition = from
        gap.toPosition = position
        let name = tracks.streamName(index)
        let channel = tracks[index].channel
        let envelope = Envelope(
            kind: .gap, channel: channel, epoch: epoch, position: position, received: newestReceived,
            id: position > 0 ? name.id(channel: channel, epoch: epoch, position: position) : 0)
        page.put(gap, envelope, name)
        flushPage(index, now, now)
    }
}
