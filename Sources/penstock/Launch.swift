import Host
import Tool

let command = Command(
    "penstock",
    operands: "TOOL ARGUMENT… | env | help TOOL | --list",
    summary: "Starts the tools, which are installed under names that other packages may own.",
    examples: [
        "penstock ingest binance BTC-USDT | penstock tap",
        #"eval "$(penstock env)"; ingest kraken BTC-USD | tap --book"#,
    ],
    options: [.flag("list", "the tools and what each does")])

/// The tools, each with its one sentence.
let tools: [(name: String, summary: String)] = [
    ("ingest", "Turns a venue's messages into frames: books (assembled and verified), trades, tickers, klines."),
    ("merge", "Joins streams of frames: files, pipes (-), sockets. None waits for another."),
    ("dispatch", "Gives each consumer on a socket the streams that it asked for, in order, at its own pace."),
    ("control", "Tells a running dispatch what to do, and prints its answer."),
    ("tap", "Looks at streams of frames: files, pipes (-), sockets."),
    ("exchange", "Simulates exchanges as network peers: markets that move, their protocols, faults on request."),
]

/// Does what the command line asks for, and ends.
func launch(_ words: [String]) -> Never {
    switch Request(words) {
    case .start(let tool, let arguments): finish { () throws(Failure) in try start(tool, arguments) }
    case .environment: finish { () throws(Failure) in try printEnvironment() }
    case .own: run(command) { (arguments) throws(Failure) in try answer(arguments) }
    }
}

private func finish(_ body: () throws(Failure) -> Status) -> Never {
    do throws(Failure) {
        Program.end(try body())
    } catch {
        complain("penstock: \(error.line)")
        Program.end(error.status)
    }
}

private func folder() throws(Failure) -> Folder {
    guard let path = Program.path() else {
        throw Failure(.unavailable, "cannot tell where it is installed", mend: "is /proc mounted?")
    }
    return Folder(of: path, isFolder: Program.isFolder)
}

private func present(in folder: Folder) -> [(name: String, summary: String)] {
    tools.filter { Program.isExecutable(folder.path(of: $0.name)) }
}

private func start(_ tool: String, _ arguments: [String]) throws(Failure) -> Never {
    let folder = try folder()
    let path = folder.path(of: tool)
    guard Request.isName(tool), Program.isExecutable(path) else {
        let names = present(in: folder).map(\.name)
        let near = Command.nearest(to: tool, among: names)
        throw Failure(
            .usage, tool.isEmpty ? "an empty name" : "no tool \(tool)",
            mend: "try " + (near.isEmpty ? names : near).joined(separator: ", "))
    }
    try Program.become(path, [tool] + arguments)
}

private func printEnvironment() throws(Failure) -> Status {
    let folder = try folder()
    guard let line = folder.export else {
        throw Failure(.config, "\(folder.path) cannot be on PATH: its name holds a colon")
    }
    try print(line + "\n")
    return .ok
}

private func answer(_ arguments: Arguments) throws(Failure) -> Status {
    if arguments.operands == ["help"] {
        try print(command.help)
        return .ok
    }
    guard arguments.has("list"), arguments.operands.isEmpty else {
        throw Failure(.usage, "which tool?", mend: command.usage)
    }
    let found = present(in: try folder())
    let width = found.map(\.name.count).max() ?? 0
    for tool in found {
        try print(tool.name + String(repeating: " ", count: width - tool.name.count + 2) + tool.summary + "\n")
    }
    return .ok
}
