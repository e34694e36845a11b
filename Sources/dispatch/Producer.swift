import Bytes
import Edges
import Host
import Wire

/// One writer of frames: standard input, or who has connected.
struct Producer: ~Copyable {
    var input: FrameInput
    let number: Int32
    /// Whether it came by itself: then its end is no failure of ours.
    let isVisitor: Bool
    /// What no poll can watch, as it always has something, or its end.
    let isFile: Bool
    /// Its number in the lane; another one after each hello.
    var source: Int
    var isWatched = false
    /// It is an `order` process that we have connected to.
    var isGateway = false
    var isWatchedForRoom = false
    /// An intent is on its way to it, of which a part is sent: no word may come in between.
    var isInIntent = false
    var link = Link()

    init(_ input: consuming FrameInput, source: Int, isVisitor: Bool) {
        number = input.number ?? -1
        isFile = !input.isWatchable
        self.isVisitor = isVisitor
        self.source = source
        self.input = input
    }

    var isGone: Bool { input.isOver }

    /// Reads once. False at the end of what it writes.
    mutating func read() throws(Failure) -> Bool {
        switch try input.fill() {
        case .count, .again: return true
        case .closed: return false
        case .failed(let reason):
            guard isVisitor else { throw Failure(.io, "cannot read \(input.name): \(reason)") }
            return false
        }
    }
}

extension Producer {
    /// Sends the words that wait for it; false when it is gone.
    mutating func tell() throws(Failure) -> Bool {
        guard !link.words.isEmpty, !isInIntent else { return true }
        return try Producer.send(&link.words, to: input)
    }

    private static func send(_ words: inout Outbox, to input: borrowing FrameInput) throws(Failure) -> Bool {
        let isHeard: Bool? = try input.withDescriptor { descriptor in
            var isHeard = true
            words.empty { span in
                switch descriptor.send(span) {
                case .count(let count): return count
                case .again: return 0
                case .closed, .failed:
                    isHeard = false
                    return 0
                }
            }
            return isHeard
        }
        return isHeard ?? false
    }
}
