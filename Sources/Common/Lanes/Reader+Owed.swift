import Bytes
import Events
import Units
import Wire

extension Reader {
    /// The ring has overwritten what it had not taken: all that missed something is told anew, up to now.
    mutating func overrun(_ core: borrowing Core) {
        tally.overruns += 1
        cursor = core.ring.next
        for track in 0..<marks.count where marks[track].answer == .yes {
            if marks[track].ordinal != core.tracks[track].written { owe(track) }
        }
    }

    /// It is behind: streams of the policy `skip` are told anew.
    mutating func skipWhatSkips(_ core: borrowing Core) {
        for track in 0..<marks.count where marks[track].answer == .yes && marks[track].policy == .skip {
            if marks[track].ordinal != core.tracks[track].written { owe(track) }
        }
    }

    /// Says to a consumer that it is behind, once a second at most: overload is not hidden from whom it hurts.
    mutating func tellBehind(_ core: borrowing Core, now: Nanos) -> Bool {
        guard now >= complaint else { return false }
        complaint = now + .seconds(1)
        let envelope = Envelope(kind: .telemetry, channel: .control, received: core.newestReceived)
        let behind = UInt64(core.ring.backlog(since: cursor))
        guard outbox.put(telemetry: .backpressureApplied, .warning, value: behind, metadata: "", envelope) else {
            return false
        }
        tally.told += 1
        return true
    }

    /// Tells of tracks that are owed until there is enough for a write; false: there was nothing to tell.
    mutating func tellOwed(_ core: inout Core) -> Bool {
        while owedAt < owed.count, outbox.byteCount < core.bounds.writeBytes {
            let track = Int(owed[owedAt])
            owedAt += 1
            if marks[track].answer == .owed { tell(track, &core) }
        }
        if owedAt == owed.count {
            owed.removeAll()
            owedAt = 0
        }
        return !outbox.isEmpty
    }

    /// The gap, if it missed something; then what is true of the track. What follows in the ring fits exactly.
    mutating func tell(_ index: Int, _ core: inout Core) {
        let track = core.tracks[index]
        let mark = marks[index]
        let before = outbox.byteCount
        let missed = mark.isNew ? 0 : track.written &- mark.ordinal
        // What came between asking and being told is in what is told.
        if mark.isNew { tally.coalesced += UInt64(track.written &- mark.ordinal) }
        if track.channel == .control {
            // What belongs to no stream is told again, without a gap.
            tally.skipped += UInt64(missed)
            if let memory = core.tracks.memory(of: index, after: 0, 0) {
                core.tracks.read(memory: memory) { outbox.put(whole: $0) }
                tally.told += 1
            }
        } else if track.channel == .book {
            if missed > 0 { tellGap(index, missed, upTo: track.position, core) }
            tally.skipped += UInt64(missed)
            tally.told += core.tracks.tellBook(index, version: core.routes.version, on: &outbox)
        } else {
            tellRemembered(index, missed, core)
        }
        // What is told before all books stand says so, as what is in the ring does.
        if !core.flags.isEmpty { outbox.bear(core.flags, since: before) }
        marks[index].answer = .yes
        marks[index].isNew = false
        marks[index].ordinal = track.written
        marks[index].epoch = track.epoch
        marks[index].position = track.position
    }

    /// The last events of a track that tell what is true. Where the newest event of all is the only one, it is delivered as such.
    private mutating func tellRemembered(_ index: Int, _ missed: UInt32, _ core: borrowing Core) {
        let track = core.tracks[index]
        var place: (epoch: UInt32, position: UInt64) = (marks[index].epoch, marks[index].position)
        if marks[index].isNew { place = (0, 0) }
        let first = core.tracks.memory(of: index, after: place.epoch, place.position)
        let newest = first.map { core.tracks.place(ofMemory: $0) }
        if missed > 0, let first, let newest, newest == (track.epoch, track.position) {
            if missed > 1 { tellGap(index, missed - 1, upTo: track.position - 1, core) }
            tally.skipped += UInt64(missed - 1)
            tally.delivered += 1
            core.tracks.read(memory: first) { outbox.put(whole: $0) }
            return
        }
        if missed > 0 { tellGap(index, missed, upTo: track.position, core) }
        tally.skipped += UInt64(missed)
        while let memory = core.tracks.memory(of: index, after: place.epoch, place.position) {
            place = core.tracks.place(ofMemory: memory)
            let before = outbox.byteCount
            core.tracks.read(memory: memory) { outbox.put(whole: $0) }
            outbox.bear(.snapshot, since: before)
            tally.told += 1
        }
    }

    /// Positions are those of the epoch that the stream is in now; `missed` counts all.
    private mutating func tellGap(_ index: Int, _ missed: UInt32, upTo position: UInt64, _ core: borrowing Core) {
        let track = core.tracks[index]
        let mark = marks[index]
        var gap = Gap(reason: .slow)
        gap.missed = UInt64(missed)
        gap.fromPosition = mark.epoch == track.epoch ? min(mark.position + 1, position) : min(1, position)
        gap.toPosition = position
        let name = core.tracks.streamName(index)
        let id = position > 0 ? name.id(channel: track.channel, epoch: track.epoch, position: position) : 0
        let envelope = Envelope(
            kind: .gap, channel: track.channel, epoch: track.epoch, position: position, received: core.newestReceived,
            id: id, routingVersion: core.routes.version)
        outbox.put(gap, envelope, name)
        tally.told += 1
        tally.gaps += 1
    }
}
