import FuzzSupport

@_cdecl("FuzzCoinbaseExchange_main")
public func fuzzMain(_ count: CInt, _ words: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> CInt {
    fuzz(count, words) { VenueCheck.run($0, [.coinbaseExchange]) }
}
