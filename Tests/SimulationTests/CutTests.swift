import Bytes
import Events
import Foundation
import Support
import Testing
import Units
import WebSockets
import Wire

@testable import Venues

/// The first 4 KiB of what a venue sends on a connection, ended after every one of its bytes, and begun anew.
@Suite(.timeLimit(.minutes(20)))
struct CutTests {
    /// What a venue said on a connection and on requests, and the truth of it.
    final class Exchange {
        let simulation: Simulation
        var bytes: [UInt8] = []
        /// Where each message ends.
        var ends: [Int] = []
        var list: [UInt8] = []
        /// The answer that brings the book, and how many messages come before it.
        var snapshot: (url: String, body: [UInt8], after: Int)?

        init(_ dialect: Dialect) {
            var scenario = Scenario(dialect: dialect, seed: 3)
            scenario.symbols = 1
            scenario.levels = 6
            scenario.rate = 30
            scenario.depth = dialect == .kraken ? 10 : 0
            scenario.channels = [.book, .trade, .instrument]
            simulation = Simulation(scenario)
            simulation.overhears = { [unowned self] in overhear($0) }
            simulation.run(until: .seconds(20))
        }

        private func overhear(_ parcel: Network.Parcel) {
            switch parcel.content {
            case .textDown(let text) where bytes.count < 4096:
                var sender = Sender(.server)
                text.withUnsafeBytes { _ = sender.put(.text, RawSpan(_unsafeBytes: $0), key: 0) }
                bytes += sender.read { span in (0..<span.byteCount).map { span.byte($0) } }
                ends.append(bytes.count)
            case .answer(let url, 200, _, _, let body):
                if url == simulation.scenario.dialect.instrumentsURL { list = body }
                if url.contains("/depth"), snapshot == nil { snapshot = (url, body, ends.count) }
            default: break
            }
        }
    }

    /// A session that hears of the exchange, and a judge.
    private final class Ear {
        let exchange: Exchange
        var session: Session
        var judge: Judge
        var outbox = Outbox()
        var now = Simulation.start
        var heard = 0

        init(_ exchange: Exchange) {
            self.exchange = exchange
            let scenario = exchange.simulation.scenario
            var options = SessionOptions()
            options.depth = scenario.depth
            options.channels = scenario.channels
            options.tradeSide = .maker
            options.usesTimers = false
            session = Session(scenario.dialect, options)
            judge = Judge(depth: scenario.depth == 0 ? .max : scenario.depth)
            session.start(at: now)
            answer(scenario.dialect.instrumentsURL, exchange.list)
        }

        /// Waits until the session connects; what it calls the connection.
        func connect() -> Int {
            for _ in 0..<1000 {
                for action in session.actions {
                    guard case .connect(let connection, _) = action else { continue }
                    session.actions.removeAll()
                    session.opened(connection: connection, at: now, out: &outbox)
                    return connection
                }
                now = max(now, session.deadline ?? now) + .milliseconds(1)
                session.tick(at: now, out: &outbox)
            }
            return -1
        }

        func hear(_ count: Int, on connection: Int) {
            var receiver = Receiver(.client)
            exchange.bytes.withUnsafeBytes { bytes in
                receiver.take(RawSpan(_unsafeBytes: UnsafeRawBufferPointer(rebasing: bytes[..<count])))
            }
            heard = 0
            if exchange.snapshot?.after == 0 { takeSnapshot() }
            _ = receiver.drain { arrival, text in
                guard arrival == .text else { return true }
                now = now + .milliseconds(1)
                session.message(text, connection: connection, at: now, out: &outbox)
                heard += 1
                if exchange.snapshot?.after == heard { takeSnapshot() }
                judgeAll()
                return true
            }
        }

        private func takeSnapshot() {
            if let snapshot = exchange.snapshot { answer(snapshot.url, snapshot.body) }
        }

        private func answer(_ url: String, _ body: [UInt8]) {
            body.withUnsafeBytes { session.answer(url: url, RawSpan(_unsafeBytes: $0), at: now, out: &outbox) }
            judgeAll()
        }

        func close(_ connection: Int) {
            session.closed(connection: connection, at: now, out: &outbox)
            judgeAll()
        }

        private func judgeAll() {
            outbox.empty {
                judge.take($0, exchange.simulation.truth, at: now)
                return $0.byteCount
            }
        }
    }

    private static let isLong = ProcessInfo.processInfo.environment["PENSTOCK_SEEDS"] != nil

    @Test(
        "cut after any byte and begun anew, an exchange gives no partial event and the whole book in the end",
        arguments: [Dialect.binance, .kraken, .coinbase, .coinbaseExchange])
    func isCut(dialect: Dialect) {
        let exchange = Exchange(dialect)
        #expect(exchange.bytes.count >= 4096)
        var bad = 0
        for cut in stride(from: 0, through: 4096, by: CutTests.isLong ? 1 : 37) where bad < 3 {
            let ear = Ear(exchange)
            let first = ear.connect()
            ear.hear(cut, on: first)
            let isWhole = ear.heard == exchange.ends.count { $0 <= cut }
            ear.close(first)
            let isVoid = ear.judge.symbols.allSatisfy { ear.judge.state($0)?.isVoid != false }
            let second = ear.connect()
            ear.hear(exchange.bytes.count, on: second)
            let isSynced =
                ear.judge.symbols.count == 1 && ear.judge.symbols.allSatisfy { ear.judge.state($0) == .synced }
            guard !isWhole || !isVoid || !isSynced || !ear.judge.complaints.isEmpty || !ear.judge.wrongs.isEmpty else {
                continue
            }
            bad += 1
            let seen = "whole \(isWhole), void \(isVoid), synced \(isSynced)"
            Issue.record("cut at \(cut): \(seen), \(ear.judge.complaints) \(ear.judge.statuses)")
        }
    }
}
