// bench: measures one thing and prints one line; Tests/bench/run calls it, its peers and the tools in turn and makes the table.
//
//     bench bodies RECORDING              the incoming messages, a line each
//     bench parse VENUE BODIES ROUNDS     ns a message, messages, bytes, checksum
//     bench session VENUE RECORDING ROUNDS [all|untraded]
//     bench book VENUE RECORDING ROUNDS   ns a level
//     bench allocations VENUE RECORDING   calls of malloc in the second half, those of growing books, messages
//     bench memory VENUE RECORDING        bytes held but for shared buffers, levels, streams
//     bench drain URL CA PATH TEXT SECONDS  CPU ns a message of a bare reader, messages, bytes
//     bench hops FRAMES                   µs from read to written: half of all, all but a hundredth; frames, most in 0.1 s
//     bench crc | frames                  ns for frames of 256 bytes
import Glibc
import Venues

func main() {
    let words = Array(CommandLine.arguments.dropFirst())
    guard let verb = words.first else { return usage() }
    func dialect() -> Dialect { Dialect(rawValue: words[1]) ?? .binance }
    func rounds() -> Int { words.count > 3 ? Int(words[3]) ?? 5 : 5 }
    switch (verb, words.count) {
    case ("bodies", 2): printBodies(words[1])
    case ("parse", 3...): measureParse(dialect(), words[2], rounds())
    case ("session", 3...): measureSession(dialect(), words[2], rounds(), untraded: words.last == "untraded")
    case ("book", 3...): measureBook(dialect(), words[2], rounds())
    case ("allocations", 3): countAllocations(dialect(), words[2])
    case ("memory", 3): measureMemory(dialect(), words[2])
    case ("frames", 1): measureFrames()
    case ("drain", 6): drain(words[1], words[2], words[3], words[4], seconds: Int(words[5]) ?? 5)
    case ("hops", 2): measureHops(words[1])
    default: usage()
    }
}

func usage() {
    print("usage: bench bodies|parse|session|book|allocations|memory|drain|hops|frames …; see main.swift")
    exit(64)
}

main()
