// ingest: one venue's market data as frames. Books are assembled and verified; what cannot be vouched for is said to be so.
//
//     recording ─▶ RecordReader ─▶ Session (asks, judges) ─▶ Outbox ─▶ standard output
//                                      └─ Feed: books, trades, tickers, klines, instruments
import Host
import Tool

run(command) { (arguments) throws(Failure) in
    try replay(try Options(arguments))
}
