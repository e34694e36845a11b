import Bytes
import Units

/// The faults that are set; at most `limit`.
struct Faults: Sendable {
    static let limit = 256

    var all: [Fault] = []
    var nextID = 1

    /// Nothing can go wrong.
    var isIdle: Bool { all.isEmpty }

    /// The index of a fault of this kind that strikes here.
    mutating func strike(
        _ kind: Fault.Kind, board: Int, channel: ChannelWord?, connection: Int, at now: Nanos, _ dice: inout SplitMix64
    ) -> Int? {
        for index in all.indices where all[index].kind == kind {
            guard fits(index, board: board, channel: channel, connection: connection) else { continue }
            if all[index].strikes(at: now, &dice) { return index }
        }
        return nil
    }

    /// Whether a fault's target is this.
    func fits(_ index: Int, board: Int, channel: ChannelWord?, connection: Int) -> Bool {
        let fault = all[index]
        if let wanted = fault.board, wanted != board { return false }
        if let wanted = fault.connection, wanted != connection { return false }
        guard let wanted = fault.channel ?? (fault.kind.isOfMessages ? .book : nil) else { return true }
        // Any message may be hostile or cut.
        if fault.channel == nil, fault.kind == .hostile || fault.kind == .cutInside { return true }
        return wanted == channel
    }

    /// Whether a stream is silent now; called for each message that would be sent.
    mutating func stalls(board: Int, channel: ChannelWord?, connection: Int, at now: Nanos) -> Bool {
        for index in all.indices where all[index].kind == .stall {
            guard fits(index, board: board, channel: channel, connection: connection) else { continue }
            if all[index].lasts(at: now) {
                all[index].strikes += 1
                return true
            }
        }
        return false
    }
}

/// Messages that were published and not sent yet: of streams that stall, or to be overtaken. At most `bytesMax` of them in all; a
/// connection of which there is more is ended.
struct HeldMessages: Sendable {
    static let bytesMax = 16 << 20

    struct Message: Sendable {
        var connection: Int
        var stream: Int
        var bytes: [UInt8]
        /// Where its number goes; -1: it has all that it needs.
        var numberPlace = -1
        /// Until when it waits to be overtaken; nil: until its stream goes on.
        var until: Nanos?
    }

    var all: [Message] = []
    private(set) var bytes = 0

    /// False where there is no room.
    mutating func hold(_ message: Message) -> Bool {
        guard bytes + message.bytes.count <= HeldMessages.bytesMax else { return false }
        bytes += message.bytes.count
        all.append(message)
        return true
    }

    /// Takes out those that `isMeant` names, in order.
    mutating func take(_ isMeant: (Message) -> Bool) -> [Message] {
        let taken = all.filter(isMeant)
        guard !taken.isEmpty else { return [] }
        all.removeAll(where: isMeant)
        bytes = all.reduce(0) { $0 + $1.bytes.count }
        return taken
    }

    mutating func forget(_ connection: Int) {
        guard !all.isEmpty else { return }
        _ = take { $0.connection == connection }
    }
}
