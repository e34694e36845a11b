/// The folder that the tools lie in. Pure: it knows paths, not files.
struct Folder: Equatable {
    let path: String

    /// - Parameters:
    ///   - executable: the launcher's real path.
    ///   - isFolder: whether there is a folder at a path.
    init(of executable: String, isFolder: (String) -> Bool) {
        let own = Folder.parent(of: executable)
        // Installed: bin/penstock and libexec/penstock/TOOL. Built: all of them side by side.
        let installed = Folder.parent(of: own) + "/libexec/penstock"
        path = isFolder(installed) ? installed : own
    }

    /// Where the tool with this name would be.
    func path(of tool: String) -> String { path + "/" + tool }

    /// A line for any POSIX shell that puts the folder first on PATH; nil when no PATH can name it.
    var export: String? {
        guard !path.utf8.contains(0x3A) else { return nil }
        let quoted = path.split(separator: "'", omittingEmptySubsequences: false).joined(separator: #"'\''"#)
        return "export PATH='\(quoted)':\"$PATH\""
    }

    private static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return String(path[..<slash])
    }
}
