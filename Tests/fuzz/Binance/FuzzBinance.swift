import FuzzSupport

@_cdecl("FuzzBinance_main")
public func fuzzMain(_ count: CInt, _ words: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> CInt {
    fuzz(count, words) { VenueCheck.run($0, [.binance, .binanceUsdm, .binanceCoinm]) }
}
