import Bytes
import Text
import Units
import Venues

extension Imitation {
    private func channel(of stream: Int) -> ChannelWord {
        stream < 0 ? .heartbeat : ChannelWord(streams[stream].key.kind)
    }

    private func board(of stream: Int) -> Int { stream < 0 ? -1 : streams[stream].key.market }

    /// The bytes of a stretch of the page.
    private func bytes(_ piece: Piece) -> [UInt8] {
        page.read { page in piece.range.map { page.byte($0) } }
    }

    /// Whether the message in `body` waits, as its stream stalls.
    mutating func holds(_ connection: Int, _ stream: Int, at now: Nanos) -> Bool {
        if connections[connection].isFrozen { return true }
        guard !faults.isIdle || !held.all.isEmpty else { return false }
        guard stalls(connection, stream, at: now) else { return false }
        let text = body.read { body in (0..<body.byteCount).map { body.byte($0) } }
        hold(HeldMessages.Message(connection: connection, stream: stream, bytes: text, numberPlace: numberPlace))
        return true
    }

    /// Whether a stream stalls. Where it does no more, what it has missed is sent.
    private mutating func stalls(_ connection: Int, _ stream: Int, at now: Nanos) -> Bool {
        let (board, channel) = (board(of: stream), channel(of: stream))
        if faults.stalls(board: board, channel: channel, connection: connection, at: now) { return true }
        release({ $0.until == nil && $0.connection == connection && $0.stream == stream }, at: now)
        return false
    }

    private mutating func hold(_ message: HeldMessages.Message) {
        guard !held.hold(message) else { return }
        directives.append(.reset(connection: message.connection))
        forget(message.connection)
    }

    /// Sends what was held and need not be any more.
    mutating func releaseHeld(at now: Nanos) {
        guard !held.all.isEmpty else { return }
        var pairs: [(Int, Int)] = []
        for message in held.all where message.until == nil {
            if !pairs.contains(where: { $0 == (message.connection, message.stream) }) {
                pairs.append((message.connection, message.stream))
            }
        }
        for (connection, stream) in pairs { _ = stalls(connection, stream, at: now) }
        release({ $0.until.map { $0 <= now } ?? false }, at: now)
    }

    private mutating func release(_ isMeant: (HeldMessages.Message) -> Bool, at now: Nanos) {
        for message in held.take(isMeant) where isOpen(message.connection) {
            let start = page.count
            for (place, byte) in message.bytes.enumerated() {
                if place == message.numberPlace {
                    page.print(connections[message.connection].sequence)
                    connections[message.connection].sequence += 1
                }
                page.print(byte: byte)
            }
            say(message.connection, page.piece(from: start), at: now)
        }
    }

    /// Sends one connection a message of a stream, unless a fault has it otherwise. `isFirst`: it says what there is; such a message is
    /// no change, and is neither lost nor doubled nor falsified.
    mutating func sendFaultily(_ connection: Int, _ stream: Int, _ piece: Piece, isFirst: Bool, at now: Nanos) {
        guard isOpen(connection), !connections[connection].isFrozen else { return }
        let (board, channel) = (board(of: stream), channel(of: stream))
        // Numbered messages were held before they got their numbers.
        if dialect != .coinbase, stalls(connection, stream, at: now) {
            return hold(HeldMessages.Message(connection: connection, stream: stream, bytes: bytes(piece)))
        }
        func strike(_ kind: Fault.Kind, _ self: inout Imitation) -> Fault? {
            self.faults.strike(
                kind, board: board, channel: channel, connection: connection, at: now, &self.dice
            ).map { self.faults.all[$0] }
        }
        for kind in [Fault.Kind.cut, .halfOpen, .dailyCut, .shutdown] {
            // Those that wait for no message are performed by the clock.
            guard
                faults.all.contains(where: {
                    $0.kind == kind && ($0.throwsOf > 0 || $0.board != nil || $0.channel != nil)
                })
            else { continue }
            if let fault = strike(kind, &self) {
                end(connection, fault, at: now)
                if kind != .shutdown { return }
            }
        }
        if let fault = strike(.cutInside, &self) { return cutInside(connection, piece, fault) }
        if let fault = strike(.hostile, &self), fault.path == nil {
            if !sendHostile(connection, piece, fault, at: now) { return }
        }
        if isFirst { return say(connection, piece, at: now) }
        if strike(.drop, &self) != nil { return }
        var piece = piece
        if dialect == .kraken, strike(.checksum, &self) != nil { piece = withWrongChecksum(piece) }
        if board >= 0, channel == .book, strike(.crossed, &self) != nil { piece = crossed(piece, board) }
        // What waited to be overtaken comes behind this one.
        let overtaken = held.take { $0.until != nil && $0.connection == connection && $0.stream == stream }
        if overtaken.isEmpty, strike(.reorder, &self) != nil {
            return hold(
                HeldMessages.Message(
                    connection: connection, stream: stream, bytes: bytes(piece), until: now + .seconds(1)))
        }
        say(connection, piece, at: now)
        if strike(.repeat, &self) != nil { say(connection, piece, at: now) }
        for message in overtaken { say(connection, print(message.bytes), at: now) }
    }

    private mutating func print(_ bytes: [UInt8]) -> Piece {
        let start = page.count
        for byte in bytes { page.print(byte: byte) }
        return page.piece(from: start)
    }

    private mutating func cutInside(_ connection: Int, _ piece: Piece, _ fault: Fault) {
        // A frame has a few bytes more than its text.
        let most = piece.count + 3
        let bytes = fault.bytes ?? Int.random(in: 0...most, using: &dice)
        directives.append(.partial(connection: connection, piece, bytes: bytes))
        forget(connection)
    }

    /// The message with another checksum.
    private mutating func withWrongChecksum(_ piece: Piece) -> Piece {
        var text = bytes(piece)
        guard let at = Imitation.find(#""checksum":"#, in: text) else { return piece }
        text[at] = text[at] == 0x31 ? 0x32 : 0x31
        return print(text)
    }

    /// The message with a bid at the best ask.
    private mutating func crossed(_ piece: Piece, _ board: Int) -> Piece {
        guard let ask = boards[board].asks.best else { return piece }
        let text = bytes(piece)
        let price = boards[board].decimal(price: ask.price)
        let size = boards[board].decimal(size: 1)
        draft.clear()
        let key: String
        switch dialect {
        case .binance:
            key = Imitation.find(#""bids":["#, in: text) == nil ? #""b":["# : #""bids":["#
            draft.print("[")
            draft.print(quoted: price)
            draft.print(",")
            draft.print(quoted: size)
            draft.print("]")
        case .kraken:
            key = #""bids":["#
            draft.print(#"{"price":"#)
            draft.print(price)
            draft.print(#","qty":"#)
            draft.print(size)
            draft.print("}")
        case .coinbase:
            key = #""updates":["#
            draft.print(#"{"side":"bid","event_time":"1970-01-01T00:00:00Z","price_level":"#)
            draft.print(quoted: price)
            draft.print(#","new_quantity":"#)
            draft.print(quoted: size)
            draft.print("}")
        default:
            let isChange = Imitation.find(#""changes":["#, in: text) != nil
            key = isChange ? #""changes":["# : #""bids":["#
            draft.print(isChange ? #"["buy","# : "[")
            draft.print(quoted: price)
            draft.print(",")
            draft.print(quoted: size)
            draft.print("]")
        }
        guard let at = Imitation.find(key, in: text), at < text.count else { return piece }
        if text[at] != 0x5D { draft.print(",") }
        let level = draft.read { draft in (0..<draft.byteCount).map { draft.byte($0) } }
        return print(Array(text[..<at] + level + text[at...]))
    }

    /// The offset behind a text; nil where it is not there.
    private static func find(_ wanted: String, in text: [UInt8]) -> Int? {
        let wanted = Array(wanted.utf8)
        guard text.count >= wanted.count else { return nil }
        for at in 0...(text.count - wanted.count) where text[at..<(at + wanted.count)].elementsEqual(wanted) {
            return at + wanted.count
        }
        return nil
    }
}
