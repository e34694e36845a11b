import CLinux
import Glibc
public import Units

/// What a loop waits for: descriptors that became ready, a time, or a signal that asks to stop.
///
/// One a process. Each descriptor is watched under a token that its owner chose; the loop gets the token back.
public struct Poll: ~Copyable {
    /// What to be woken for. Its end, that its peer is gone, wakes in any case: `[]` is that alone.
    public struct Interest: OptionSet, Sendable {
        public let rawValue: UInt8
        public init(rawValue: UInt8) { self.rawValue = rawValue }

        public static let read = Interest(rawValue: 1)
        public static let write = Interest(rawValue: 2)
    }

    /// A descriptor that became ready.
    public struct Ready: Sendable {
        public let token: UInt64
        /// There is something to read, or its end.
        public let isReadable: Bool
        public let isWritable: Bool
        /// Both directions are over, or it failed: reading tells which.
        public let isHungUp: Bool
    }

    /// Descriptors told of by one call at most; the rest come with the next.
    private static let batch = 64
    /// The token of the eventfd that a signal writes to.
    private static let signalToken = UInt64.max

    private let descriptor: Descriptor
    private var bits = [UInt32](repeating: 0, count: Poll.batch)
    private var tokens = [UInt64](repeating: 0, count: Poll.batch)
    public private(set) var ready: [Ready] = []

    public init() throws(Failure) {
        descriptor = Descriptor(epoll_create1(Int32(EPOLL_CLOEXEC)))
        ready.reserveCapacity(Poll.batch)
        guard descriptor.number >= 0 else { throw Failure(.software, "cannot make an epoll: \(System.reason())") }
        if let signal = Interrupts.descriptor { try add(signal, token: Poll.signalToken, .read) }
    }

    /// Watches `number` from now on. Level-triggered: what is not read is told again.
    public mutating func add(_ number: Int32, token: UInt64, _ interest: Interest) throws(Failure) {
        try control(EPOLL_CTL_ADD, number, token, interest)
    }

    /// Changes what a watched descriptor is watched for.
    public mutating func change(_ number: Int32, token: UInt64, _ interest: Interest) throws(Failure) {
        try control(EPOLL_CTL_MOD, number, token, interest)
    }

    /// Watches it no more. Nothing happens where it was not watched; a closed descriptor is forgotten by itself.
    public mutating func remove(_ number: Int32) {
        _ = penstock_epoll_control(descriptor.number, EPOLL_CTL_DEL, number, 0, 0)
    }

    /// Waits until something is ready (see `ready`), until `deadline`, or until a signal asks to stop; nil: without end.
    public mutating func wait(until deadline: Nanos?, now: Nanos) throws(Failure) {
        ready.removeAll(keepingCapacity: true)
        var milliseconds: Int32 = -1
        if let deadline {
            // Rounded up: a loop that wakes too early would spin.
            let left = max(0, (deadline - now).count)
            milliseconds = Int32(clamping: left / 1_000_000 + (left % 1_000_000 > 0 ? 1 : 0))
        }
        if Interrupts.isStopping { milliseconds = 0 }
        let count = unsafe penstock_epoll_wait(
            descriptor.number, &bits, &tokens, Int32(Poll.batch), milliseconds)
        guard count >= 0 else {
            if errno == EINTR { return }
            throw Failure(.software, "cannot wait: \(System.reason())")
        }
        for index in 0..<Int(count) {
            let token = tokens[index]
            guard token != Poll.signalToken else { continue }
            let bits = bits[index]
            let isHungUp = bits & (EPOLLHUP.rawValue | EPOLLERR.rawValue) != 0
            ready.append(
                Ready(
                    token: token, isReadable: isHungUp || bits & (EPOLLIN.rawValue | EPOLLRDHUP.rawValue) != 0,
                    isWritable: bits & EPOLLOUT.rawValue != 0, isHungUp: isHungUp))
        }
    }

    private func control(
        _ verb: Int32, _ number: Int32, _ token: UInt64, _ interest: Interest
    ) throws(Failure) {
        var bits: UInt32 = 0
        if interest.contains(.read) { bits |= EPOLLIN.rawValue | EPOLLRDHUP.rawValue }
        if interest.contains(.write) { bits |= EPOLLOUT.rawValue }
        guard penstock_epoll_control(descriptor.number, verb, number, bits, token) == 0 else {
            throw Failure(.io, "cannot watch descriptor \(number): \(System.reason())")
        }
    }
}
