// merge: joins streams of frames into one.
//
//     inputs ─▶ whole events ─▶ Merger ─┬─ passed on, healed ──────────────────────▶ Outbox ─▶ Outlet
//                                       └─ merged, consolidated, candles, hello ───▶
import Host
import Tool

run(command) { (arguments) throws(Failure) in
    let options = try Options(arguments)
    if options.checksOnly { return try checkRules(options) }
    return options.clock == .frames ? try mergeByFrames(options) : try mergeLive(options)
}
