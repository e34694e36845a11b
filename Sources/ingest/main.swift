// ingest: one venue's market data as frames. Books are assembled and verified; what cannot be vouched for is said to be so.
//
//     venue ⇄ Connector ⇄┐
//                     ├─ Session (asks, judges) ─▶ Outbox ─▶ Outlet
//     recording ──────┘     └─ Feed: books, trades, tickers, klines, instruments
import Host
import Tool

run(command) { (arguments) throws(Failure) in
    let options = try Options(arguments)
    return options.source == nil ? try live(options) : try replay(options)
}
