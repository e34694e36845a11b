import Bytes
import Events
import Flow
import Host
import Lines
import Text
import Tool
import Units
import Wire

/// Events as text: readable lines, JSON, or a table.
struct TextView: View, ~Copyable {
    private enum Form {
        case lines(LineStyle)
        case json
        case csv(EventCSV)
    }

    private var page = Printer(capacity: 1 << 16)
    private let form: Form
    private var lostEvents = 0

    init(_ options: Options) {
        switch options.mode {
        case .json: form = .json
        case .csv:
            let named = Kind.known.filter { kind in
                options.filter.kinds.contains { Glob.matches($0, kind.name ?? "") }
            }
            let table = EventCSV(kinds: named.isEmpty ? EventCSV.marketKinds : named)
            table.printHeader(to: &page)
            form = .csv(table)
        default:
            var style = LineStyle()
            style.isColoured = Terminal.wantsColour(options.isThrough ? 2 : 1)
            style.zone = options.zone
            if let levels = options.levels { style.levels = levels }
            form = .lines(style)
        }
    }

    mutating func take(_ frames: RawSpan, _ header: Header, offset: Nanos, at: UInt64, from source: Int) {
        switch form {
        case .lines(var style):
            style.offset = offset
            page.print(lineOf: frames, style)
            page.print("\n")
        case .json:
            page.print(jsonOf: frames)
            page.print("\n")
        case .csv(let table): table.print(frames, offset: offset, to: &page)
        }
    }

    mutating func lost(at: UInt64) { lostEvents += 1 }

    mutating func show(to output: borrowing Descriptor) throws(Failure) {
        try page.read { span throws(Failure) in try output.write(all: span, "standard output") }
        page.clear()
    }

    mutating func finish(to output: borrowing Descriptor) throws(Failure) -> Status {
        try show(to: output)
        if lostEvents > 0 { complain("tap: \(lostEvents) events had a part missing and are not shown") }
        return .ok
    }
}

/// `--schema`.
func printSchema() throws(Failure) -> Status {
    try print(EventSchema.text)
    return .ok
}
