import Books
import Bytes
import Events
import Units
import Wire

// Views: the best levels of a book, as streams of their own; and books as they stand, for newcomers.
extension Tracks {
    /// The track of the best `depth` levels of a stream's book, a new one where there is none; the stream's own where that has no book
    /// or there is no room.
    mutating func view(of stream: Int, depth: Int) -> Int {
        let base = track(ofStream: stream)
        guard depth > 0, all[base].book >= 0 else { return base }
        var index = Int(all[base].sibling)
        while index >= 0 {
            if all[index].depth == Int32(depth) { return index }
            index = Int(all[index].sibling)
        }
        guard all.count < 2 * limit else { return base }
        var track = Track(stream: Int32(stream), channel: .book, depth: Int32(depth))
        track.view = Int32(views.count)
        track.sibling = all[base].sibling
        views.append(View(view: BookView(depth: depth), book: Int(all[base].book)))
        all[base].sibling = Int32(all.count)
        all.append(track)
        return all.count - 1
    }

    /// One more or one less consumer wants the track. A view that nobody wants is dropped; its count goes on, as some have seen it.
    mutating func want(_ index: Int, _ change: Int32) {
        all[index].wanting += change
        guard all[index].view >= 0 else { return }
        let view = Int(all[index].view)
        if all[index].wanting == 0 {
            views[view].view.removeAll()
        } else if all[index].wanting == 1, change > 0 {
            let book = views[view].book
            let base = books[book].envelope
            if all[index].epoch != base.epoch {
                all[index].epoch = base.epoch
                all[index].position = 0
            }
            // What a newcomer is told first is an event of the view, too.
            if base.position > 0 { all[index].position += 1 }
            if books[book].isValid { show(index) }
        }
    }

    /// Brings a view up to its book, telling nobody. The changes are in `effects` then.
    private mutating func show(_ index: Int) {
        let view = Int(all[index].view)
        effects.removeAll()
        views[view].view.update(books[views[view].book].book, effects: &effects)
    }

    /// Writes what a book's newest event means for one of its views; false: nothing.
    mutating func tell(_ index: Int, of kind: Kind, on page: inout Outbox) -> Bool {
        let view = Int(all[index].view)
        let book = views[view].book
        var envelope = books[book].envelope
        switch kind {
        case .bookSnapshot:
            views[view].view.removeAll()
            show(index)
        case .bookUpdate:
            show(index)
            guard !effects.isEmpty else { return false }
        case .bookStatus, .gap: if !books[book].isValid { views[view].view.removeAll() }
        default: return false
        }
        if all[index].epoch != envelope.epoch {
            all[index].epoch = envelope.epoch
            all[index].position = 0
        }
        all[index].position += 1
        let base = envelope.id
        envelope.position = all[index].position
        envelope.id = books[book].name.id(channel: .book, epoch: envelope.epoch, position: envelope.position)
        envelope.cause = envelope.id == base ? 0 : base
        envelope.kind = kind
        envelope.flags.remove([.part, .mixed, .coalesced])
        let depth = UInt16(clamping: all[index].depth)
        switch kind {
        case .bookStatus, .gap:
            envelope.kind = .bookStatus
            var status = books[book].status ?? BookStatus(.stale, reason: .gap)
            if kind == .gap { status = BookStatus(.stale, reason: .gap, integrity: status.integrity) }
            status.depth = UInt32(all[index].depth)
            return page.put(status, envelope, books[book].name)
        case .bookSnapshot:
            // Best first, as snapshots are.
            sides.removeAll()
            books[book].book.copy(depth: Int(all[index].depth), to: &sides)
            envelope.flags.insert(.snapshot)
            return page.put(.bookSnapshot, sides, depth: depth, checksum: 0, envelope, books[book].name)
        default: return page.put(.bookUpdate, effects, depth: depth, checksum: 0, envelope, books[book].name)
        }
    }

    /// Writes the book of a track as it stands: its status, and where it is not void all of it.
    mutating func tellBook(_ index: Int, version: UInt32, on page: inout Outbox) -> UInt64 {
        let book = all[index].view >= 0 ? views[Int(all[index].view)].book : Int(all[index].book)
        guard book >= 0, books[book].envelope.position > 0 || books[book].status != nil else { return 0 }
        var envelope = stateEnvelope(index, book, version)
        let depth = all[index].depth
        var told: UInt64 = 0
        if var status = books[book].status {
            envelope.kind = .bookStatus
            if depth > 0 { status.depth = UInt32(depth) }
            if page.put(status, envelope, books[book].name) { told += 1 }
        }
        guard books[book].isValid else { return told }
        sides.removeAll()
        books[book].book.copy(depth: Int(depth), to: &sides)
        let cut = depth > 0 ? UInt16(clamping: depth) : books[book].depth
        let checksum = depth > 0 ? 0 : books[book].checksum
        if page.put(.bookSnapshot, sides, depth: cut, checksum: checksum, envelope, books[book].name) { told += 1 }
        return told
    }

    private func stateEnvelope(_ index: Int, _ book: Int, _ version: UInt32) -> Envelope {
        var envelope = books[book].envelope
        envelope.flags.remove([.part, .mixed, .coalesced, .backfilled])
        envelope.flags.insert(.snapshot)
        envelope.routingVersion = version
        if all[index].view >= 0 {
            envelope.cause = 0
            envelope.epoch = all[index].epoch
            envelope.position = max(all[index].position, 1)
        }
        envelope.id = books[book].name.id(channel: .book, epoch: envelope.epoch, position: envelope.position)
        return envelope
    }
}
