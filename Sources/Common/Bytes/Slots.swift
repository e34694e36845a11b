/// A growing row of values that own something: each slot is created once, used in place, destroyed with the row.
///
/// Why `unsafe` is sound here: `base` is valid for `capacity` elements from `init` to `deinit`, exactly the first
/// `count` are initialised, and each access is checked against `count`.
@safe
public struct Slots<Element: ~Copyable>: ~Copyable {
    @usableFromInline var base: UnsafeMutablePointer<Element>
    @usableFromInline var capacity: Int
    @usableFromInline var used = 0

    /// Slots in use.
    @inlinable public var count: Int { used }

    public init(capacity: Int = 4) {
        self.capacity = max(capacity, 1)
        unsafe base = .allocate(capacity: self.capacity)
    }

    deinit {
        unsafe base.deinitialize(count: used)
        unsafe base.deallocate()
    }

    @inlinable public var isEmpty: Bool { used == 0 }

    /// The slot at `index`, in place; traps outside `0..<count`.
    @inlinable
    public subscript(index: Int) -> Element {
        @inline(__always) _read {
            precondition(index >= 0 && index < used, "a slot is read inside the count")
            yield unsafe base[index]
        }
        @inline(__always) _modify {
            precondition(index >= 0 && index < used, "a slot is changed inside the count")
            yield unsafe &base[index]
        }
    }

    /// Adds one slot at the end.
    public mutating func append(_ element: consuming Element) {
        if used == capacity {
            let larger = capacity * 2
            let fresh = UnsafeMutablePointer<Element>.allocate(capacity: larger)
            unsafe fresh.moveInitialize(from: base, count: used)
            unsafe base.deallocate()
            unsafe base = fresh
            capacity = larger
        }
        unsafe (base + used).initialize(to: element)
        used += 1
    }
}
