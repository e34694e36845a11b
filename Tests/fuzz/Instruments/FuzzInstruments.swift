import Bytes
import Events
import FuzzSupport
import Text
import Venues

/// Each dialect's reader of lists on the input, and a listing of what it found: one name for each instrument, both ways.
private func check(_ input: RawSpan) {
    for dialect in Dialect.allCases {
        guard let list = Instruments.read(input, dialect) else { continue }
        var listing = Listing(dialect)
        listing.replace(with: list)
        must(listing.count <= list.count, "a listing longer than its list")
        var canonicals: Set<String> = []
        var natives: Set<String> = []
        for index in 0..<listing.count {
            let native = listing.instruments[index].native
            let canonical = listing.canonical(index)
            must(canonicals.insert(canonical).inserted, "two instruments of \(dialect) are called \(canonical)")
            must(natives.insert(native).inserted, "\(native) of \(dialect) is listed twice")
            must(native.withBytes { listing.index(native: $0, 0..<$0.byteCount) } == index, "\(native) is not found")
            must(listing.index(named: canonical) == index, "\(canonical) is not found")
        }
    }
}

@_cdecl("FuzzInstruments_main")
public func fuzzMain(_ count: CInt, _ words: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> CInt {
    fuzz(count, words, check)
}
