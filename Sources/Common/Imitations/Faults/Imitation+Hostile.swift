import Bytes
import Text
import Units
import Venues

/// Messages that no client should trust.
extension Imitation {
    /// Sends one. Returns whether the true message goes out behind it.
    mutating func sendHostile(_ connection: Int, _ piece: Piece, _ fault: Fault, at now: Nanos) -> Bool {
        let payload = payload(fault)
        if payload == .frame {
            let start = page.count
            // Reserved bits, a reserved code and a mask, which servers do not use.
            for byte in [0xFB, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF] as [UInt8] {
                page.print(byte: byte)
            }
            directives.append(.raw(connection: connection, page.piece(from: start)))
            return true
        }
        say(connection, hostile(payload, fault, piece), at: now)
        return payload != .truncated
    }

    /// A body in place of this one.
    mutating func hostile(_ fault: Fault, _ piece: Piece) -> Piece { hostile(payload(fault), fault, piece) }

    private mutating func payload(_ fault: Fault) -> Fault.Payload {
        if let payload = fault.payload { return payload }
        let all = Fault.Payload.allCases
        return all[Int.random(in: 0..<all.count, using: &dice)]
    }

    private mutating func hostile(_ payload: Fault.Payload, _ fault: Fault, _ piece: Piece) -> Piece {
        let start = page.count
        switch payload {
        case .huge:
            // Larger than the 16 MiB that clients take.
            page.print(#"{"e":""#)
            page.print(byte: 0x78, times: fault.bytes ?? 17 << 20)
            page.print(#""}"#)
        case .utf8:
            page.print(#"{"e":"depthUpdate","s":""#)
            for byte in [0xC0, 0xAF, 0xED, 0xA0, 0x80, 0xFF] as [UInt8] { page.print(byte: byte) }
            page.print(#""}"#)
        case .deep: page.print(byte: 0x5B, times: fault.bytes ?? 100_000)
        case .types:
            switch dialect {
            case .binance:
                page.print(#"{"e":"depthUpdate","E":[],"s":7,"U":"x","u":-1,"b":{"0":null},"a":[[1,[2]],[]]}"#)
            case .kraken:
                page.print(#"{"channel":"book","type":"update","data":[{"symbol":[],"bids":[{"price":{},"qty":-1}]}]}"#)
            case .coinbase:
                page.print(
                    #"{"channel":"l2_data","timestamp":5,"events":[{"type":"update","updates":{"side":"bid"}}]}"#)
            default: page.print(#"{"type":"l2update","product_id":9,"changes":[["buy"],[],"sell"],"time":{}}"#)
            }
        default: return Piece(start: piece.start, count: piece.count / 2)
        }
        return page.piece(from: start)
    }
}
