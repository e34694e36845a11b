/// What the head of an upgrade says of a URL.
struct Address {
    /// Host, and port where it is not the usual one.
    let host: String
    /// Path and query.
    let target: String

    init(_ url: String) {
        let place = Connector.place(of: url)
        let usual = url.hasPrefix("wss:") ? ":443" : ":80"
        host = place.hasSuffix(usual) ? String(place.dropLast(usual.utf8.count)) : place
        let bytes = url.utf8
        let start = bytes.firstRange(of: "://".utf8)?.upperBound ?? bytes.endIndex
        let rest = bytes[start...].drop { $0 != 0x2F && $0 != 0x3F && $0 != 0x23 }.prefix { $0 != 0x23 }
        let text = String(decoding: rest, as: UTF8.self)
        target = text.hasPrefix("/") ? text : "/" + text
    }
}
