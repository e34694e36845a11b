import Bytes
import Events
import Host
import Lanes
import Text
import Units
import Wire

/// A consumer's connection: what it says, and what waits for it as text. Its frames wait in its reader's outbox.
struct Visitor: ~Copyable {
    /// Told by the first byte that it sends.
    enum Speech { case unknown, frames, lines }

    var descriptor: Descriptor?
    let number: Int32
    let user: UInt32
    var speech = Speech.unknown
    var inbox = Inbox(readBytes: 4096)
    var text: [UInt8] = []
    /// Lines on their way to it.
    var page = Printer(capacity: 256)
    var pageAt = 0
    /// The socket took less than it was given the last time.
    var isFull = false
    var watched: Poll.Interest = .read
    var hasEnded = false
    var name = ""
    /// Its number in the critical lane.
    var durable: Int?
    /// Why it is to be let go once everything is written.
    var leaving: String?

    /// Bytes of a line at most; a longer one ends the connection.
    static let lineBytesMax = 64 << 10

    init(_ descriptor: consuming Descriptor) {
        number = descriptor.number
        user = descriptor.peer()?.user ?? .max
        self.descriptor = consume descriptor
    }

    var isGone: Bool {
        switch descriptor {
        case .some: false
        case .none: true
        }
    }

    var pageBytes: Int { page.count - pageAt }

    /// Sends some bytes: how many it took; nil when it is gone.
    mutating func send(_ span: RawSpan) -> Int? {
        switch descriptor {
        case .some(let descriptor):
            switch descriptor.send(span) {
            case .count(let count):
                isFull = count < span.byteCount
                return count
            case .again:
                isFull = true
                return 0
            case .closed, .failed: return nil
            }
        case .none: return nil
        }
    }

    /// Sends the lines that wait; false when it is gone.
    mutating func sendPage() -> Bool {
        let at = pageAt
        let count = Visitor.give(&self.descriptor, page, from: at)
        guard let count else { return false }
        isFull = count < pageBytes
        pageAt += count
        if pageAt == page.count {
            page.clear()
            pageAt = 0
        }
        return true
    }

    private static func give(_ descriptor: inout Descriptor?, _ page: borrowing Printer, from at: Int) -> Int? {
        switch descriptor {
        case .some(let descriptor):
            switch page.read({ descriptor.send($0.extracting(at..<$0.byteCount)) }) {
            case .count(let count): return count
            case .again: return 0
            case .closed, .failed: return nil
            }
        case .none: return nil
        }
    }

    /// Takes what it says; false when it says no more.
    mutating func hear() -> Bool {
        var room = Block(byteCount: 4096)
        guard let count = receive(into: &room) else { return false }
        keep(room, count)
        return true
    }

    /// How many bytes came; nil: it says no more.
    private borrowing func receive(into room: inout Block) -> Int? {
        switch descriptor {
        case .some(let descriptor):
            switch room.write(0..<room.byteCount, { descriptor.receive(into: &$0) }) {
            case .count(let count): return count
            case .again: return 0
            case .closed, .failed: return nil
            }
        case .none: return nil
        }
    }

    private mutating func keep(_ room: borrowing Block, _ count: Int) {
        room.read(0..<count) { span in
            var at = 0
            if speech == .unknown {
                while at < count, span.byte(at) <= 0x20 { at += 1 }
                if at < count { speech = span.byte(at) == 0x7B ? .lines : .frames }
            }
            if speech == .frames {
                while at < count {
                    _ = inbox.fill { free in
                        let part = min(free.byteCount, count - at)
                        free.put(span.extracting(at..<(at + part)), at: 0)
                        at += part
                        return part
                    }
                }
            } else {
                while at < count {
                    text.append(span.byte(at))
                    at += 1
                }
            }
        }
    }

    mutating func nextLine() -> [UInt8]? {
        guard let end = text.firstIndex(of: 0x0A) else { return nil }
        let line = Array(text[..<end])
        text.removeFirst(end + 1)
        return line
    }
}
