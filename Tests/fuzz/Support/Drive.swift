import Bytes

/// What the target checks; set once, before the fuzzer runs.
nonisolated(unsafe) private var check: (RawSpan) -> Void = { _ in }

/// What libFuzzer calls. The input ends where its memory ends, so that AddressSanitizer sees a read behind it.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    check(RawSpan(_unsafeBytes: UnsafeRawBufferPointer(start: start, count: count)))
    return 0
}

@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
    _ count: UnsafeMutablePointer<CInt>,
    _ words: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ test: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

/// Hands the command line to libFuzzer, which runs `body`, who must take any input without trapping.
public func fuzz(
    _ count: CInt, _ words: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>, _ body: @escaping (RawSpan) -> Void
) -> CInt {
    check = body
    var count = count
    var words = words
    return runDriver(&count, &words) { fuzzOne($0, $1) }
}

/// Ends the run with a finding unless `isTrue`. Unlike `precondition`, it says what was wrong in release builds, too.
public func must(_ isTrue: Bool, _ what: @autoclosure () -> String) {
    if !isTrue { fatalError(what()) }
}

extension RawSpan {
    /// The bytes as an array.
    public var array: [UInt8] { withUnsafeBytes { Array($0) } }
}
