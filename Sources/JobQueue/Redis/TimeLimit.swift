/// When to give up, and how long that was in words: several steps share one limit.
struct TimeLimit {
    private(set) var end: ContinuousClock.Instant
    private var length: Duration

    init(_ length: Duration) {
        end = .now + length
        self.length = length
    }

    var remaining: Duration { max(.zero, ContinuousClock.now.duration(to: end)) }

    /// What is left, for poll(2): rounded up, since a wait of nothing would spin.
    var milliseconds: Int32 {
        let (seconds, attoseconds) = remaining.components
        return Int32(clamping: seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }

    mutating func extend(by time: Duration) {
        end += time
        length += time
    }

    /// For the next of so many steps that are yet to come, lest one that hangs leave no time for the others.
    func share(of steps: Int) -> TimeLimit { TimeLimit(remaining / max(1, steps)) }

    /// What to say when it is over.
    var exceeded: RedisError.Cause {
        let (seconds, attoseconds) = length.components
        return .timedOut(seconds: max(1, Int(seconds) + (attoseconds >= 500_000_000_000_000_000 ? 1 : 0)))
    }
}
