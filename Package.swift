// swift-tools-version: 6.2
import PackageDescription

// FUZZ=1 builds the rooms with coverage for libFuzzer and adds the fuzz targets; see Tests/fuzz/README.md.
// One flag for both sanitizers: given as two, the library silently loses its coverage.
let isFuzzing = Context.environment["FUZZ"] == "1"
let fuzzing: [SwiftSetting] = isFuzzing ? [.unsafeFlags(["-sanitize=fuzzer,address", "-parse-as-library"])] : []

// ONLY_TESTS='BytesTests TextTests' builds the rooms and these tests, and no tools.
let onlyTests = Context.environment["ONLY_TESTS"]?.split(separator: " ").map(String.init)

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .strictMemorySafety(),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

/// A room of Common: it sees the rooms that it names and no others, and the compiler refuses cycles.
func room(_ name: String, uses rooms: [Target.Dependency] = [], exclude: [String] = []) -> Target {
    .target(
        name: name, dependencies: rooms, path: "Sources/Common/\(name)", exclude: exclude,
        swiftSettings: strict + fuzzing)
}

/// A C library of Debian's.
func library(_ name: String, pkgConfig: String, apt package: String) -> Target {
    .systemLibrary(
        name: name, path: "Sources/Common/\(name)", pkgConfig: pkgConfig, providers: [.apt([package])])
}

/// Declarations of C that Swift does not have: headers only, nothing to link.
func header(_ name: String) -> Target { .systemLibrary(name: name, path: "Sources/Common/\(name)") }

/// `module`: where the tool's own name will not do. A test bundle holds each tool's entry under the name `<module>_main`, and
/// `dispatch_main` is one that the runtime of tests calls.
func tool(_ name: String, module: String? = nil, uses rooms: [Target.Dependency]) -> Target {
    .executableTarget(
        name: module ?? name, dependencies: rooms, path: "Sources/\(name)", exclude: ["\(name).1"],
        swiftSettings: strict)
}

// `unsafe` is free in tests: strict memory safety is for what ships.
let relaxed: [SwiftSetting] = [.swiftLanguageMode(.v6), .enableUpcomingFeature("ExistentialAny")]

func tests(_ name: String, of rooms: [Target.Dependency], exclude: [String] = []) -> Target {
    .testTarget(
        name: name, dependencies: rooms + ["Support"], path: "Tests/\(name)", exclude: exclude, swiftSettings: relaxed)
}

// Lowest first: a room sees only rooms above it.
let rooms: [Target] = [
    room("Bytes", uses: ["CChecksum"]),
    room("Units"),
    room("Text", uses: ["Bytes", "Units"]),
    room("Events", uses: ["Bytes", "Units"]),
    room("Wire", uses: ["Bytes", "Units", "Text", "Events"], exclude: ["FORMAT.md"]),
    room("Flow", uses: ["Bytes", "Units", "Text", "Events", "Wire"]),
    room("Lines", uses: ["Bytes", "Units", "Text", "Events", "Wire"]),
    room("Books", uses: ["Bytes", "Units", "Events"]),
    room("Merges", uses: ["Bytes", "Units", "Text", "Events", "Wire", "Flow", "Books"]),
    room("Lanes", uses: ["Bytes", "Units", "Text", "Events", "Wire", "Flow", "Books"]),
    room("Recordings", uses: ["Bytes", "Units", "Text"]),
    room("Venues", uses: ["Bytes", "Units", "Text", "Events", "Wire", "Books"]),
    room("Matching", uses: ["Bytes", "Units"]),
    room("Markets", uses: ["Bytes", "Units", "Text", "Matching"]),
    room("WebSockets", uses: ["Bytes", "Text", "COpenSSL"]),
    room("Imitations", uses: ["Bytes", "Units", "Text", "Events", "Wire", "Books", "Venues", "Matching", "Markets"]),
    room("Host", uses: ["Bytes", "Units", "CLinux", "CSystemd"]),
    room("Clients", uses: ["Bytes", "Units", "Text", "WebSockets", "Host", "CCurl", "COpenSSL"]),
    room("Servers", uses: ["Bytes", "Units", "WebSockets", "Host", "COpenSSL"]),
    room("Spools", uses: ["Bytes", "Units", "Events", "Wire", "Flow", "Host"]),
    room("Tool", uses: ["Units", "Text", "Host"]),
    room("Edges", uses: ["Bytes", "Units", "Text", "Events", "Wire", "Flow", "Host"]),
    room("Consumers", uses: ["Bytes", "Units", "Text", "Events", "Wire", "Flow", "Books", "Spools", "Host", "Tool"]),
]

let tools: [Target] = [
    tool(
        "ingest",
        uses: [
            "Bytes", "Units", "Text", "Events", "Wire", "Flow", "Recordings", "Venues", "WebSockets", "Host", "Clients",
            "Tool", "Edges",
        ]),
    tool(
        "merge",
        uses: ["Bytes", "Units", "Text", "Events", "Wire", "Flow", "Books", "Merges", "Host", "Tool", "Edges"]),
    tool(
        "tap",
        uses: [
            "Bytes", "Units", "Text", "Events", "Wire", "Flow", "Books", "Lines", "Host", "Tool", "Edges", "Consumers",
        ]),
    tool(
        "dispatch", module: "dispatcher",
        uses: [
            "Bytes", "Units", "Text", "Events", "Wire", "Flow", "Lines", "Books", "Lanes", "Spools", "Host", "Tool",
            "Edges",
        ]),
    tool("control", uses: ["Bytes", "Units", "Text", "Events", "Wire", "Lines", "Host", "Tool"]),
    tool("penstock", uses: ["Host", "Tool"]),
    tool(
        "exchange",
        uses: [
            "Bytes", "Units", "Text", "Events", "Wire", "Books", "Recordings", "Venues", "Matching", "Markets",
            "Imitations", "WebSockets", "Host", "Servers", "Tool",
        ]),
]

let checks: [Target] = [
    .target(
        name: "Support", dependencies: ["Bytes", "Units", "Text", "Events", "Wire"], path: "Tests/Support",
        swiftSettings: relaxed),
    tests("BytesTests", of: ["Bytes"]),
    tests("UnitsTests", of: ["Units"]),
    tests("TextTests", of: ["Bytes", "Units", "Text"]),
    tests("WireTests", of: ["Bytes", "Units", "Text", "Events", "Wire"]),
    tests("FlowTests", of: ["Bytes", "Units", "Events", "Wire", "Flow"]),
    tests("LinesTests", of: ["Bytes", "Units", "Text", "Events", "Wire", "Lines"]),
    tests("BooksTests", of: ["Bytes", "Units", "Events", "Books"]),
    tests("MergesTests", of: ["Bytes", "Units", "Events", "Wire", "Flow", "Books", "Merges"]),
    tests("LanesTests", of: ["Bytes", "Units", "Text", "Events", "Wire", "Flow", "Books", "Lanes"]),
    tests("RecordingsTests", of: ["Bytes", "Units", "Text", "Recordings"]),
    tests("VenuesTests", of: ["Bytes", "Units", "Text", "Events", "Wire", "Books", "Recordings", "Venues"]),
    tests("MatchingTests", of: ["Bytes", "Units", "Matching"]),
    tests("MarketsTests", of: ["Bytes", "Units", "Text", "Matching", "Markets"]),
    tests("WebSocketsTests", of: ["Bytes", "Text", "WebSockets"]),
    tests(
        "ImitationsTests",
        of: ["Bytes", "Units", "Text", "Events", "Wire", "Books", "Venues", "Matching", "Markets", "Imitations"]),
    tests(
        "SimulationTests",
        of: [
            "Bytes", "Units", "Text", "Events", "Wire", "Books", "Venues", "Matching", "Markets", "Imitations",
            "WebSockets",
        ]),
    tests("HostTests", of: ["Bytes", "Units", "Host"]),
    tests(
        "ClientsTests", of: ["Bytes", "Units", "WebSockets", "Host", "Clients"],
        exclude: ["peer.py", "certificates.sh"]),
    tests("ServersTests", of: ["Bytes", "Units", "WebSockets", "Host", "Servers", "COpenSSL"]),
    tests(
        "ConsumersTests", of: ["Bytes", "Units", "Text", "Events", "Wire", "Books", "Consumers"]),
    tests("SpoolsTests", of: ["Bytes", "Units", "Events", "Wire", "Host", "Spools"]),
    tests("ToolTests", of: ["Host", "Tool"]),
    tests("EdgesTests", of: ["Bytes", "Units", "Events", "Wire", "Host", "Edges"]),
    tests(
        "EndToEndTests",
        of: [
            "ingest", "merge", "dispatcher", "tap", "penstock", "exchange", "control", "chaos", "consumer", "reporter",
            "Bytes", "Text", "Events", "Wire",
        ],
        exclude: [
            "consumer.py", "server.py", "intent.py", "holder.py", "lossless.py", "order.py", "switches.py",
            "watcher.py",
            "wire.py",
        ]),
    tests("TidyTests", of: []),
    .executableTarget(
        name: "bench",
        dependencies: ["Bytes", "Units", "Text", "Events", "Wire", "Books", "Recordings", "Venues", "Host", "CCurl"],
        path: "Tests/bench/Sources", swiftSettings: relaxed),
    .executableTarget(
        name: "chaos", dependencies: ["Bytes", "Units", "Events", "Wire", "Host", "Tool", "Edges", "Support"],
        path: "Tests/chaos", swiftSettings: relaxed),
    .executableTarget(
        name: "consumer", dependencies: ["Bytes", "Text", "Events", "Wire", "Books", "Consumers", "Host", "Tool"],
        path: "Examples/consumer", swiftSettings: strict),
    .executableTarget(
        name: "reporter", dependencies: ["Bytes", "Units", "Events", "Wire", "Spools", "Host", "Tool", "Support"],
        path: "Tests/reporter", swiftSettings: relaxed),
    .executableTarget(
        name: "wspeer", dependencies: ["Bytes", "Text", "WebSockets", "Support"],
        path: "Tests/peers/websockets/Sources", swiftSettings: relaxed),
]

let fuzzed: [Target.Dependency] = [
    "Bytes", "Units", "Text", "Events", "Wire", "Lines", "Books", "Recordings", "Venues", "WebSockets", "Merges",
    "Lanes",
]
let fuzzFlags: [SwiftSetting] = relaxed + fuzzing

func fuzzer(_ name: String) -> Target {
    .executableTarget(
        name: "Fuzz\(name)", dependencies: fuzzed + ["FuzzSupport"], path: "Tests/fuzz/\(name)",
        swiftSettings: fuzzFlags,
        linkerSettings: [.unsafeFlags(["-sanitize=fuzzer,address", "-use-ld=lld"])])
}

let fuzzers: [Target] =
    [.target(name: "FuzzSupport", dependencies: fuzzed, path: "Tests/fuzz/Support", swiftSettings: fuzzFlags)]
    + [
        "Frames", "Json", "JsonEvents", "Recordings", "Instruments", "Binance", "Coinbase", "CoinbaseExchange",
        "Kraken", "KrakenV1", "KrakenFutures", "WebSockets", "Requests",
    ].map(fuzzer)

let headers = [
    header("CChecksum"), header("CLinux"),
    library("CCurl", pkgConfig: "libcurl", apt: "libcurl4-openssl-dev"),
    library("CSystemd", pkgConfig: "libsystemd", apt: "libsystemd-dev"),
    library("COpenSSL", pkgConfig: "openssl", apt: "libssl-dev"),
]

let isWhole = !isFuzzing && onlyTests == nil
var targets = headers + rooms
if isFuzzing {
    targets += fuzzers
} else if let onlyTests {
    targets += checks.filter { $0.name == "Support" || onlyTests.contains($0.name) }
} else {
    targets += tools + checks
}

let package = Package(
    name: "penstock",
    products: [.library(name: "Common", targets: rooms.map(\.name))]
        + (isWhole ? tools : []).map {
            .executable(name: $0.name == "dispatcher" ? "dispatch" : $0.name, targets: [$0.name])
        },
    dependencies: [],
    targets: targets
)
