import COpenSSL

/// What OpenSSL says went wrong. Its queue of errors is one a thread and outlives calls, so it is emptied before each of them.
///
/// Why `unsafe` is sound here: the texts are OpenSSL's own constants, which end with a zero.
enum Trouble {
    static func forget() { ERR_clear_error() }

    /// The reason that was noted last, nearest to what was called; the queue is empty afterwards.
    static func reason() -> String {
        let code = ERR_peek_last_error()
        defer { ERR_clear_error() }
        guard code != 0 else { return "OpenSSL gives no reason" }
        guard let text = unsafe ERR_reason_error_string(code) else { return "OpenSSL error \(code)" }
        return unsafe String(cString: text)
    }
}
