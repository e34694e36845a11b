import Foundation

/// Memory that ends where a page begins which nobody may touch: a read or write past the end stops the test at once,
/// where an array's spare room would hide it.
public final class Fence {
    private let base: UnsafeMutableRawPointer
    private let capacity: Int

    /// Room for `capacity` bytes at least.
    public init(capacity: Int = 4096) {
        let page = Int(sysconf(Int32(_SC_PAGESIZE)))
        self.capacity = max((capacity + page - 1) / page, 1) * page
        let flags = MAP_PRIVATE | MAP_ANONYMOUS
        let found = mmap(nil, self.capacity + page, PROT_READ | PROT_WRITE, flags, -1, 0)
        guard let found, found != MAP_FAILED else { preconditionFailure("no memory for a fence") }
        base = found
        mprotect(base + self.capacity, page, PROT_NONE)
    }

    deinit { munmap(base, capacity + Int(sysconf(Int32(_SC_PAGESIZE)))) }

    /// Lends a copy of `bytes` that ends at the fence.
    public func lend<R>(_ bytes: [UInt8], _ body: (RawSpan) throws -> R) rethrows -> R {
        let start = place(bytes)
        return try body(RawSpan(_unsafeStart: start, byteCount: bytes.count))
    }

    /// Lends a copy of `bytes` that ends at the fence, to change; what became of it is put back.
    public func change<R>(_ bytes: inout [UInt8], _ body: (inout MutableRawSpan) throws -> R) rethrows -> R {
        let start = place(bytes)
        var span = MutableRawSpan(_unsafeStart: start, byteCount: bytes.count)
        let result = try body(&span)
        bytes = [UInt8](UnsafeRawBufferPointer(start: start, count: bytes.count))
        return result
    }

    private func place(_ bytes: [UInt8]) -> UnsafeMutableRawPointer {
        precondition(bytes.count <= capacity, "the bytes fit before the fence")
        let start = base + (capacity - bytes.count)
        start.copyMemory(from: bytes, byteCount: bytes.count)
        return start
    }
}
