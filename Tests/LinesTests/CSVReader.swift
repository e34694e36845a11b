/// Reads tables as RFC 4180 has them, with a line feed at the end of each row.
enum CSVReader {
    /// The rows; nil where a quote stands where none may.
    static func rows(_ text: String) -> [[String]]? {
        var rows: [[String]] = []
        var row: [String] = []
        var cell: [UInt8] = []
        var isQuoted = false
        var wasQuoted = false
        let bytes = Array(text.utf8)
        var at = 0
        func take() {
            row.append(String(decoding: cell, as: UTF8.self))
            cell = []
            wasQuoted = false
        }
        while at < bytes.count {
            let byte = bytes[at]
            at += 1
            if isQuoted {
                guard byte == UInt8(ascii: "\"") else {
                    cell.append(byte)
                    continue
                }
                if at < bytes.count, bytes[at] == UInt8(ascii: "\"") {
                    cell.append(byte)
                    at += 1
                } else {
                    isQuoted = false
                    wasQuoted = true
                }
                continue
            }
            switch byte {
            case UInt8(ascii: ","): take()
            case UInt8(ascii: "\n"):
                take()
                rows.append(row)
                row = []
            case UInt8(ascii: "\""):
                guard cell.isEmpty, !wasQuoted else { return nil }
                isQuoted = true
            case UInt8(ascii: "\r"): return nil
            default:
                guard !wasQuoted else { return nil }
                cell.append(byte)
            }
        }
        return isQuoted || !row.isEmpty || !cell.isEmpty ? nil : rows
    }
}
