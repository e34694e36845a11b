import Units

/// Where a script has got to.
struct Player: Sendable {
    let script: Script
    /// The next step, and when it is due.
    private var at = 0
    private(set) var due: Nanos?
    /// Repetitions left of the `repeat`s around it; nil: forever.
    private var left: [Int?] = []
    /// By id: the order's market and number.
    var orders: [(market: Int, number: UInt64)]

    init(_ script: Script, at time: Nanos) {
        self.script = script
        orders = Array(repeating: (0, 0), count: script.idCount)
        due = script.steps.first.map { time + $0.span }
    }

    /// The step that is due; goes on to the next one.
    mutating func next() -> Script.Step? {
        guard let now = due else { return nil }
        let step = script.steps[at]
        switch step.deed {
        case .begin(let times, _): left.append(times)
        case .done(let first):
            let times = left.popLast() ?? 1
            if times != 1 {
                left.append(times.map { $0 - 1 })
                at = first
            }
        default: break
        }
        at += 1
        due = at < script.steps.count ? now + script.steps[at].span : nil
        return step
    }
}
