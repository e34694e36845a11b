import Bytes
import Events
public import Markets
import Matching
public import Units
import Venues
import Wire

extension Imitation {
    /// How often batches are published: what each venue documents.
    var beat: Nanos {
        switch dialect {
        case .coinbase, .coinbaseExchange: .milliseconds(50)
        default: .milliseconds(100)
        }
    }

    /// Takes what has happened on the markets. `source` is the floor that tells the tape, where it stands at the tape's end.
    public mutating func take(
        _ tape: borrowing Tape, _ source: borrowing some MarketSource & ~Copyable, at now: Nanos
    ) {
        adopt(source, at: now)
        let prints = tape.prints
        var index = 0
        while index < prints.count {
            let first = prints[index]
            if first.time >= nextBeat { beat(until: first.time) }
            let board = first.market >= 0 && Int(first.market) < places.count ? places[Int(first.market)] : -1
            // What one order does is told with one time.
            repeat {
                if board >= 0 { take(prints[index], board) }
                index += 1
            } while index < prints.count && prints[index].market == first.market && prints[index].time == first.time
            if board >= 0 { settle(board, at: first.time) }
        }
    }

    /// Time has passed: publishes batches that are due, pings, heartbeats, ends what has lived long enough.
    public mutating func tick(at now: Nanos) {
        beat(until: now)
        performFaults(at: now)
        releaseHeld(at: now)
    }

    /// Makes boards of markets that were not there before.
    private mutating func adopt(_ source: borrowing some MarketSource & ~Copyable, at now: Nanos) {
        if nextBeat.count == 0 { nextBeat = Nanos(now.count - now.count % beat.count) + beat }
        while places.count < source.markets.count {
            let market = places.count
            places.append(-1)
            guard var board = Board(index: market, source.markets[market], dialect, source) else { continue }
            board.stamp = Nanos(now.count - now.count % 1000)
            board.tickerStamp = board.stamp
            let name = dialect == .binance ? board.lower : board.native
            if let known = names.find(name) {
                // Listed again under a name that was free: the new one takes its place. Two that trade: the first counts.
                guard boards[named[known]].status == .ended else { continue }
                board.positions = boards[named[known]].positions
                named[known] = boards.count
            } else {
                alias(name, boards.count)
            }
            places[market] = boards.count
            boards.append(board)
            begin(boards.count - 1, at: now)
        }
    }

    /// Lets clients call a board by this name, unless another one that has not ended bears it.
    mutating func alias(_ name: String, _ board: Int) {
        if let known = names.find(name) {
            if boards[named[known]].status == .ended { named[known] = board }
        } else if names.intern(name) == named.count {
            named.append(board)
        }
    }

    /// A board is new: what is known of it by other names, and what the witness says of its beginning.
    private mutating func begin(_ board: Int, at now: Nanos) {
        if dialect == .kraken { nameKraken(board) }
        guard options.isWitnessed else { return }
        testifyInstrument(board, at: now)
        testifyBook(board, at: boards[board].stamp)
        if dialect != .binance { testifyTicker(board, at: now) }
    }

    private mutating func take(_ print: Print, _ board: Int) {
        switch print.content {
        case .level:
            guard print.number > boards[board].lastChange else { return }
            boards[board].lastChange = print.number
            let price = boards[board].price(print.price)
            let size = boards[board].size(print.size)
            change(board, isAsk: print.side == .ask, price, size)
            boards[board].fast.note(isAsk: print.side == .ask, price, size, number: print.number)
            if boards[board].hasSlow {
                boards[board].slow.note(isAsk: print.side == .ask, price, size, number: print.number)
            }
            mark(board)
        case .trade:
            let sale = Sale(
                number: print.number, aggregate: 0, price: boards[board].price(print.price),
                size: boards[board].size(print.size), time: print.time, maker: print.maker, taker: print.taker,
                isBuy: print.side == .bid)
            boards[board].sales.add(sale)
            if let sale = boards[board].sales.last { boards[board].fresh.append(sale) }
            boards[board].hasTraded = true
            boards[board].hasNewCandle = true
            mark(board)
        case .listed, .resumed: set(board, .trading, at: print.time)
        case .halted: set(board, .halted, at: print.time)
        case .ended: set(board, .ended, at: print.time)
        case .tick:
            let tick = Decimal(print.price.count, exponent: Int8(clamping: print.size.count))
            // A board that cannot count in it shows nothing more.
            if !boards[board].useTick(tick) { boards[board].status = .ended }
            changedTerms(board, at: print.time)
        }
    }

    /// Sets a level of the book.
    private mutating func change(_ board: Int, isAsk: Bool, _ price: Int64, _ size: Int64) {
        if dialect == .kraken { return boards[board].setForViews(isAsk: isAsk, price, size) }
        if isAsk { boards[board].asks.set(price, size) } else { boards[board].bids.set(price, size) }
    }

    mutating func mark(_ board: Int) {
        // Kraken has no batches.
        guard dialect != .kraken, !boards[board].isDirty else { return }
        boards[board].isDirty = true
        dirty.append(board)
    }

    private mutating func set(_ board: Int, _ status: Floor.Market.Status, at time: Nanos) {
        boards[board].status = status
        changedTerms(board, at: time)
    }

    /// A market's state or steps are new.
    private mutating func changedTerms(_ board: Int, at time: Nanos) {
        if options.isWitnessed { testifyInstrument(board, at: time) }
        switch dialect {
        case .kraken: publishKrakenInstrument(board, at: time)
        case .coinbase: publishCoinbaseStatus(board, at: time)
        case .coinbaseExchange: publishExchangeStatus(board, at: time)
        default: break
        }
    }

    /// What one order did is complete.
    private mutating func settle(_ board: Int, at time: Nanos) {
        switch dialect {
        case .binance: settleBinance(board, at: time)
        case .coinbase: settleCoinbase(board, at: time)
        case .coinbaseExchange: settleExchange(board, at: time)
        default: settleKraken(board, at: time)
        }
    }

    /// Performs the beats until `now`, `now` included. After a long sleep most of them would be empty, and are left out.
    private mutating func beat(until now: Nanos) {
        guard nextBeat.count > 0 else { return }
        let longest = Nanos.seconds(60)
        if now - nextBeat > longest {
            perform(nextBeat)
            nextBeat = Nanos((now - longest).count - (now - longest).count % beat.count)
        }
        while nextBeat <= now {
            perform(nextBeat)
            nextBeat = nextBeat + beat
        }
    }

    private mutating func perform(_ time: Nanos) {
        switch dialect {
        case .binance: beatBinance(at: time)
        case .coinbase: beatCoinbase(at: time)
        case .coinbaseExchange: beatExchange(at: time)
        default: beatKraken(at: time)
        }
    }

    /// Ends connections that have lived as long as the venue lets them. Returns whether this one goes on.
    mutating func livesOn(_ connection: Int, at time: Nanos) -> Bool {
        guard connections[connection].isOpen else { return false }
        let isOld = options.life.count > 0 && time - connections[connection].opened >= options.life
        if let closes = connections[connection].closes, time >= closes {
            close(connection, code: 1001)
        } else if isOld {
            close(connection, code: 1000)
        }
        return connections[connection].isOpen
    }
}
