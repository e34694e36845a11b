import FuzzSupport

@_cdecl("FuzzKrakenFutures_main")
public func fuzzMain(_ count: CInt, _ words: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> CInt {
    fuzz(count, words) { VenueCheck.run($0, [.krakenFutures]) }
}
