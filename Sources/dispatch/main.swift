// dispatch: puts events in order and gives each consumer what it asked for, at its own pace.
//
//     standard input ─▶ inbox ─┐                             ┌─▶ reader ─▶ consumer
//     producer ───────▶ inbox ─┼─▶ order ─▶ books ─▶ ring ───┼─▶ reader ─▶ consumer
//     producer ───────▶ inbox ─┘                             └─▶ reader ─▶ consumer
//         critical frames ─▶ spool ────────────────────────────▶ durable consumers
import Host
import Tool

run(command) { arguments throws(Failure) in
    let options = try Options(arguments)
    return options.checksOnly ? try checkTable(options) : try dispatch(options)
}
