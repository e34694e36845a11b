import Bytes

/// Who writes: writers, and what each has begun with a hello of its own. Numbers are used again when no stream comes from there any more,
/// so there are never more than writers and streams together.
///
/// Invariant: of a source `streams` is how many come from it; of a writer `sources` how many of its sources have a number.
struct Writers: ~Copyable {
    struct Source: BitwiseCopyable {
        var writer: Int32 = -1
        var streams: Int32 = 0
        var isWriting = false
    }

    struct Writer: BitwiseCopyable {
        var sources: Int32 = 0
        var isGone = false
    }

    var sources = Column<Source>()
    var writers = Column<Writer>()
    var spareSources = Column<Int32>()
    var spareWriters = Column<Int32>()

    init() {}

    /// Numbers in use or kept for use.
    var count: Int { sources.count }

    /// A source of a new writer, or another one of the writer of `source`, which has ended then.
    mutating func begin(after source: Int? = nil) -> Int {
        let writer = source.map { sources[$0].writer } ?? freeWriter()
        let number = freeSource()
        sources[number] = Source(writer: writer, isWriting: true)
        writers[Int(writer)].sources += 1
        if let source { end(source) }
        return number
    }

    /// The source is not written to any more: who goes on with its streams may begin them anew.
    mutating func end(_ source: Int) {
        sources[source].isWriting = false
        giveBack(source)
    }

    /// The writer is gone, with all its sources.
    mutating func leave(_ source: Int) {
        writers[Int(sources[source].writer)].isGone = true
        end(source)
    }

    /// A stream comes from another source than before; -1 before its first.
    mutating func move(from source: Int32, to next: Int) {
        sources[next].streams += 1
        guard source >= 0 else { return }
        sources[Int(source)].streams -= 1
        giveBack(Int(source))
    }

    func isWriting(_ source: Int) -> Bool { sources[source].isWriting }

    /// Whether its writer is gone.
    func isGone(_ source: Int) -> Bool { writers[Int(sources[source].writer)].isGone }

    private mutating func giveBack(_ source: Int) {
        guard !sources[source].isWriting, sources[source].streams == 0, sources[source].writer >= 0 else { return }
        let writer = Int(sources[source].writer)
        sources[source].writer = -1
        spareSources.append(Int32(source))
        writers[writer].sources -= 1
        if writers[writer].sources == 0 { spareWriters.append(Int32(writer)) }
    }

    private mutating func freeSource() -> Int {
        guard let number = Writers.pop(&spareSources) else {
            sources.append(Source())
            return sources.count - 1
        }
        return number
    }

    private mutating func freeWriter() -> Int32 {
        guard let number = Writers.pop(&spareWriters) else {
            writers.append(Writer())
            return Int32(writers.count - 1)
        }
        writers[number] = Writer()
        return Int32(number)
    }

    private static func pop(_ column: inout Column<Int32>) -> Int? {
        guard !column.isEmpty else { return nil }
        let number = Int(column.last)
        column.truncate(to: column.count - 1)
        return number
    }
}
