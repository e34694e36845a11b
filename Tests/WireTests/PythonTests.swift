import Events
import Foundation
import Support
import Testing
import Units
import Wire

/// The example in another language, which knows nothing but FORMAT.md. Skipped where there is no python3.
@Suite(.timeLimit(.minutes(1)))
struct PythonTests {
    private static let folder = Places.root.appendingPathComponent("Examples/python")

    private static let hasPython: Bool = {
        let isThere = (try? Shell.run("python3 -c 'import sys; sys.exit(sys.version_info < (3, 8))'").status) == 0
        if !isThere { print("skipped: the tests of Examples/python, since there is no python3") }
        return isThere
    }()

    private func python(_ line: String, _ input: Data) throws -> Shell {
        try Shell.run(line, input: input, in: Self.folder, environment: ["PYTHONDONTWRITEBYTECODE": "1"])
    }

    /// For each line, which is a frame in hexadecimal digits, what decode() says of it, and whether encode() gives it again.
    private func verdicts(_ frames: [[UInt8]]) throws -> [String] {
        let script = """
            import sys, penstock
            for line in sys.stdin:
                data = bytes.fromhex(line)
                try:
                    f = penstock.decode(data)
                    assert penstock.encode(f) == f.bytes == data
                    print(f.kind, f.channel, f.position, f.id, f.epoch, f.received, f.venue + "/" + f.symbol, len(f.payload))
                except penstock.Defect as defect:
                    print("refused", defect.args[1])
            """
        let lines = frames.map { frame in frame.map { String(format: "%02x", $0) }.joined() + "\n" }.joined()
        let shell = try python("python3 -c '\(script)'", Data(lines.utf8))
        #expect(shell.status == 0, "\(shell.errors)")
        return shell.text.split(separator: "\n").map(String.init)
    }

    /// What it should say.
    private func expected(_ frame: [UInt8]) -> String {
        switch frame.front {
        case .frame:
            let header = Header(frame.span.bytes)
            let envelope = header.envelope
            let (venue, symbol) = (frame[header.venue], frame[header.symbol])
            let name = String(decoding: venue, as: UTF8.self) + "/" + String(decoding: symbol, as: UTF8.self)
            return "\(envelope.kind.rawValue) \(envelope.channel.rawValue) \(envelope.position) \(envelope.id) "
                + "\(envelope.epoch) \(envelope.received.count) \(name) \(frame.count - header.payload)"
        case .partial: return "refused 74"
        case .defect(.version): return "refused 76"
        case .defect: return "refused 65"
        }
    }

    @Test("it decodes the examples of FORMAT.md and makes them anew", .enabled(if: hasPython))
    func examples() throws {
        let frames = FormatPage.page.examples.map(\.bytes)
        #expect(try verdicts(frames) == frames.map(expected))
    }

    @Test("it refuses each example with any byte damaged or cut off, with the same status", .enabled(if: hasPython))
    func corrupt() throws {
        var frames: [[UInt8]] = []
        for frame in FormatPage.page.examples.map(\.bytes) {
            for place in frame.indices {
                var bytes = frame
                bytes[place] ^= place == 10 ? 3 : 0x81
                frames.append(bytes)
                if place % 5 == 0 { frames.append(Array(frame.prefix(place))) }
            }
        }
        let found = try verdicts(frames)
        #expect(found == frames.map(expected))
        #expect(found.allSatisfy { $0.hasPrefix("refused") })
    }

    @Test("what is out of range it refuses as we do, and takes as we do", .enabled(if: hasPython))
    func ranges() throws {
        var dice = Dice(seed: 5)
        let base = FormatPage.page.examples[1].bytes
        var frames: [[UInt8]] = []
        for _ in 0..<1000 {
            var bytes = base
            let place = dice.number(11...167)
            bytes[place] = dice.pick([0, 1, 2, 4, 10, 11, 32, 33, 0x7F, 0x80, 0xC2, 0xFF])
            if dice.oneIn(4) { bytes.put(4 | 0x0002_0000_0000, at: 12, width: 4) }
            frames.append(bytes.sealed())
        }
        #expect(try verdicts(frames) == frames.map(expected))
    }

    @Test("it reads and writes frames of every kind", .enabled(if: hasPython))
    func everyKind() throws {
        var random = RandomFrames(seed: 8)
        let frames = (0..<300).flatMap { _ in random.nextBytes().frames }.filter { $0.count < 4000 }
        // Its names are printed as lines.
        let printable = frames.filter { !expected($0).contains { $0.isNewline } }
        #expect(try verdicts(printable) == printable.map(expected))
    }

    @Test("a stage in Python passes frames on untouched", .enabled(if: hasPython), arguments: ["0", "1.5", "1000000"])
    func stage(size: String) throws {
        var random = RandomFrames(seed: 9)
        let kinds: [Kind] = [.hello, .trade, .trade, .trade, .bookUpdate, Kind(rawValue: 200)]
        let frames = (0..<300).flatMap { RandomFrames.bytes(random.next(kinds[$0 % kinds.count])).frames }
        let least = Units.Decimal(size == "1.5" ? 15 : Int64(size) ?? 0, exponent: size == "1.5" ? -1 : 0)
        let passed = frames.filter { frame in
            let header = Header(frame.span.bytes)
            let size = Trade(frame.span.bytes, header).size
            return header.envelope.kind == .hello
                || (header.envelope.kind == .trade && (size.isGiven ? size : .zero) >= least)
        }
        let shell = try python("cat | python3 trades.py \(size) | cat", Data(frames.flatMap(\.self)))
        #expect(shell.status == 0, "\(shell.errors)")
        #expect([UInt8](shell.output) == passed.flatMap(\.self))
        #expect(passed.count > 50)
    }

    @Test("the stage ends with the status that says why", .enabled(if: hasPython))
    func statuses() throws {
        let frame = FormatPage.page.examples[1].bytes
        var (other, broken) = (frame, frame)
        other[10] = 2
        broken[30] ^= 1
        for (bytes, status) in [
            ([], 0), (frame, 0), (Array(frame.dropLast()), 74), (frame + Array(frame.prefix(3)), 74), (other, 76),
            (broken, 65),
        ]
            as [([UInt8], Int32)]
        {
            let shell = try python("python3 trades.py 0", Data(bytes))
            #expect(shell.status == status, "\(shell.errors)")
            #expect(shell.errors.isEmpty == (status == 0))
        }
        #expect(try python("python3 trades.py", Data()).status == 64)
    }
}
