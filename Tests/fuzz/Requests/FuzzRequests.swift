import Bytes
import FuzzSupport
import Lanes
import Merges
import Text

/// What people write to `dispatch` and `merge`: a request of a consumer, rules of windows, a table of who may do what. Whatever
/// it is, it is read or refused; what was read keeps the bounds that are promised, and printed as a text reads as the same.
///
///     offset 0   which of them
///            1   the text
private func check(_ input: RawSpan) {
    guard input.byteCount >= 1 else { return }
    let text = input.extracting(1..<input.byteCount)
    switch input.byte(0) % 3 {
    case 0: checkRequest(text)
    case 1: checkRules(String(decoding: text.array, as: Unicode.UTF8.self))
    default: checkGrants(String(decoding: text.array, as: Unicode.UTF8.self))
    }
}

private func checkRequest(_ text: RawSpan) {
    var why = ""
    guard let request = Request(text, why: &why) else {
        must(!why.isEmpty, "refused without a reason")
        return
    }
    must(request.subscriptions.count <= Request.subscriptionsMax, "\(request.subscriptions.count) subscriptions")
    for one in request.subscriptions {
        must(0...Subscription.depthMax ~= one.depth, "a depth of \(one.depth)")
        _ = one.matches(venue: "binance", symbol: "BTC-USDT", .book)
    }
}

private func checkRules(_ text: String) {
    guard let rules = try? MergeRules.read(text) else { return }
    for rule in rules {
        let again = try? MergeRule(rule.text)
        must(again?.text == rule.text, "'\(rule.text)' reads as '\(again?.text ?? "nothing")'")
    }
}

private func checkGrants(_ text: String) {
    guard let grants = try? Grants.read(text, user: { UInt32($0) }) else { return }
    for user in [0, 1000] as [UInt32] {
        _ = grants.mayClaim("grid", user: user)
        _ = grants.limits(of: user)
    }
    let stranger: UInt32 = 987_654_321
    must(
        text.contains("\(stranger)") || !grants.may(.all, user: stranger, name: ""),
        "who is in no line may do something")
}

@_cdecl("FuzzRequests_main")
public func fuzzMain(_ count: CInt, _ words: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> CInt {
    fuzz(count, words, check)
}
