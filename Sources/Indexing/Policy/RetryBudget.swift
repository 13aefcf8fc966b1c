/// Retries as a share of the requests: a token bucket as in Finagle's retry budget (Sturgeon, "Retry budgets", 2016).
/// When everything fails, retries stay a fifth of the load instead of multiplying it.
struct RetryBudget: Equatable, Sendable {
    static let share = 0.2
    static let perSecond = 10.0
    static let ceiling = 100.0

    private var tokens = ceiling
    private var last: Duration

    init(now: Duration) { last = now }

    mutating func requestSent(now: Duration) {
        refill(now)
        tokens = min(Self.ceiling, tokens + Self.share)
    }

    /// True when a retry may be made now; it is paid for by that.
    mutating func takeRetry(now: Duration) -> Bool {
        refill(now)
        guard tokens >= 1 else { return false }
        tokens -= 1
        return true
    }

    private mutating func refill(_ now: Duration) {
        let elapsed = max(.zero, now - last) / .seconds(1)
        tokens = min(Self.ceiling, tokens + elapsed * Self.perSecond)
        last = max(last, now)
    }
}
