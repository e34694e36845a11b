import CCurl
import Units
import WebSockets

extension Answer {
    /// The answer of a server that does not want to become a WebSocket.
    init(_ head: ResponseHead) {
        status = head.status
        fields = head.fields.all.map { Field(name: $0.name, value: $0.value) }
        retryAfter = head.fields.wholeNumber("retry-after").map { .seconds(Int64(min($0, 1 << 31))) } ?? untilDate
    }

    /// A date in `Retry-After`, counted from the answer's own.
    private var untilDate: Nanos? {
        guard let end = self["retry-after"].flatMap(Answer.seconds),
            let start = self["date"].flatMap(Answer.seconds), end > start
        else { return nil }
        return .seconds(Int64(min(end - start, 1 << 31)))
    }

    /// Seconds since 1970. Sound: libcurl reads the text within the call, and nothing through the other pointer.
    private static func seconds(_ date: String) -> Int? {
        let seconds = unsafe curl_getdate(date, nil)
        return seconds > 0 ? Int(seconds) : nil
    }
}
