import Bytes
import Text
import Units
import Venues

extension Imitation {
    /// Sends a stream's message to all who hear it: one rendering for all. `bare`: the part of `whole` that goes to those who did not
    /// ask for its stream's name around it.
    mutating func publish(_ stream: Int, _ whole: Piece, bare: Piece? = nil, at now: Nanos) {
        var place = 0
        while place < streams[stream].subscribers.count {
            let connection = streams[stream].subscribers[place]
            let piece = connections[connection].isCombined ? whole : bare ?? whole
            if isFaultless {
                connections[connection].lastSent = now
                directives.append(.text(connection: connection, piece))
            } else {
                sendFaultily(connection, stream, piece, isFirst: false, at: now)
            }
            // A fault may have ended it.
            if isOpen(connection) { place += 1 }
        }
    }

    /// Sends one connection a message of a stream. `isFirst`: the one that says what there is.
    mutating func send(_ connection: Int, _ piece: Piece, of stream: Int, isFirst: Bool = true, at now: Nanos) {
        if isFaultless {
            say(connection, piece, at: now)
        } else {
            sendFaultily(connection, stream, piece, isFirst: isFirst, at: now)
        }
    }

    /// Sends what belongs to no stream: answers, greetings.
    mutating func say(_ connection: Int, _ piece: Piece, at now: Nanos) {
        guard isOpen(connection), !connections[connection].isFrozen else { return }
        connections[connection].lastSent = now
        directives.append(.text(connection: connection, piece))
    }

    /// Prints `text` on the page.
    mutating func printed(_ text: String) -> Piece {
        let start = page.count
        page.print(text)
        return page.piece(from: start)
    }

    /// An answer of plain text.
    mutating func plain(_ status: Int, _ text: String) -> Reply {
        Reply(status: status, headers: [("Content-Type", "text/plain; charset=utf-8")], body: printed(text))
    }

    /// An answer in JSON: what was printed since `start`.
    func json(_ status: Int = 200, from start: Int) -> Reply {
        Reply(
            status: status, headers: [("Content-Type", "application/json; charset=utf-8")],
            body: page.piece(from: start))
    }

    mutating func json(_ status: Int, _ text: String) -> Reply {
        let start = page.count
        page.print(text)
        return json(status, from: start)
    }

    /// Nothing goes wrong, and nothing that went wrong has effects left.
    var isFaultless: Bool { faults.isIdle && held.all.isEmpty && frozen == 0 }
}
