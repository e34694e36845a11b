import Bytes
import Events
import Host
import Wire

extension Spool {
    /// Says whose frames come next.
    mutating func speak(_ number: Int) {
        speaker = number
        if number >= 0 {
            batch.put(cursor: producers[number].appended, of: .order, name: producers[number].name)
        } else {
            batch.put(cursor: Place(epoch: epoch, position: appended), of: .order, name: "")
        }
    }

    /// Writes the batch into the last file, or a new one.
    mutating func write() throws(Failure) {
        let bytes = batch.byteCount
        let last = segments.count - 1
        if segments[last].bytes + bytes > options.segmentBytesMax, written >= segments[last].first {
            if options.isSynced { try file.synchronise(path(last)) }
            try begin(epoch: epoch)
        }
        let path = path(segments.count - 1)
        try Spool.write(&batch, to: file, path)
        if options.isSynced { try file.synchronise(path) }
        segments[segments.count - 1].bytes += bytes
        written = appended
        for index in producers.indices { producers[index].written = producers[index].appended }
        speaker = nil
    }

    private static func write(
        _ batch: inout Outbox, to file: borrowing Descriptor, _ path: String
    ) throws(Failure) {
        try batch.empty { (span) throws(Failure) in
            try file.write(all: span, path)
            return span.byteCount
        }
    }

    /// Begins a file, whose first frame is the one after all that are written.
    mutating func begin(epoch: UInt32) throws(Failure) {
        var header = Outbox(capacity: 1 << 12)
        header.put(hello, Envelope(kind: .hello, channel: .control))
        header.put(cursor: Place(epoch: epoch, position: written), of: .order, name: "")
        for producer in producers where producer.written != Place() {
            header.put(cursor: producer.written, of: .order, name: producer.name)
        }
        let bytes = header.read { span in (0..<span.byteCount).map { span.byte($0) } }
        // There whole or not at all, so that a file always has its header.
        try folder.replace(Spool.name(written + 1), with: bytes)
        file = try folder.openToAppend(Spool.name(written + 1))
        if let last = segments.last {
            if last.first == written + 1 { segments.removeLast() } else { olderBytes += last.bytes }
        }
        segments.append(Segment(first: written + 1, epoch: epoch, bytes: bytes.count))
        self.epoch = epoch
    }

    func path(_ segment: Int) -> String { "\(folder.path)/\(Spool.name(segments[segment].first))" }
}
