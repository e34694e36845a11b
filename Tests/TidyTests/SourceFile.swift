import Foundation
import Support

/// A Swift file of the repository.
struct SourceFile: Sendable {
    /// From the repository's root.
    let path: String
    let text: String
    /// The text with comments and the insides of string literals blanked out, line for line.
    let code: String

    init(path: String, text: String) {
        self.path = path
        self.text = text
        code = SourceFile.blanked(text)
    }

    var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }

    /// The room of Common that it belongs to; nil elsewhere.
    var room: String? {
        let parts = path.split(separator: "/")
        return parts.count > 3 && parts[0] == "Sources" && parts[1] == "Common" ? String(parts[2]) : nil
    }

    /// All Swift files below the folders.
    static func all(in folders: String...) -> [SourceFile] {
        folders.flatMap { folder in
            paths(in: folder).filter { $0.hasSuffix(".swift") }.map { path in
                let data = FileManager.default.contents(atPath: Places.root.appendingPathComponent(path).path) ?? Data()
                return SourceFile(path: path, text: String(decoding: data, as: UTF8.self))
            }
        }
    }

    /// All files below a folder, from the repository's root.
    static func paths(in folder: String) -> [String] {
        let root = Places.root.appendingPathComponent(folder).resolvingSymlinksInPath().path
        let found = FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String } ?? []
        return found.filter { !$0.hasPrefix(".") && !$0.contains("/.") }.map { folder + "/" + $0 }.sorted()
    }

    /// What matches a regular expression in the code (or in the text, comments and strings too), as `path:line: match`.
    func matches(_ pattern: String, inText: Bool = false) -> [String] {
        guard let expression = try? NSRegularExpression(pattern: pattern, options: .anchorsMatchLines) else {
            preconditionFailure("no pattern: \(pattern)")
        }
        let searched = (inText ? text : code) as NSString
        return expression.matches(in: searched as String, range: NSRange(location: 0, length: searched.length)).map {
            match in
            let line = searched.substring(to: match.range.location).utf8.count { $0 == 0x0A } + 1
            return "\(path):\(line): \(searched.substring(with: match.range))"
        }
    }
}

extension SourceFile {
    /// Blanks comments and the insides of strings, so that words in them are no code.
    private static func blanked(_ text: String) -> String {
        var result: [UInt8] = []
        let bytes = Array(text.utf8)
        var at = 0
        func isNext(_ mark: String) -> Bool { bytes[at...].starts(with: mark.utf8) }
        func blank(to end: Int) {
            result += bytes[at..<end].map { $0 == 0x0A ? 0x0A : 0x20 }
            at = end
        }
        /// The offset behind the next `mark`, or the end.
        func behind(_ mark: String, from start: Int) -> Int {
            var place = start
            while place < bytes.count, !bytes[place...].starts(with: mark.utf8) {
                place += bytes[place] == 0x5C && !mark.hasSuffix("#") ? 2 : 1
            }
            return min(place + mark.utf8.count, bytes.count)
        }
        while at < bytes.count {
            if isNext("//") {
                blank(to: bytes[at...].firstIndex(of: 0x0A) ?? bytes.count)
            } else if isNext("/*") {
                blank(to: behind("*/", from: at + 2))
            } else if isNext("#\"") {
                blank(to: behind("\"#", from: at + 2))
            } else if isNext("\"\"\"") {
                blank(to: behind("\"\"\"", from: at + 3))
            } else if isNext("\"") {
                blank(to: behind("\"", from: at + 1))
            } else {
                result.append(bytes[at])
                at += 1
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
