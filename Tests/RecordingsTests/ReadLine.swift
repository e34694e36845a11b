import Bytes
import Recordings
import Support
import Units

/// A record with its parts as texts of their own.
struct ReadLine: Equatable {
    var time: Nanos?
    var isIncoming: Bool
    var kind: Record.Kind
    var connection, url, body: String
}

/// Reads a line that ends right before memory that nobody may touch.
func read(_ line: String) -> Result<ReadLine, Record.Defect> {
    var bytes = Array(line.utf8)
    return Fence(capacity: bytes.count).change(&bytes) { span in
        Record.read(&span).map { record in
            ReadLine(
                time: record.time, isIncoming: record.isIncoming, kind: record.kind,
                connection: String(span.bytes, record.connection), url: String(span.bytes, record.url),
                body: String(span.bytes, record.body))
        }
    }
}
