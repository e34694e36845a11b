import Bytes
import Events
import Units
import Wire

// What is said of events that were left out for their stream's rate.
extension Core {
    /// Events of a stream were left out: a gap in their place.
    mutating func tellDropped(_ stream: Int, _ dropped: Limiter.Dropped, now: Nanos) {
        let index = tracks.track(ofStream: stream)
        var gap = Gap(reason: .rate)
        gap.missed = dropped.count
        gap.fromPosition = dropped.from
        gap.toPosition = dropped.position
        let name = tracks.streamName(index)
        let channel = tracks[index].channel
        let (epoch, position) = (dropped.epoch, dropped.position)
        let id = position > 0 ? name.id(channel: channel, epoch: epoch, position: position) : 0
        let envelope = Envelope(
            kind: .gap, channel: channel, epoch: epoch, position: position, received: dropped.received, id: id)
        page.put(gap, envelope, name)
        flushPage(index, now, now)
    }
}
