import Bytes
import Events
import Units

extension Reorder {
    /// Keeps a copy; false when such an event waits already.
    mutating func hold(
        _ stream: Int, _ epoch: UInt32, _ first: UInt64, _ last: UInt64, _ event: RawSpan, _ now: Nanos
    ) -> Bool {
        var before: Int32 = -1
        var after = streams[stream].head
        while after >= 0, (places[Int(after)].epoch, places[Int(after)].first) < (epoch, first) {
            before = after
            after = places[Int(after)].link
        }
        if after >= 0, places[Int(after)].epoch == epoch, places[Int(after)].first == first { return false }
        let slot = shelf.put(event)
        if slot == places.count { places.append(Place()) }
        places[slot] = Place(
            epoch: epoch, first: first, last: last, arrived: now, bytes: event.byteCount, link: after)
        if before < 0 { streams[stream].head = Int32(slot) } else { places[Int(before)].link = Int32(slot) }
        if streams[stream].held == 0, !isActive(stream) { active.append(Int32(stream)) }
        streams[stream].held += 1
        held += 1
        bytesHeld += event.byteCount
        earliest = min(earliest, now + options.lateness)
        return true
    }

    private func isActive(_ stream: Int) -> Bool {
        for index in 0..<active.count where active[index] == Int32(stream) { return true }
        return false
    }

    /// Releases those that follow without a gap.
    mutating func releaseFollowers(_ stream: Int) {
        while streams[stream].head >= 0 {
            let place = places[Int(streams[stream].head)]
            let state = streams[stream]
            let follows = place.epoch == state.epoch ? place.first <= state.next : place.first <= 1
            // What is missing at an epoch's end nobody can see: it waits only while something of it waits, too.
            guard follows else { return }
            releaseHead(stream)
        }
    }

    /// Releases all up to the last one in order that came before `time`.
    mutating func releaseOlder(_ stream: Int, than time: Nanos) {
        var count = 0
        var upTo = 0
        var slot = streams[stream].head
        while slot >= 0 {
            count += 1
            if places[Int(slot)].arrived <= time { upTo = count }
            slot = places[Int(slot)].link
        }
        for _ in 0..<upTo { releaseHead(stream) }
        releaseFollowers(stream)
        slot = streams[stream].head
        while slot >= 0 {
            earliest = min(earliest, places[Int(slot)].arrived + options.lateness)
            slot = places[Int(slot)].link
        }
    }

    mutating func releaseHead(_ stream: Int) {
        let slot = streams[stream].head
        let place = places[Int(slot)]
        let state = streams[stream]
        streams[stream].head = place.link
        streams[stream].held -= 1
        held -= 1
        bytesHeld -= place.bytes
        let expected = place.epoch == state.epoch ? state.next : 1
        let isOld = place.epoch == state.epoch && place.last < state.next
        let missing = state.mode != .monotone && place.first > expected ? place.first - expected : 0
        advance(stream, place.epoch, place.last)
        if missing > 0 {
            streams[stream].gapFrom = expected
            streams[stream].gapEnd = place.first
        }
        guard !isOld else {
            // A range of sequences that another one has covered meanwhile.
            covered += 1
            return shelf.remove(Int(slot))
        }
        ready.append(
            Released(stream: stream, missing: missing, from: expected, arrived: place.arrived, slot: slot))
    }
}
