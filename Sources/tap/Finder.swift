import Bytes
import Events
import Flow
import Host
import Units
import Wire

/// Finds the place of a time in a large file of frames by bisection: frames begin at multiples of 8, and one is known by its magic and
/// checksum. Expects times that do not go back in the file, and one boot (or a recording) in it.
struct Finder: ~Copyable {
    private let size: Int
    private let name: String
    /// A frame and the way to it: the longest frame may begin before the window, and one must lie in it whole.
    private var window = Block(byteCount: 2 * Frame.bytesMax)
    private var wallOffset = Nanos.zero

    struct Place {
        var offset: Int
        var wallOffset: Nanos
    }

    /// A file smaller than this is read from its beginning.
    static let smallest = 4 << 20

    init(size: Int, _ name: String) {
        self.size = size
        self.name = name
    }

    /// An offset at which a frame begins, before the first event from `since` on, and near it.
    mutating func place(of since: Nanos, _ input: borrowing Descriptor) throws(Failure) -> Place {
        guard size > Finder.smallest, let first = try frame(at: 0, input), first.offset == 0 else {
            return Place(offset: 0, wallOffset: .zero)
        }
        if first.kind == .hello { wallOffset = first.wallOffset }
        var low = 0
        var high = size
        // Invariant: the event wanted does not begin before `low`.
        while high - low > Frame.bytesMax {
            let middle = ((low + high) / 2) & ~7
            guard let found = try frame(at: middle, input, timed: true), found.offset < high,
                let time = found.time
            else {
                high = middle
                continue
            }
            if time < since { low = found.offset } else { high = middle }
        }
        return Place(offset: low, wallOffset: wallOffset)
    }

    private struct Found {
        var offset: Int
        var kind: Kind
        var time: Nanos?
        var wallOffset: Nanos
    }

    /// The first frame that begins at `start` or behind it within a window; with `timed`, the first that has a received time.
    private mutating func frame(
        at start: Int, _ input: borrowing Descriptor, timed: Bool = false
    ) throws(Failure) -> Found? {
        let count = try window.write(0..<window.byteCount) { span throws(Failure) in
            try input.read(into: &span, at: start, name)
        }
        let offset = wallOffset
        return window.read(0..<count) { bytes in
            var at = 0
            while at + 16 <= bytes.byteCount {
                guard bytes.u16(at + 8) == Frame.magic,
                    case .frame(let length) = Frame.front(of: bytes.extracting(at..<bytes.byteCount))
                else {
                    at += 8
                    continue
                }
                let frame = bytes.extracting(at..<(at + length))
                let header = Header(frame)
                let hasTime = header.envelope.received.count > 0
                if !timed || hasTime {
                    let isHello = header.envelope.kind == .hello
                    return Found(
                        offset: start + at, kind: header.envelope.kind,
                        time: hasTime ? header.envelope.received + offset : nil,
                        wallOffset: isHello ? Nanos(Payload(header).i64(frame, 0)) : .zero)
                }
                at += length
            }
            return nil
        }
    }
}
