// chaos: makes any edge of a shell line bad on purpose. A tool for tests; it is built with the others and never installed.
//
//     standard input ─▶ Inbox ─▶ Assembly ─▶ Disorder ─▶ standard output
import Bytes
import Events
import Host
import Support
import Tool
import Units
import Wire

let command = Command(
    "chaos",
    operands: "[OPTION…] < FRAMES > FRAMES",
    summary:
        "Passes frames on as a bad edge would: by seed and rate they are lost, repeated, late, out of order, damaged.",
    examples: ["ingest kraken BTC-USD | chaos --drop 1% --reorder 200ms | tap --check"],
    options: [
        .value("drop", "RATE", "leave so many events out: 1%, 0.05%, 1/1000"),
        .value("repeat", "RATE", "give so many twice"),
        .value("flip", "RATE", "flip a bit in so many"),
        .value("truncate", "RATE", "end inside of one: at each event with this chance"),
        .value("reorder", "SPAN", "each comes later by anything up to this: 200ms"),
        .value("delay", "SPAN", "each comes so much later"),
        .value("stall", "SPAN", "nothing comes so long, once in each --every"),
        .value("every", "SPAN", "how often it stalls                      (default: 30s)"),
        .value("seed", "N", "of all chance                            (default: 1)"),
        .value("clock", "frames", "times are those of the frames: the same bytes on every run, and no waiting"),
        .flag("quiet", "nothing on standard error"),
    ])

run(command, diesQuietly: true) { (arguments) throws(Failure) in
    guard arguments.operands.isEmpty else {
        throw Failure(.usage, "\(arguments.operands[0]): it reads standard input", mend: command.usage)
    }
    guard !Descriptor.standardInput.isTerminal() else {
        throw Failure(.usage, "standard input is a terminal", mend: command.usage)
    }
    var stage = try Stage(arguments)
    return try stage.run()
}
