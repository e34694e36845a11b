import Bytes
import Events
import Host
import Text
import Tool
import Units
import Venues

/// Writes down what goes over the wire, a line for each message, answer, connect and disconnect, so that the same events can be made
/// of it again.
///
/// Whatever happens to the file, the feed goes on: a full disk ends the recording with a line on standard error.
struct Recorder: ~Copyable {
    private let path: String
    private let rotation: Nanos?
    private let keep: Nanos?
    private var file: Descriptor?
    private var page = Printer(capacity: 1 << 16)
    private var rotatesAt = Nanos.range.upperBound
    /// The first line of each file: what was asked for.
    private let header: String

    /// Bytes that wait at most before they are written.
    private static let pageBytes = 1 << 18

    init(_ path: String, rotation: Nanos?, keep: Nanos?, header: String, now: Nanos) throws(Failure) {
        self.path = path
        self.rotation = rotation
        self.keep = keep
        self.header = header
        file = try File.append(to: path)
        begin(at: now)
    }

    private mutating func begin(at now: Nanos) {
        if let rotation { rotatesAt = Nanos((now.count / rotation.count + 1) * rotation.count) }
        header.withBytes { line("out", "open", connection: "ingest", url: "", $0, at: now) }
    }

    var isOn: Bool {
        switch file {
        case .some: true
        case .none: false
        }
    }

    /// A line about a connection; `time` since 1970.
    mutating func line(
        _ direction: StaticString, _ kind: StaticString, connection: Int, url: String, _ body: RawSpan, at time: Nanos
    ) {
        line(direction, kind, connection: String(connection), url: url, body, at: time)
    }

    mutating func line(
        _ direction: StaticString, _ kind: StaticString, connection: String, url: String, _ body: RawSpan,
        status: Int = 0, after: Nanos? = nil, weight: Int? = nil, at time: Nanos
    ) {
        guard isOn else { return }
        page.print("{\"ts\":")
        page.print(time.count)
        page.print(",\"dir\":\"")
        page.print(direction)
        page.print("\",\"conn\":")
        connection.withBytes { page.print(json: $0) }
        page.print(",\"url\":")
        url.withBytes { page.print(json: $0) }
        page.print(",\"kind\":\"")
        page.print(kind)
        page.print("\",")
        if status != 0 || after != nil {
            page.print("\"status\":")
            page.print(Int64(status))
            page.print(",\"after\":")
            page.print((after ?? .zero).count)
            page.print(",")
        }
        if let weight {
            page.print("\"weight\":")
            page.print(Int64(weight))
            page.print(",")
        }
        page.print("\"body\":")
        page.print(json: body)
        page.print("}\n")
        if page.count >= Recorder.pageBytes { flush(at: time) }
    }

    /// Writes what waits, and begins a new file when it is time.
    mutating func flush(at now: Nanos) {
        guard page.count > 0 else { return }
        do throws(Failure) {
            switch file {
            case .some(let file):
                try page.read { span throws(Failure) in try file.write(all: span, path) }
            case .none: break
            }
            page.clear()
            if now >= rotatesAt { try rotate(at: now) }
        } catch {
            complain("ingest: \(error.line); the recording ends here, the feed goes on")
            page.clear()
            file = nil
        }
    }

    /// Gives the file the name of this moment, begins a new one, and removes those that are too old.
    private mutating func rotate(at now: Nanos) throws(Failure) {
        var name = Printer(capacity: 64)
        name.print(path)
        name.print(".")
        name.print(rfc3339: now)
        let stamped = name.read { String($0) }
        try File.rename(path, to: stamped)
        file = try File.append(to: path)
        begin(at: now)
        guard let keep else { return }
        var oldest = Printer(capacity: 64)
        oldest.print(path)
        oldest.print(".")
        oldest.print(rfc3339: now - keep)
        let bound = oldest.read { String($0) }
        // Times of one length sort as text.
        for sibling in File.siblings(of: path) where sibling.utf8.count == bound.utf8.count && sibling < bound {
            File.remove(sibling)
        }
    }
}
