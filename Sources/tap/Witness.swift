import Bytes
import Events
import Flow
import Host
import Text
import Tool
import Units
import Wire

/// `--witness FILE`: judges what `ingest` told by what `exchange --witness FILE` published. Status 0 when all is right, else 65.
func judgeByWitness(_ options: Options) throws(Failure) -> Status {
    guard let witness = options.witness else { throw Failure(.software, "a judgement without a witness") }
    var hearing = Hearing()
    for endpoint in options.endpoints { try show(endpoint, options, to: &hearing) }
    var all = options
    all.filter = Filter()
    all.limit = .max
    var testimony = Testimony(hearing, patience: options.patience)
    try show(witness, all, to: &testimony)
    _ = try testimony.finish(to: Descriptor(1, owns: false))
    try print(testimony.verdict())
    return testimony.differences.count == 0 ? .ok : .data
}

/// Reads an endpoint to its end and shows it to `view`.
private func show(
    _ endpoint: Endpoint, _ options: Options, to view: inout some View & ~Copyable
) throws(Failure) {
    var options = options
    options.endpoints = [endpoint]
    var watch = try Watch(options, tick: nil)
    while try watch.turn(into: &view) {}
    try watch.judgeEnd()
}

extension Testimony {
    /// A row a venue, the first differences, and how many there are.
    func verdict() -> String {
        struct Row {
            var symbols = 0, books = 0, wrong = 0, stale = 0, trades = 0, missing = 0, told = 0, tickers = 0,
                forgotten = 0, longest = Nanos.zero
        }
        var venues: [String] = []
        var rows: [Row] = []
        for index in 0..<markets.count {
            let venue = String(hearing.heard[index].title.prefix { $0 != " " })
            if !venues.contains(venue) {
                venues.append(venue)
                rows.append(Row())
            }
            guard let row = venues.firstIndex(of: venue) else { continue }
            rows[row].symbols += 1
            rows[row].books += compared[index]
            rows[row].wrong += wrong[index]
            rows[row].stale += hearing.heard[index].stale
            rows[row].trades += hearing.heard[index].trades
            rows[row].missing += markets[index].trades.missing
            rows[row].told += markets[index].trades.told
            rows[row].tickers += hearing.heard[index].tickers
            rows[row].forgotten += hearing.heard[index].forgotten
            rows[row].longest = max(rows[row].longest, markets[index].longestWrong)
        }
        var table = Table(
            [
                "venue", "symbols", "books", "wrong", "stale", "trades", "missing", "in gaps", "tickers", "too old",
                "wrong ms",
            ], right: 1..<11)
        for (venue, row) in zip(venues, rows) {
            table.add([
                venue, "\(row.symbols)", "\(row.books)", "\(row.wrong)", "\(row.stale)", "\(row.trades)",
                "\(row.missing)", "\(row.told)", "\(row.tickers)", "\(row.forgotten)",
                "\(row.longest.count / 1_000_000)",
            ])
        }
        var page = Printer()
        table.print(to: &page)
        for line in differences.told { page.print(line + "\n") }
        if differences.count > differences.told.count {
            page.print("and \(differences.count - differences.told.count) more\n")
        }
        page.print("\(differences.count) differences\n")
        return page.read { String($0) }
    }
}
