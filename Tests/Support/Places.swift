import Foundation

/// Where things are: the repository, the built tools, the shared recordings.
public enum Places {
    /// The repository's root.
    public static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The folder of the built tools: the one that the test bundle lies in.
    public static let products: URL = {
        let arguments = CommandLine.arguments.map { URL(fileURLWithPath: $0) }
        let bundle = arguments.first { $0.pathExtension == "xctest" } ?? arguments[0]
        return bundle.deletingLastPathComponent()
    }()

    /// A built tool.
    public static func tool(_ name: String) -> String { products.appendingPathComponent(name).path }

    /// The folder of real recordings, beside the repository; nil where there is none. Tests that need it say that they were skipped.
    public static let shared: URL? = {
        let folder = root.deletingLastPathComponent().appendingPathComponent("shared/data")
        return FileManager.default.fileExists(atPath: folder.path) ? folder : nil
    }()

    /// A fresh folder that is removed when the process ends well.
    public static func scratch(_ name: String) throws -> URL {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("penstock-\(name)-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder
    }
}
