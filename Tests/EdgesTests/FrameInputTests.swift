import Bytes
import Events
import Flow
import Glibc
import Host
import Support
import Testing
import Units
import Wire

@testable import Edges

@Suite("frames at descriptors", .timeLimit(.minutes(1)))
struct FrameInputTests {
    /// A pipe that a test writes to and an input reads from.
    private struct Line: ~Copyable {
        private(set) var reader: Int32
        private var writer: Int32

        init() {
            var ends: [Int32] = [0, 0]
            precondition(pipe(&ends) == 0, "no pipe")
            (reader, writer) = (ends[0], ends[1])
        }

        func send(_ bytes: [UInt8]) { _ = write(writer, bytes, bytes.count) }
        mutating func end() {
            close(writer)
            writer = -1
        }
        deinit { if writer >= 0 { close(writer) } }
    }

    private static let name = StreamName(venue: "v", symbol: "A-B") ?? .none

    private static func trade(_ position: UInt64) -> [UInt8] {
        let trade = Trade(price: Decimal(1, exponent: 0), size: Decimal(2, exponent: 0), side: .buy)
        let envelope = Envelope(kind: .trade, channel: .trade, epoch: 1, position: position)
        return written { $0.put(trade, id: RawSpan(), envelope, name) }
    }

    /// A book in two parts.
    private static func parts() -> [[UInt8]] {
        var sides = Sides()
        for price in 0..<70_000 {
            sides.bids.append(Level(price: Int64(100_000 - price), size: 1, priceExponent: 0, sizeExponent: 0))
        }
        var outbox = Outbox()
        let envelope = Envelope(kind: .bookSnapshot, channel: .book, epoch: 1, position: 1)
        outbox.put(.bookSnapshot, sides, depth: 0, checksum: 0, envelope, name)
        return outbox.bytes.frames
    }

    @Test("a pipe that is read without waiting is as wide as a read")
    func wide() throws {
        let line = Line()
        let input = try FrameInput.open(.descriptor(line.reader), payloads: .none)
        let number = input.number ?? -1
        // F_GETPIPE_SZ
        #expect(fcntl(number, 1032) == 1 << 18)
    }

    private func pieces(_ input: inout FrameInput) -> [String] {
        var found: [String] = []
        input.drain { piece, frames, header in
            switch piece {
            case .event: found.append("\(header.envelope.kind.name ?? "") \(frames.byteCount)")
            case .lost(let count, _): found.append("lost \(count)")
            }
            return true
        }
        return found
    }

    private func fill(_ input: inout FrameInput) throws(Failure) -> Transfer { try input.fill() }

    @Test("events are lent whole; an end inside a frame is named with its offset")
    func cut() throws {
        var line = Line()
        var input = FrameInput(Descriptor(line.reader), "it")
        let frame = Self.trade(1)
        line.send(frame + frame.prefix(100))
        #expect(try fill(&input) == .count(frame.count + 100))
        #expect(pieces(&input) == ["trade \(frame.count)"])
        line.end()
        #expect(try fill(&input) == .closed)
        #expect(input.cutFailure?.what == "it ends inside a frame, at offset \(frame.count)")
        #expect(input.cutFailure?.status == .io && input.defectFailure == nil)
    }

    @Test("what is no frame is named with its offset, and nothing is lent behind it")
    func defects() throws {
        let line = Line()
        var input = FrameInput(Descriptor(line.reader), "it")
        var bad = Self.trade(2)
        bad[160] ^= 1
        line.send(Self.trade(1) + bad + Self.trade(3))
        _ = try fill(&input)
        #expect(pieces(&input).count == 1)
        #expect(input.defectFailure?.what == "it: checksum mismatch, at offset \(bad.count)" && input.isDefective)
        #expect(input.defectFailure?.status == .data)
    }

    @Test("payloads are checked where somebody looks into them, and a hello's always")
    func payloads() throws {
        for (kinds, status) in [(KindSet([.trade]), Status?.some(.data)), (KindSet.none, nil)] {
            let line = Line()
            var input = FrameInput(Descriptor(line.reader), "it", payloads: kinds)
            var odd = Self.trade(1)
            // No side of a trade.
            odd[178] = 9
            line.send(odd.sealed())
            _ = try fill(&input)
            _ = pieces(&input)
            #expect(input.defectFailure?.status == status)
        }
    }

    @Test("parts come as one event; those of which others are missing are counted")
    func parts() throws {
        let parts = Self.parts()
        #expect(parts.count == 2)
        let bytes = parts[1] + parts[0] + Self.trade(1) + parts[0] + parts[1]
        let path = try Places.scratch("edges").appendingPathComponent("frames").path
        let file = open(path, O_CREAT | O_RDWR, 0o600)
        #expect(write(file, bytes, bytes.count) == bytes.count && lseek(file, 0, SEEK_SET) == 0)
        var input = FrameInput(Descriptor(file), "it")
        var found: [String] = []
        while case .count = try fill(&input) { found += pieces(&input) }
        let whole = parts[0].count + parts[1].count
        #expect(found == ["lost 1", "lost 1", "trade \(Self.trade(1).count)", "bookSnapshot \(whole)"])
        #expect(input.frames == 5 && input.framesHeld == 0 && input.cutFailure == nil)
    }

    @Test("one that says nothing holds up nobody, and a pipe is read until there is nothing")
    func turns() throws {
        var poll = try Poll()
        var inputs = Inputs()
        let silent = Line()
        let loud = Line()
        for number in [silent.reader, loud.reader] {
            let input = try FrameInput.open(.descriptor(number), payloads: .none)
            _ = try inputs.add(input, on: &poll)
        }
        loud.send(Self.trade(1))
        #expect(try inputs.next(on: &poll, until: nil, now: .zero) == 1)
        let first = try inputs.fill(1)
        #expect(first == .count(Self.trade(1).count))
        #expect(inputs.turn() == nil && inputs.openCount == 2)
        inputs.end(0, on: &poll)
        loud.send(Self.trade(2))
        #expect(try inputs.next(on: &poll, until: nil, now: .zero) == 1 && inputs.openCount == 1)
    }
}
