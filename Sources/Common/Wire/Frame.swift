public import Bytes

/// The bytes of one event, or of one part of it. The contract is FORMAT.md; this file is its header.
///
///     offset size
///          0    4  length          of the whole frame: a multiple of 8, 152 ... 1,048,576
///          4    4  checksum        CRC-32C of the frame with these four bytes as 0
///          8    2  magic           'P' 'S'
///         10    1  version         1
///         11    1  kind
///         12    4  flags
///         16    8  position
///         24    8  first sequence
///         32    8  last sequence
///         40    8  happened
///         48    8  received
///         56    8  id
///         64    8  cause
///         72    4  epoch
///         76    4  routing version
///         80    2  part
///         82    2  parts
///         84    1  venue length    0 ... 32
///         85    1  symbol length   0 ... 64
///         86    1  channel
///         87    1  fixed words     of the payload's fixed part, 8 bytes each
///         88   64  hops            8 × 8, ns since received; 0 = not reached
///        152       venue, symbol   one after the other, then zeros to a multiple of 8
///          …       payload         the fixed part, then the variable parts
public enum Frame {
    public static let headerBytes = 152
    public static let bytesMax = 1 << 20
    /// 'P', 'S', as a little-endian number.
    @inlinable public static var magic: UInt16 { 0x5350 }
    @inlinable public static var version: UInt8 { 1 }
    public static let venueBytesMax = 32
    public static let symbolBytesMax = 64
    /// Bytes of all frames of one event together. A ring holds at least four events of this size.
    public static let eventBytesMax = 8 << 20
    /// Hop stamps stay below 2^53, so that every reader of JSON takes them.
    public static let hopMax: UInt64 = 1 << 53

    /// Why bytes are not a frame.
    public enum Defect: Error, Equatable, Sendable {
        /// The magic is missing: these bytes are something else.
        case magic
        /// A frame of another version of the format.
        case version(UInt8)
        /// The length is out of bounds or not a multiple of 8.
        case length(UInt32)
        case checksum
        /// A field holds what it must not.
        case range(String)

        public var text: String {
            switch self {
            case .magic: "no frame begins here"
            case .version(let version): "format version \(version), this tool reads version \(Frame.version)"
            case .length(let length): "frame length \(length) is out of bounds"
            case .checksum: "checksum mismatch"
            case .range(let field): "\(field) is out of range"
            }
        }
    }

    /// What stands at the front of some bytes.
    public enum Front: Equatable, Sendable {
        /// A good frame of so many bytes.
        case frame(Int)
        /// The beginning of one; so many bytes are needed to tell more.
        case partial(Int)
        case defect(Defect)
    }

    /// Looks at the front of `bytes`: magic and version first, then length, checksum and the header's ranges.
    public static func front(of bytes: RawSpan) -> Front { judge(bytes) }

    /// Bytes of the good frame at the front of `bytes`; 0: `front` says what is there instead. A number, and not a case that may hold a
    /// text, as it is asked for each frame.
    public static func wholeBytes(atFrontOf bytes: RawSpan) -> Int {
        if case .frame(let count) = judge(bytes) { count } else { 0 }
    }

    @inline(__always)
    private static func judge(_ bytes: RawSpan) -> Front {
        guard bytes.byteCount >= 16 else { return .partial(16) }
        guard bytes.u16(8) == magic else { return .defect(.magic) }
        guard bytes.byte(10) == version else { return .defect(.version(bytes.byte(10))) }
        let length = bytes.u32(0)
        guard length >= headerBytes, length <= bytesMax, length & 7 == 0 else { return .defect(.length(length)) }
        guard bytes.byteCount >= Int(length) else { return .partial(Int(length)) }
        let frame = bytes.extracting(0..<Int(length))
        guard checksum(of: frame) == bytes.u32(4) else { return .defect(.checksum) }
        if let fault = Header.fault(in: frame) { return .defect(.range(fault.rawValue)) }
        return .frame(Int(length))
    }

    /// CRC-32C of a whole frame, its checksum field taken as 0.
    @inlinable
    public static func checksum(of frame: RawSpan) -> UInt32 {
        ~CRC32C.addAllButItself(frame)
    }
}
