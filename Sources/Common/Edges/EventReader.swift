public import Events
public import Flow
public import Wire

/// Makes whole events of the frames of an inbox, and keeps what a reader of frames has to know of its stream.
@usableFromInline struct EventReader: ~Copyable {
    @usableFromInline var assembly = Assembly()
    /// Frames in `assembly`.
    private var held: UInt64 = 0
    @usableFromInline let payloads: KindSet
    /// As the last `hello` says; nil before the first.
    @usableFromInline var origin: TimeOrigin?
    /// What is wrong with the bytes, and where.
    @usableFromInline var defect: (defect: Frame.Defect, at: UInt64)?
    /// Bytes of the input before the first that was read.
    @usableFromInline var base: UInt64 = 0
    @usableFromInline var hasEnded = false
    @usableFromInline var frames: UInt64 = 0

    init(payloads: KindSet) {
        var payloads = payloads
        payloads.insert(.hello)
        self.payloads = payloads
    }

    var isInEvent: Bool { assembly.isOpen }
    var framesHeld: UInt64 { assembly.isOpen ? held : 0 }

    // Inlined with its body: a header is passed on in registers, and not through four calls.
    @inlinable @inline(__always)
    mutating func drain(_ inbox: inout Inbox, _ body: (FrameInput.Piece, RawSpan, Header) -> Bool) {
        guard defect == nil else { return inbox.discard() }
        var at = base + inbox.offset
        let found: Frame.Defect? = inbox.drain { frame in
            let header = Header(frame)
            if payloads.contains(header.envelope.kind), let field = Layout.defect(in: frame) {
                defect = (.range(field), at)
                return false
            }
            let here = at
            at += UInt64(frame.byteCount)
            return take(frame, header, here, body)
        }
        if let found { defect = (found, base + inbox.offset) }
    }

    @inlinable @inline(__always)
    mutating func take(
        _ frame: RawSpan, _ header: Header, _ at: UInt64, _ body: (FrameInput.Piece, RawSpan, Header) -> Bool
    ) -> Bool {
        frames += 1
        hasEnded = header.envelope.kind == .end
        if header.envelope.kind == .hello { origin = TimeOrigin(frame) }
        if !assembly.isOpen, header.envelope.parts == 1 { return body(.event(at: at), frame, header) }
        return assemble(frame, at, body)
    }

    @usableFromInline @inline(never)
    mutating func assemble(
        _ frame: RawSpan, _ at: UInt64, _ body: (FrameInput.Piece, RawSpan, Header) -> Bool
    ) -> Bool {
        let header = Header(frame)
        let lost = assembly.lost
        let verdict = assembly.take(frame)
        if verdict == .stray { held += 1 }
        if assembly.lost > lost || verdict == .stray {
            let goesOn = body(.lost(frames: held, at: at), frame, header)
            held = 0
            guard goesOn else { return false }
        }
        switch verdict {
        case .stray: return true
        case .more:
            held += 1
            return true
        case .single: return body(.event(at: at), frame, header)
        case .complete:
            held = 0
            return assembly.read { body(.event(at: at), $0, header) }
        }
    }
}
