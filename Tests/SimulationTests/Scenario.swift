import Units

@testable import Venues

/// What a simulation is of.
struct Scenario {
    var dialect: Dialect
    var seed: UInt64
    var span = Nanos.seconds(60)
    var symbols = 3
    /// Events a second, of all markets together.
    var rate = 40
    var depth = 0
    var refresh = Nanos.seconds(180)
    var life = Nanos.seconds(86_400)
    var channels = ChannelSet.all
    /// Levels a side of each market's book, about.
    var levels = 40
    /// What somebody else asks from the same address, in bursts: weight a minute, about.
    var neighbour = 0
    /// What goes wrong, in the words of the imitation, and until when.
    var faults: [(at: Nanos, text: String)] = []
    var faultsEnd = Nanos.seconds(1 << 30)
}
