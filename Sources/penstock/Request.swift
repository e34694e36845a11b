/// What a command line asks of the launcher. Pure.
enum Request: Equatable {
    /// Become this tool; all words behind its name are its own.
    case start(String, [String])
    /// Print a line that puts the tools on PATH.
    case environment
    /// An option of the launcher's own, or nothing at all.
    case own

    init(_ words: [String]) {
        switch (words.first, words.count) {
        case ("env", 1): self = .environment
        case ("help", 2) where !words[1].hasPrefix("-"): self = .start(words[1], ["--help"])
        case (nil, _), ("help", _), ("env", _): self = .own
        case (let word?, _): self = word.hasPrefix("-") ? .own : .start(word, Array(words.dropFirst()))
        }
    }

    /// Whether this can be a tool's name: nothing that leads out of the folder.
    static func isName(_ word: String) -> Bool {
        !word.isEmpty && word.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D }
            && !word.hasPrefix("-")
    }
}
