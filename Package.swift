// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .strictMemorySafety(),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

func room(_ name: String, uses rooms: [Target.Dependency] = [], exclude: [String] = []) -> Target {
    .target(name: name, dependencies: rooms, path: "Sources/Common/\(name)", exclude: exclude, swiftSettings: strict)
}

func tool(_ name: String, uses rooms: [Target.Dependency]) -> Target {
    .executableTarget(
        name: name, dependencies: rooms, path: "Sources/\(name)", exclude: ["\(name).1"], swiftSettings: strict)
}

let package = Package(
    name: "penstock",
    targets: [
        .systemLibrary(name: "CChecksum", path: "Sources/Common/CChecksum"),
        room("Bytes", uses: ["CChecksum"]),
        room("Units"),
        room("Text", uses: ["Bytes", "Units"]),
        room("Events", uses: ["Bytes", "Units"]),
        room("Wire", uses: ["Bytes", "Units", "Text", "Events"], exclude: ["FORMAT.md"]),
        room("Books", uses: ["Bytes", "Units", "Events"]),
        room("Venues", uses: ["Bytes", "Units", "Text", "Events", "Wire", "Books"]),
        room("Recordings", uses: ["Bytes", "Units", "Text"]),
        room("Lines", uses: ["Bytes", "Units", "Text", "Events", "Wire"]),
        .systemLibrary(name: "CLinux", path: "Sources/Common/CLinux"),
        room("Host", uses: ["Bytes", "Units", "CLinux"]),
        room("Tool", uses: ["Bytes", "Text", "Host"]),
        tool("ingest", uses: ["Bytes", "Units", "Text", "Events", "Wire", "Recordings", "Venues", "Host", "Tool"]),
        tool("tap", uses: ["Bytes", "Units", "Text", "Events", "Wire", "Books", "Lines", "Host", "Tool"]),
        .executableTarget(name: "proto", dependencies: ["Text","Bytes","Units"], path: "Tests/proto", swiftSettings: strict),
    ]
)
