import Foundation

/// FORMAT.md, taken apart: what it says in tables and examples, so that tests can hold the code against it.
public struct FormatPage: Sendable {
    public struct Field: Equatable, Sendable {
        public var name: String
        public var offset: Int
        /// As the page writes it: `decimal 16`, `text 64`, `word Side`.
        public var form: String
    }

    public struct Kind: Sendable {
        public var number: Int
        public var name: String
        public var channel: String
        public var words: Int
        public var fields: [Field] = []
    }

    public struct Example: Sendable {
        public var bytes: [UInt8]
        public var json: String
    }

    public var kinds: [Kind] = []
    public var examples: [Example] = []
    /// Rows of the header's table: offset, size, name.
    public var header: [(offset: Int, size: Int, name: String)] = []
    /// Words of each set by their numbers.
    public var words: [String: [String]] = [:]
    public var flags: [String] = []
    public let text: String

    public static let page = FormatPage()

    /// The page of this repository; traps where it is not as tests expect it.
    private init() {
        let file = Places.root.appendingPathComponent("Sources/Common/Wire/FORMAT.md")
        guard let text = try? String(contentsOf: file, encoding: .utf8) else { preconditionFailure("no FORMAT.md") }
        self.text = text
        var current: [Kind] = []
        var section = ""
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
            if line.hasPrefix("## ") {
                kinds += current
                current = []
                section = line
            }
            let cells = FormatPage.cells(line)
            guard cells.count >= 2, cells[0] != "---" else { continue }
            switch section.prefix(5) {
            case "## 1.":
                guard let offset = Int(cells[0]), let size = Int(cells[1]) else { continue }
                header.append((offset, size, cells[2]))
            case "## 5.": if Int(cells[0]) == flags.count { flags.append(cells[1]) }
            case "## 6.":
                if cells[0].hasPrefix("**") {
                    kinds += current
                    current = FormatPage.kinds(cells)
                } else {
                    let fields = FormatPage.fields(cells)
                    for index in current.indices { current[index].fields += fields }
                }
            case "## 7.": words[cells[0]] = FormatPage.words(cells[1])
            default: break
            }
        }
        examples = FormatPage.examples(text)
    }

    private static func cells(_ line: String) -> [String] {
        guard line.hasPrefix("|") else { return [] }
        return line.dropFirst().dropLast().split(separator: "|", omittingEmptySubsequences: false)
            .map { $0.trimmingCharacters(in: .whitespaces) }
    }

    /// `**3 bookSnapshot, 4 bookUpdate** | | book, 2 words`
    private static func kinds(_ cells: [String]) -> [Kind] {
        let place = list(cells[2])
        let words = Int(place[1].split(separator: " ")[0]) ?? -1
        return list(cells[0].replacingOccurrences(of: "*", with: "")).map { title in
            let parts = title.split(separator: " ").map(String.init)
            return Kind(number: Int(parts[0]) ?? -1, name: parts[1], channel: place[0], words: words)
        }
    }

    /// `price, size | 0, 8 | decimal 16, 17`: a form that begins with a number is of the kind of the one before it, and one form
    /// may stand for all.
    private static func fields(_ cells: [String]) -> [Field] {
        guard let offsets = Optional(list(cells[1]).compactMap { Int($0) }), !offsets.isEmpty else { return [] }
        var forms: [String] = []
        for form in list(cells[2]) {
            let before = forms.last?.split(separator: " ")[0] ?? ""
            forms.append(form.first?.isNumber == true ? "\(before) \(form)" : form)
        }
        return zip(list(cells[0]), offsets).enumerated().map { index, field in
            Field(name: field.0, offset: field.1, form: forms.count == 1 ? forms[0] : forms[index])
        }
    }

    private static func list(_ cell: String) -> [String] {
        cell.components(separatedBy: ", ").map { $0.trimmingCharacters(in: .whitespaces) }
    }

    /// `0 unknown · 1 buy`; a word with a wrong number is left out.
    private static func words(_ cell: String) -> [String] {
        cell.components(separatedBy: " · ").enumerated().compactMap { index, word in
            let parts = word.split(separator: " ")
            return parts.count == 2 && Int(parts[0]) == index ? String(parts[1]) : nil
        }
    }

    /// Each block of hexadecimal digits with the block of JSON behind it.
    private static func examples(_ text: String) -> [Example] {
        let blocks = text.components(separatedBy: "```hex\n").dropFirst()
        return blocks.map { block in
            let hex = block.components(separatedBy: "\n```")[0]
            let digits = hex.split(separator: "\n").flatMap { $0.split(separator: " ").dropFirst() }.joined()
            let json = block.components(separatedBy: "```json\n")[1].components(separatedBy: "\n```")[0]
            return Example(bytes: bytes(digits), json: json)
        }
    }

    private static func bytes(_ digits: String) -> [UInt8] {
        let letters = Array(digits)
        return stride(from: 0, to: letters.count, by: 2).map { UInt8(String(letters[$0...($0 + 1)]), radix: 16) ?? 0 }
    }
}
