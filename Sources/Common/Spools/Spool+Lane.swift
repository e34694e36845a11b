extension Spool {
    /// Epochs of which something is kept, as a sender wants them.
    public var epochs: [LaneSender.Epoch] {
        var epochs: [LaneSender.Epoch] = []
        for (index, segment) in segments.enumerated() {
            let end = index + 1 < segments.count ? segments[index + 1].first - 1 : written
            if let last = epochs.last, last.number == segment.epoch {
                epochs[epochs.count - 1] = LaneSender.Epoch(segment.epoch, before: last.before, end: end)
            } else {
                epochs.append(LaneSender.Epoch(segment.epoch, before: segment.first - 1, end: end))
            }
        }
        return epochs
    }

    /// The epoch that a frame is of.
    func epoch(of position: UInt64) -> UInt32 { segments[segment(of: position)].epoch }
}
