import Host
import Testing

@Suite(.timeLimit(.minutes(1)))
struct FailureTests {
    @Test("a failure is one line: what failed, and what to try if anything")
    func line() {
        #expect(Failure(.io, "cannot read x: reason").line == "cannot read x: reason")
        #expect(Failure(.usage, "which venue?", mend: "try binance").line == "which venue?; try binance")
    }

    /// Source: sysexits.h; systemd names them (systemd.exec, "Process Exit Codes").
    @Test("statuses are those of sysexits.h")
    func statuses() {
        let expected: [(Status, Int32)] = [
            (.ok, 0), (.no, 1), (.usage, 64), (.data, 65), (.noInput, 66), (.unavailable, 69), (.software, 70),
            (.cantCreate, 73), (.io, 74), (.tempFail, 75), (.protocolVersion, 76), (.noPermission, 77), (.config, 78),
        ]
        for (status, number) in expected { #expect(status.rawValue == number) }
    }
}
