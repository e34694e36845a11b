// tap: looks at any edge. Frames in, a view of them out; or JSON lines in, frames out.
//
//     endpoint ─▶ Inbox ─▶ Assembly (parts ─▶ events) ─▶ Filter ─▶ View ─▶ standard output
//         └────────────── --through: the bytes, untouched ──────────────▶ standard output (the view: standard error)
import Host
import Tool

run(command, diesQuietly: true) { (arguments) throws(Failure) in
    let options = try Options(arguments)
    switch options.mode {
    case .schema: return try printSchema()
    case .fromJSON: return try convertFromJSON(options)
    case .diff: return try diff(options)
    case .lines, .json, .csv: return try watch(options, TextView(options))
    case .count: return try watch(options, CountView(options))
    case .book: return try watch(options, BookPanel(options))
    case .check: return try watch(options, CheckView(options))
    case .latency: return try watch(options, LatencyView(options))
    case .top: return try watch(options, TopView(options))
    case .replay: return try watch(options, Player(options))
    case .witness: return try judgeByWitness(options)
    }
}
