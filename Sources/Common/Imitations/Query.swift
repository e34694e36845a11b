/// A request's path and parameters, its escapes resolved.
struct Query {
    let path: String
    private var parameters: [(name: String, value: String)] = []

    /// Parameters read at most; the rest is left out.
    private static let limit = 64

    init(_ target: String) {
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        path = parts.isEmpty ? "" : Query.unescaped(parts[0])
        guard parts.count > 1 else { return }
        for pair in parts[1].split(separator: "&").prefix(Query.limit) {
            let words = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            parameters.append((Query.unescaped(words[0]), words.count > 1 ? Query.unescaped(words[1]) : ""))
        }
    }

    /// The value of the first parameter of this name; nil when there is none, or an empty one.
    subscript(name: String) -> String? {
        parameters.first { $0.name == name }.flatMap { $0.value.isEmpty ? nil : $0.value }
    }

    /// A whole number; nil when it is none.
    func number(_ name: String) -> Int? { self[name].flatMap { Int($0) } }

    /// Whether the parameter is there and no whole number that is not negative.
    func isMalformed(_ name: String) -> Bool { self[name].map { (Int($0) ?? -1) < 0 } ?? false }

    /// Every value of this name, as `?a=1&a=2` has them.
    func all(_ name: String) -> [String] { parameters.filter { $0.name == name }.map(\.value) }

    /// `%41` becomes `A`; what is no escape stays.
    static func unescaped(_ text: some StringProtocol) -> String {
        guard text.utf8.contains(0x25) else { return String(text) }
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            let code =
                byte == 0x25 && rest.count >= 2
                ? UInt8(String(decoding: rest.prefix(2), as: Unicode.UTF8.self), radix: 16) : nil
            bytes.append(code ?? byte)
            if code != nil { rest = rest.dropFirst(2) }
        }
        return String(decoding: bytes, as: Unicode.UTF8.self)
    }
}
