/// How long to wait before a dead child's next start.
public struct RestartPolicy: Equatable, Sendable {
    /// The first delay worth the name. 0 turns every delay off.
    public var base: Nanoseconds
    /// No delay is longer.
    public var cap: Nanoseconds
    /// Health that counts as sustained.
    public var healthy: Nanoseconds

    public init(
        base: Nanoseconds = .milliseconds(100), cap: Nanoseconds = .seconds(30), healthy: Nanoseconds = .seconds(30)
    ) {
        self.base = base
        self.cap = cap
        self.healthy = healthy
    }
}

/// One slot's memory of how badly it has been doing.
///
/// Exponential with full jitter (Brooker, "Exponential Backoff And Jitter", 2015): the ceiling doubles with each death and
/// the delay is drawn evenly below it, so that children felled by one cause do not come back in step. A backoff that never
/// forgets punishes a death months later; this one halves its ceiling after each stretch of health.
package struct Backoff: Equatable, Sendable {
    /// The next delay is drawn between 0 and this.
    private(set) var ceiling: Nanoseconds = 0

    /// The delay after one more death.
    /// - Parameter health: how long the process had been ready; nil when it never was.
    package mutating func delay(
        afterHealth health: Nanoseconds?, policy: RestartPolicy, guards: Guards = .all, jitter: inout Jitter
    ) -> Nanoseconds {
        guard policy.base > 0 else { return 0 }
        forget(afterHealth: health ?? 0, policy: policy)
        // A child that has served is started again at once; one that never became ready has earned no such trust.
        if ceiling == 0, health == nil { ceiling = min(policy.base, policy.cap) }
        let delay = guards.holds(.jitter) && ceiling > 0 ? UInt64.random(in: 0...ceiling, using: &jitter) : ceiling
        ceiling = ceiling == 0 ? min(policy.base, policy.cap) : min(policy.cap, ceiling.adding(ceiling))
        return delay
    }

    private mutating func forget(afterHealth health: Nanoseconds, policy: RestartPolicy) {
        var left = health
        while ceiling > 0 {
            let stretch = max(policy.healthy, ceiling.adding(ceiling))
            guard left >= stretch else { return }
            left -= stretch
            ceiling /= 2
            if ceiling < policy.base { ceiling = 0 }
        }
    }
}
