extension String {
    /// Lends the text's UTF-8 bytes.
    public func withBytes<R>(_ body: (RawSpan) -> R) -> R {
        var text = self
        // Sound: the buffer is valid for the call, and the span cannot leave it.
        return text.withUTF8 { body(unsafe RawSpan(_unsafeElements: $0)) }
    }

    /// The text in `range` of `bytes`, which should be UTF-8; what is not becomes U+FFFD.
    public init(_ bytes: RawSpan, _ range: Range<Int>) {
        let slice = bytes.extracting(range)
        // Sound: the buffer is read within the call.
        self = unsafe slice.withUnsafeBytes { unsafe String(decoding: $0, as: UTF8.self) }
    }

    /// The whole of `bytes`, which should be UTF-8; what is not becomes U+FFFD.
    public init(_ bytes: RawSpan) { self.init(bytes, 0..<bytes.byteCount) }
}

extension [UInt8] {
    /// Lends the bytes.
    public func withBytes<R>(_ body: (RawSpan) -> R) -> R {
        // Sound: the buffer is valid for the call, and the span cannot leave it.
        unsafe withUnsafeBytes { body(unsafe RawSpan(_unsafeBytes: $0)) }
    }
}

extension StaticString {
    /// Lends the literal's UTF-8 bytes.
    public func withBytes<R>(_ body: (RawSpan) -> R) -> R {
        // Sound: a literal's bytes live as long as the program.
        body(unsafe RawSpan(_unsafeStart: utf8Start, byteCount: utf8CodeUnitCount))
    }
}

extension Names {
    /// The number of `text`; nil when it is not known.
    public func find(_ text: String) -> Int? { text.withBytes { find($0, 0..<$0.byteCount) } }

    /// The number of `text`, a new one when it is not known; nil when there is no room for it.
    public mutating func intern(_ text: String) -> Int? { text.withBytes { intern($0, 0..<$0.byteCount) } }
}
