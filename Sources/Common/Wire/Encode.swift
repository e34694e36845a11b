import Bytes
public import Events
import Units

extension Outbox {
    @discardableResult
    public mutating func put(_ trade: Trade, id: RawSpan, _ envelope: Envelope, _ name: StreamName) -> Bool {
        guard id.byteCount <= 64 else { return false }
        return put(envelope, name, fixedWords: 3, variableBytes: (id.byteCount + 7) & ~7) { fixed in
            fixed.put(trade.price.mantissa, at: 0)
            fixed.put(trade.size.mantissa, at: 8)
            fixed.put(trade.price.exponent, at: 16)
            fixed.put(trade.size.exponent, at: 17)
            fixed.put(trade.side.rawValue, at: 18)
            fixed.put(UInt8(id.byteCount), at: 19)
            fixed.put(trade.count, at: 20)
        } variable: {
            $0.put(id, at: 0)
        }
    }

    @discardableResult
    public mutating func put(_ ticker: Ticker, _ envelope: Envelope, _ name: StreamName) -> Bool {
        put(envelope, name, fixedWords: 12, variableBytes: 0) { fixed in
            fixed.put(ticker.bid, at: 16, exponent: 0)
            fixed.put(ticker.bidSize, at: 24, exponent: 1)
            fixed.put(ticker.ask, at: 32, exponent: 2)
            fixed.put(ticker.askSize, at: 40, exponent: 3)
            fixed.put(ticker.last, at: 48, exponent: 4)
            fixed.put(ticker.lastSize, at: 56, exponent: 5)
            fixed.put(ticker.volume, at: 64, exponent: 6)
            fixed.put(ticker.high, at: 72, exponent: 7)
            fixed.put(ticker.low, at: 80, exponent: 8)
            fixed.put(ticker.open, at: 88, exponent: 9)
        } variable: { _ in
        }
    }

    @discardableResult
    public mutating func put(_ kline: Kline, _ envelope: Envelope, _ name: StreamName) -> Bool {
        put(envelope, name, fixedWords: 12, variableBytes: 0) { fixed in
            fixed.put(kline.opened.count, at: 8)
            fixed.put(kline.closes.count, at: 16)
            fixed.put(kline.open, at: 24, exponent: 0)
            fixed.put(kline.high, at: 32, exponent: 1)
            fixed.put(kline.low, at: 40, exponent: 2)
            fixed.put(kline.close, at: 48, exponent: 3)
            fixed.put(kline.volume, at: 56, exponent: 4)
            fixed.put(kline.quoteVolume, at: 64, exponent: 5)
            fixed.put(kline.takerVolume, at: 72, exponent: 6)
            fixed.put(kline.takerQuoteVolume, at: 80, exponent: 7)
            fixed.put(UInt32(clamping: kline.trades), at: 88)
            fixed.put(kline.isFinal ? 1 : 0 as UInt8, at: 92)
        } variable: { _ in
        }
    }

    @discardableResult
    public mutating func put(_ status: BookStatus, _ envelope: Envelope, _ name: StreamName) -> Bool {
        put(envelope, name, fixedWords: 3, variableBytes: 0) { fixed in
            fixed.put(status.state.rawValue, at: 0)
            fixed.put(status.reason.rawValue, at: 1)
            fixed.put(status.integrity.rawValue, at: 2)
            fixed.put(status.depth, at: 4)
            fixed.put(status.expected, at: 8)
            fixed.put(status.actual, at: 16)
        } variable: { _ in
        }
    }

    @discardableResult
    public mutating func put(_ gap: Gap, _ envelope: Envelope, _ name: StreamName) -> Bool {
        put(envelope, name, fixedWords: 8, variableBytes: 0) { fixed in
            fixed.put(gap.reason.rawValue, at: 0)
            fixed.put(gap.missed, at: 8)
            fixed.put(gap.fromPosition, at: 16)
            fixed.put(gap.toPosition, at: 24)
            fixed.put(gap.fromSequence, at: 32)
            fixed.put(gap.toSequence, at: 40)
            fixed.put(gap.from.count, at: 48)
            fixed.put(gap.to.count, at: 56)
        } variable: { _ in
        }
    }

    @discardableResult
    public mutating func put(
        _ instrument: Instrument, _ envelope: Envelope, _ name: StreamName
    ) -> Bool {
        let texts = [instrument.native, instrument.base, instrument.quote, instrument.settle].map { Array($0.utf8) }
        guard texts.allSatisfy({ $0.count <= 64 }) else { return false }
        return put(envelope, name, fixedWords: 10, variableBytes: texts.paddedBytes) { fixed in
            fixed.put(instrument.type.rawValue, at: 6)
            fixed.put(instrument.status.rawValue, at: 7)
            fixed.put(instrument.tick, at: 8, exponent: 0)
            fixed.put(instrument.lot, at: 16, exponent: 1)
            fixed.put(instrument.minimumSize, at: 24, exponent: 2)
            fixed.put(instrument.maximumSize, at: 32, exponent: 3)
            fixed.put(instrument.minimumValue, at: 40, exponent: 4)
            fixed.put(instrument.contractSize, at: 48, exponent: 5)
            fixed.put(instrument.expiry.count, at: 56)
            fixed.put(instrument.isInverse ? 1 : 0 as UInt8, at: 64)
            for (index, text) in texts.enumerated() { fixed.put(UInt16(text.count), at: 66 + index * 2) }
        } variable: {
            $0.put(padded: texts)
        }
    }

    @discardableResult
    public mutating func put(_ hello: Hello, _ envelope: Envelope, _ name: StreamName = .none) -> Bool {
        let texts = [hello.producer, hello.build, hello.host].map { $0.bytes(atMost: 256) }
        return put(envelope, name, fixedWords: 5, variableBytes: texts.paddedBytes) { fixed in
            fixed.put(hello.wallOffset.count, at: 0)
            fixed.put(hello.boot.high, at: 8)
            fixed.put(hello.boot.low, at: 16)
            fixed.put(hello.timeBase.rawValue, at: 26)
            for (index, text) in texts.enumerated() { fixed.put(UInt16(text.count), at: 28 + index * 2) }
        } variable: {
            $0.put(padded: texts)
        }
    }

    /// What happened to a stage, for those who watch it. `metadata`: a JSON object, at most 64 KiB.
    @discardableResult
    public mutating func put(
        telemetry type: TelemetryType, _ severity: Severity, value: UInt64 = 0, metadata: String, _ envelope: Envelope,
        _ name: StreamName = .none
    ) -> Bool {
        let texts = [metadata.bytes(atMost: 65_536)]
        return put(envelope, name, fixedWords: 3, variableBytes: texts.paddedBytes) { fixed in
            fixed.put(type.rawValue, at: 0)
            fixed.put(severity.rawValue, at: 1)
            fixed.put(value, at: 8)
            fixed.put(UInt32(texts[0].count), at: 16)
        } variable: {
            $0.put(padded: texts)
        }
    }

    /// The last frame of a stream: why it ends, and how many frames were written before it.
    @discardableResult
    public mutating func put(
        end reason: EndReason, text: String = "", _ envelope: Envelope, _ name: StreamName = .none
    ) -> Bool {
        let texts = [text.bytes(atMost: 1024)]
        let count = frames
        return put(envelope, name, fixedWords: 2, variableBytes: texts.paddedBytes) { fixed in
            fixed.put(reason.rawValue, at: 0)
            fixed.put(UInt16(texts[0].count), at: 2)
            fixed.put(count, at: 8)
        } variable: {
            $0.put(padded: texts)
        }
    }
}

extension MutableRawSpan {
    @inline(__always)
    mutating func put(_ number: Decimal, at offset: Int, exponent: Int) {
        put(number.mantissa, at: offset)
        put(number.exponent, at: exponent)
    }

    /// Texts one after the other, each padded to a multiple of 8.
    mutating func put(padded texts: [[UInt8]]) {
        var at = 0
        for text in texts {
            for (index, byte) in text.enumerated() { put(byte, at: at + index) }
            at += (text.count + 7) & ~7
        }
    }
}

extension String {
    /// Its UTF-8, cut before the character that does not fit.
    func bytes(atMost limit: Int) -> [UInt8] {
        var bytes = Array(utf8.prefix(limit + 1))
        guard bytes.count > limit else { return bytes }
        // A byte of the form 10xxxxxx goes on with a character.
        while bytes[bytes.count - 1] & 0xC0 == 0x80 { bytes.removeLast() }
        bytes.removeLast()
        return bytes
    }
}

extension [[UInt8]] {
    var paddedBytes: Int { reduce(0) { $0 + ($1.count + 7) & ~7 } }
}
