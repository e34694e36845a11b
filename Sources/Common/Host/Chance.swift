import CLinux
import Glibc

/// The system's chance, from getrandom(2): what tools pass where cores ask for a generator.
///
/// Takes 256 bytes at once, which the kernel gives whole and without waiting once it has started.
public struct SystemChance: RandomNumberGenerator, Sendable {
    private var words = InlineArray<32, UInt64>(repeating: 0)
    private var left = 0

    public init() {}

    public mutating func next() -> UInt64 {
        if left == 0 { fill() }
        left -= 1
        defer { words[left] = 0 }
        return words[left]
    }

    private mutating func fill() {
        var count = -1
        repeat {
            var span = words.mutableSpan
            // Sound: the count is the buffer's.
            count = unsafe span.withUnsafeMutableBytes { unsafe getrandom($0.baseAddress, $0.count, 0) }
        } while count < 0 && errno == EINTR
        precondition(count == 256, "Linux gives 256 random bytes at once")
        left = 32
    }
}
