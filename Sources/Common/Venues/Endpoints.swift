/// Where a venue is reached: its own public addresses, or others that speak as it does.
public struct Endpoints: Equatable, Sendable {
    /// `scheme://host[:port]` that WebSockets are made to, and that requests are made to; nil: the venue's own.
    public private(set) var web: String?
    public private(set) var rest: String?

    public init() {}

    /// Takes an address: one of requests (`https:`, `http:`) or of WebSockets (`wss:`, `ws:`). It stands for both, as long as no
    /// address of the other kind was given. False when it is none.
    public mutating func add(_ url: String) -> Bool {
        guard let (scheme, authority) = Endpoints.split(url), !authority.isEmpty else { return false }
        switch scheme {
        case "https", "http":
            rest = url.hasSuffix("/") ? String(url.dropLast()) : url
            if !hasOwnWeb { web = (scheme == "https" ? "wss://" : "ws://") + authority }
        case "wss", "ws":
            web = url.hasSuffix("/") ? String(url.dropLast()) : url
            hasOwnWeb = true
            if rest == nil { rest = (scheme == "wss" ? "https://" : "http://") + authority }
        default: return false
        }
        return true
    }

    private var hasOwnWeb = false

    /// The venue's address with this place in its place: path and query stay.
    func placed(_ url: String) -> String {
        guard let (scheme, authority) = Endpoints.split(url) else { return url }
        guard let base = scheme == "wss" || scheme == "ws" ? web : rest else { return url }
        return base + url.dropFirst(scheme.utf8.count + 3 + authority.utf8.count)
    }

    /// Scheme and authority; nil where there is no `://`.
    private static func split(_ url: String) -> (scheme: String, authority: String)? {
        guard let mark = url.firstRange(of: "://") else { return nil }
        let rest = url[mark.upperBound...]
        return (String(url[..<mark.lowerBound]), String(rest.prefix { $0 != "/" && $0 != "?" }))
    }
}
