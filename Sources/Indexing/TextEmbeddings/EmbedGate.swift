/// Lets inputs through to the embedding server as the limiter allows, in the order they came.
actor EmbedGate {
    private struct Waiter {
        let wanted: Int
        let resume: CheckedContinuation<Int, Never>
    }

    private var limiter: ConcurrencyLimiter
    private var waiters: [Waiter] = []

    init(limiter: ConcurrencyLimiter) { self.limiter = limiter }

    enum Outcome { case succeeded, overloaded, abandoned }

    /// Waits for room. Every grant is given back by `leave`; whoever is ahead gives his back within his deadline.
    func enter(_ wanted: Int) async -> Int {
        if waiters.isEmpty {
            let granted = limiter.grant(wanted)
            if granted > 0 { return granted }
        }
        return await withCheckedContinuation { waiters.append(Waiter(wanted: wanted, resume: $0)) }
    }

    func leave(_ inputs: Int, _ outcome: Outcome) {
        switch outcome {
        case .succeeded: limiter.succeeded(inputs)
        case .overloaded: limiter.overloaded(inputs)
        case .abandoned: limiter.abandoned(inputs)
        }
        while let first = waiters.first {
            let granted = limiter.grant(first.wanted)
            if granted == 0 { return }
            waiters.removeFirst()
            first.resume.resume(returning: granted)
        }
    }

    var limit: Int { Int(limiter.limit) }
}
