public import Bytes
public import Host
public import Units

/// Inputs side by side, none waiting for another: whose turn it is to be read.
///
/// One that is watched has a turn when the poll says so, and goes on having turns as long as reading it gives something where it may be
/// read until there is nothing; one that cannot be watched always has a turn.
public struct Inputs: ~Copyable {
    /// Inputs at once, at most.
    public static let countMax = 256
    /// The poll's token of the first one; those of the others follow.
    public static let tokens: UInt64 = 1 << 40

    private struct Turn {
        var isWatched = false
        var isQueued = false
    }

    // Lent in place: an accessor that is not inlined would make memory for each call.
    @usableFromInline var inputs = Slots<FrameInput>(capacity: 4)
    private var states: [Turn] = []
    /// Whose turn it is, in order.
    private var queue: [Int] = []
    /// How many are open, and how many of them are watched.
    public private(set) var openCount = 0
    private var watchedCount = 0

    public init() {}

    public var count: Int { inputs.count }

    @inlinable
    public subscript(index: Int) -> FrameInput {
        @inline(__always) _read { yield inputs[index] }
        @inline(__always) _modify { yield &inputs[index] }
    }

    /// Adds one, in the place of one that is over where there is such: its index.
    ///
    /// - Parameter isAlone: it is waited for where it is read, and not watched.
    public mutating func add(
        _ input: consuming FrameInput, isAlone: Bool = false, on poll: inout Poll
    ) throws(Failure) -> Int {
        let isWatched = !isAlone && input.isWatchable
        let place = freePlace()
        if isWatched, let number = input.number {
            try poll.add(number, token: Inputs.tokens + UInt64(place), .read)
        }
        if place == inputs.count {
            inputs.append(input)
            states.append(Turn())
        } else {
            inputs[place] = input
        }
        states[place] = Turn(isWatched: isWatched)
        openCount += 1
        if isWatched { watchedCount += 1 } else { give(place) }
        return place
    }

    private func freePlace() -> Int {
        for index in 0..<inputs.count where inputs[index].isOver && !states[index].isQueued { return index }
        return inputs.count
    }

    /// Ends one.
    public mutating func end(_ index: Int, on poll: inout Poll) {
        guard let number = inputs[index].number else { return }
        if states[index].isWatched {
            poll.remove(number)
            watchedCount -= 1
        }
        inputs[index].close()
        openCount -= 1
    }

    /// Whether one that is open has no turn yet but could get one from the poll.
    public var areSomeWaiting: Bool { watchedCount > 0 && queue.count < openCount }
    /// Whether the poll tells of one at least.
    public var areSomeWatched: Bool { watchedCount > 0 }
    /// How many have a turn.
    public var turnCount: Int { queue.count }
    public var haveTurns: Bool { !queue.isEmpty }

    /// Takes what a poll has told; what concerns others is left out.
    public mutating func note(_ ready: Poll.Ready) {
        guard ready.token >= Inputs.tokens, ready.token < Inputs.tokens + UInt64(inputs.count) else { return }
        give(Int(ready.token - Inputs.tokens))
    }

    private mutating func give(_ index: Int) {
        guard !states[index].isQueued else { return }
        states[index].isQueued = true
        queue.append(index)
    }

    /// Whose turn it is; nil when all wait.
    public mutating func turn() -> Int? {
        while !queue.isEmpty {
            let index = queue.removeFirst()
            states[index].isQueued = false
            if !inputs[index].isOver { return index }
        }
        return nil
    }

    /// Reads from one whose turn it was, which gives it another where there may be more.
    public mutating func fill(
        _ index: Int, _ tee: (RawSpan) throws(Failure) -> Void = { _ in }
    ) throws(Failure) -> Transfer {
        let result = try inputs[index].fill(tee)
        let mayHaveMore = !states[index].isWatched || (inputs[index].isEager && !inputs[index].isDrained)
        if case .count = result, mayHaveMore { give(index) }
        return result
    }

    /// The input to read next; nil when none has anything before `deadline`, or a signal asks to stop.
    public mutating func next(on poll: inout Poll, until deadline: Nanos?, now: Nanos) throws(Failure) -> Int? {
        if watchedCount > 0 || queue.isEmpty {
            // What files have is there at once; nothing else is waited for then.
            try poll.wait(until: queue.isEmpty ? deadline : .zero, now: queue.isEmpty ? now : .zero)
            for ready in poll.ready { note(ready) }
        }
        return turn()
    }
}
