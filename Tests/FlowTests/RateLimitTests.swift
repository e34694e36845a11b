import Flow
import Testing

@Suite(.timeLimit(.minutes(1)))
struct RateLimitTests {
    @Test("a rate is read as people write it; without a burst it is a tenth of the rate")
    func reads() {
        #expect(RateLimit("1000/s,100") == RateLimit(rate: 1000, burst: 100))
        #expect(RateLimit("1000/s") == RateLimit(rate: 1000, burst: 100))
        #expect(RateLimit("5/s") == RateLimit(rate: 5, burst: 1))
    }

    @Test(
        "what is no rate is refused",
        arguments: ["", "1000", "0/s", "-1/s,1", "5/m", "5/s,0", "5/s,1,2", "5/s,", "1e3/s"])
    func refuses(text: String) { #expect(RateLimit(text) == nil) }
}
