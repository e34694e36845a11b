import FuzzSupport

@_cdecl("FuzzCoinbase_main")
public func fuzzMain(_ count: CInt, _ words: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> CInt {
    fuzz(count, words) { VenueCheck.run($0, [.coinbase]) }
}
