import Bytes

/// A Unix socket at which people and programs tell a tool what to do: a line a command, of words, each answered with a line, which
/// begins with `ok` or `refused`.
public struct Door: ~Copyable {
    private var listener: Listener
    private var visitors = Slots<Visitor>(capacity: 1)

    /// Visitors at once; more are turned away.
    public static let visitorsMax = 8
    private static let lineBytesMax = 16 << 10

    struct Visitor: ~Copyable {
        var descriptor: Descriptor?
        var text: [UInt8] = []
    }

    public init(unix path: String) throws(Failure) { listener = try Listener(unix: path) }

    public var number: Int32 { listener.number }

    /// Lets in who waits; `watch` is told the descriptor and number of each.
    public mutating func accept(_ watch: (Int32, Int) throws(Failure) -> Void) throws(Failure) {
        while let descriptor = listener.accept() {
            let number = descriptor.number
            guard let place = freePlace() else { continue }
            visitors[place].descriptor = consume descriptor
            visitors[place].text = []
            try watch(number, place)
        }
    }

    private mutating func freePlace() -> Int? {
        for index in 0..<visitors.count where visitors[index].isGone { return index }
        guard visitors.count < Door.visitorsMax else { return nil }
        visitors.append(Visitor())
        return visitors.count - 1
    }

    /// Reads what a visitor says; each whole line is answered. Who says too much, or leaves, is let go.
    public mutating func hear(_ place: Int, _ answer: ([String]) -> String) {
        guard place < visitors.count, visitors[place].read() else { return leave(place) }
        while let line = visitors[place].nextLine() {
            let words = line.split(separator: " ").map(String.init)
            guard !words.isEmpty else { continue }
            guard visitors[place].say(answer(words) + "\n") else { return leave(place) }
        }
        if visitors[place].text.count > Door.lineBytesMax { leave(place) }
    }

    private mutating func leave(_ place: Int) {
        guard place < visitors.count else { return }
        visitors[place].descriptor = nil
    }
}

extension Door.Visitor {
    var isGone: Bool {
        switch descriptor {
        case .some: false
        case .none: true
        }
    }

    /// Takes what has come; false when there is nobody any more.
    mutating func read() -> Bool {
        var room = Block(byteCount: 4096)
        switch descriptor {
        case .some(let descriptor):
            switch room.write(0..<4096, { descriptor.receive(into: &$0) }) {
            case .count(let count):
                room.read(0..<count) { span in
                    for at in 0..<span.byteCount { text.append(span.byte(at)) }
                }
            case .again: break
            case .closed, .failed: return false
            }
        case .none: return false
        }
        return true
    }

    mutating func nextLine() -> String? {
        guard let end = text.firstIndex(of: 0x0A) else { return nil }
        let line = String(decoding: text[..<end], as: Unicode.UTF8.self)
        text.removeFirst(end + 1)
        return line
    }

    /// An answer is short: whoever cannot take it does not listen.
    func say(_ line: String) -> Bool {
        switch descriptor {
        case .some(let descriptor): return line.withBytes { descriptor.send($0) } == .count(line.utf8.count)
        case .none: return false
        }
    }
}
