/// A growing row of plain values: an array without reference counts, made for the hot path.
///
/// Invariant: `0 <= count <= capacity`. Grows by half, never shrinks.
/// Why `unsafe` is sound here: `base` is valid for `capacity` elements from `init` to `deinit`, the first
/// `count` are initialised, each access is checked against `count`, and plain values need no destruction.
@safe
public struct Column<Element: BitwiseCopyable>: ~Copyable {
    @usableFromInline var base: UnsafeMutablePointer<Element>
    @usableFromInline var room: Int
    @usableFromInline var held = 0

    /// Elements held.
    @inlinable public var count: Int { held }

    /// Elements there is room for before the next growth.
    @inlinable public var capacity: Int { room }

    /// An empty column with room for `capacity` elements (at least 4).
    public init(capacity: Int = 4) {
        room = max(capacity, 4)
        unsafe base = .allocate(capacity: room)
    }

    deinit { unsafe base.deallocate() }

    /// The element at `index`; traps outside `0..<count`.
    @inlinable
    public subscript(index: Int) -> Element {
        @inline(__always) get {
            precondition(index >= 0 && index < held, "a column is read inside its count")
            return unsafe base[index]
        }
        @inline(__always) _modify {
            precondition(index >= 0 && index < held, "a column is written inside its count")
            yield unsafe &base[index]
        }
    }

    /// The last element; traps when empty.
    @inlinable public var last: Element { self[held &- 1] }

    @inlinable public var isEmpty: Bool { count == 0 }

    @inlinable @inline(__always)
    public mutating func append(_ element: Element) {
        if held == room { grow(to: held &+ 1) }
        unsafe (base + held).initialize(to: element)
        held = held &+ 1
    }

    /// Inserts before `index`; costs one move of what lies after it.
    @inlinable @inline(__always)
    public mutating func insert(_ element: Element, at index: Int) {
        precondition(index >= 0 && index <= held, "an insertion is inside the column")
        if held == room { grow(to: held &+ 1) }
        unsafe (base + index + 1).update(from: base + index, count: held &- index)
        unsafe base[index] = element
        held = held &+ 1
    }

    /// Removes the element at `index`; costs one move of what lies after it.
    @inlinable @inline(__always)
    public mutating func remove(at index: Int) {
        precondition(index >= 0 && index < held, "a removal is inside the column")
        unsafe (base + index).update(from: base + index + 1, count: held &- index &- 1)
        held = held &- 1
    }

    /// Moves the elements of `range` to begin at `target`, both inside the column; they may overlap.
    @inlinable @inline(__always)
    public mutating func slide(_ range: Range<Int>, to target: Int) {
        precondition(
            range.lowerBound >= 0 && range.upperBound <= held && target >= 0 && target <= held &- range.count,
            "a slide stays inside the column")
        unsafe (base + target).update(from: base + range.lowerBound, count: range.count)
    }

    /// Makes room for `capacity` elements in all.
    public mutating func reserve(_ capacity: Int) {
        if capacity > room { move(to: capacity) }
    }

    /// Bytes of memory held.
    public var memoryBytes: Int { room * MemoryLayout<Element>.stride }

    /// Adds `n` elements of the same value. Where there is no room it grows by half, as with `append`.
    public mutating func append(repeating element: Element, count n: Int) {
        if held + n > room { grow(to: held + n) }
        unsafe (base + held).update(repeating: element, count: n)
        held += n
    }

    /// How many of the eight elements at `start`, `start + stride`, … are below `element`: all are looked at, as a branch on a
    /// random one is mostly a wrong guess.
    @inlinable @inline(__always)
    public func eightBelow(_ element: Element, from start: Int, stride: Int) -> Int where Element: Comparable {
        precondition(start >= 0 && stride > 0 && start &+ 7 &* stride < held, "a search is inside the column")
        let first = unsafe base + start
        var below = unsafe first[0] < element ? 1 : 0
        below &+= unsafe first[stride] < element ? 1 : 0
        below &+= unsafe first[2 &* stride] < element ? 1 : 0
        below &+= unsafe first[3 &* stride] < element ? 1 : 0
        below &+= unsafe first[4 &* stride] < element ? 1 : 0
        below &+= unsafe first[5 &* stride] < element ? 1 : 0
        below &+= unsafe first[6 &* stride] < element ? 1 : 0
        below &+= unsafe first[7 &* stride] < element ? 1 : 0
        return below
    }

    /// Removes the first `n` elements.
    public mutating func removeFirst(_ n: Int) {
        precondition(n >= 0 && n <= held, "a removal is inside the column")
        unsafe base.update(from: base + n, count: held - n)
        held = held - n
    }

    /// Forgets all elements, keeping the room.
    @inlinable public mutating func removeAll() { held = 0 }

    /// Keeps the first `n` elements.
    @inlinable
    public mutating func truncate(to n: Int) {
        precondition(n >= 0 && n <= held, "a truncation shortens")
        held = n
    }

    /// Gives back memory beyond `capacity` elements when the column is empty.
    public mutating func release(beyond capacity: Int) {
        guard held == 0, room > max(capacity, 4) else { return }
        unsafe base.deallocate()
        room = max(capacity, 4)
        unsafe base = .allocate(capacity: room)
    }

    @usableFromInline @inline(never)
    mutating func grow(to needed: Int) { move(to: max(needed, room + room / 2)) }

    private mutating func move(to larger: Int) {
        let fresh = UnsafeMutablePointer<Element>.allocate(capacity: larger)
        unsafe fresh.update(from: base, count: held)
        unsafe base.deallocate()
        unsafe base = fresh
        room = larger
    }
}
