import Foundation
import Synchronization

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

    /// The folder of real recordings, beside the repository or where `PENSTOCK_SHARED` says; nil where there is none. Tests that
    /// need it say that they were skipped.
    public static let shared: URL? = {
        let named = ProcessInfo.processInfo.environment["PENSTOCK_SHARED"].map { URL(fileURLWithPath: $0) }
        let folder = named ?? root.deletingLastPathComponent().appendingPathComponent("shared/data")
        return FileManager.default.fileExists(atPath: folder.path) ? folder : nil
    }()

    /// A fresh folder that is removed when the process ends.
    public static func scratch(_ name: String) throws -> URL {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("penstock-\(name)-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        _ = removal
        made.withLock { $0.append(folder) }
        return folder
    }

    private static let made = Mutex<[URL]>([])
    private static let removal = atexit {
        for folder in Places.made.withLock({ $0 }) { try? FileManager.default.removeItem(at: folder) }
    }
}
