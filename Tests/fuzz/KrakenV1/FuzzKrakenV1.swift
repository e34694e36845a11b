import FuzzSupport

@_cdecl("FuzzKrakenV1_main")
public func fuzzMain(_ count: CInt, _ words: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> CInt {
    fuzz(count, words) { VenueCheck.run($0, [.krakenV1]) }
}
