import Bytes
import Host
import Wire

/// One writer of frames: standard input, or who has connected.
struct Producer: ~Copyable {
    var descriptor: Descriptor?
    let number: Int32
    let isSocket: Bool
    /// A regular file, which no poll can watch and which is always ready.
    let isFile: Bool
    let name: String
    var inbox = Inbox()
    var assembly = Assembly()
    /// Its number in the lane; another one after each hello.
    var source: Int
    var isWatched = false
    var hasEnded = false
    var link = Link()

    init(_ descriptor: consuming Descriptor, source: Int, _ name: String, isSocket: Bool) {
        number = descriptor.number
        isFile = descriptor.regularSize() != nil
        self.isSocket = isSocket
        self.name = name
        self.source = source
        self.descriptor = consume descriptor
    }

    var isGone: Bool {
        switch descriptor {
        case .some: false
        case .none: true
        }
    }

    /// Reads once. False at the end of what it writes.
    mutating func read() throws(Failure) -> Bool {
        let isSocket = isSocket
        let name = name
        switch descriptor {
        case .some(let descriptor):
            var isOver = false
            _ = try inbox.fill { span throws(Failure) -> Int? in
                switch isSocket ? descriptor.receive(into: &span) : descriptor.readNow(into: &span) {
                case .count(let count): return count
                case .again: return nil
                case .closed:
                    isOver = true
                    return 0
                case .failed(let reason):
                    isOver = true
                    if !isSocket { throw Failure(.io, "cannot read \(name): \(reason)") }
                    return 0
                }
            }
            return !isOver
        case .none: return false
        }
    }
}
