/// Whether and when a request that failed is sent again: exponential backoff with full jitter (Brooker, "Exponential
/// Backoff And Jitter", 2015), bounded in attempts and in time.
package struct RetryPolicy: Equatable, Sendable {
    package var base: Duration
    package var cap: Duration
    /// Attempts in all, the first included.
    package var attempts: Int
    /// After this long no further attempt begins.
    package var patience: Duration
    /// How long "too many requests" is obeyed before it counts as an outage. It is flow control, not an attempt.
    package var flowControlPatience: Duration

    package init(
        base: Duration = .milliseconds(100), cap: Duration = .seconds(10), attempts: Int = 5,
        patience: Duration = .seconds(20), flowControlPatience: Duration = .seconds(120)
    ) {
        self.base = base
        self.cap = cap
        self.attempts = attempts
        self.patience = patience
        self.flowControlPatience = flowControlPatience
    }

    package enum Decision: Equatable { case retry(after: Duration), giveUp }

    /// - Parameters:
    ///   - attempt: how many attempts have failed, at least 1.
    ///   - elapsed: since the first attempt began.
    ///   - luck: uniform in 0..<1.
    package func decide(_ kind: ServiceFault.Kind, attempt: Int, elapsed: Duration, luck: Double) -> Decision {
        switch kind {
        case .overloaded(let retryAfter):
            let wait = max(retryAfter ?? .zero, backoff(attempt: attempt) * luck)
            return elapsed + wait > flowControlPatience ? .giveUp : .retry(after: wait)
        case .transient, .suspect:
            let wait = backoff(attempt: attempt) * luck
            return attempt >= attempts || elapsed + wait > patience ? .giveUp : .retry(after: wait)
        case .poison, .configuration:
            return .giveUp
        }
    }

    /// Without luck: 100 ms, 200 ms, 400 ms ... 10 s.
    func backoff(attempt: Int) -> Duration { min(cap, base * (1 << min(max(attempt, 1) - 1, 20))) }
}
