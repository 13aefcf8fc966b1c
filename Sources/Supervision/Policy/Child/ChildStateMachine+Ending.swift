/// From the first sign of an end to what follows from a death.
extension ChildStateMachine {
    /// A child that says goodbye sooner than this is not recycled for free: one that always does would be a fork storm
    /// that neither backoff nor intensity sees.
    private static let shortestTurn = Nanoseconds.seconds(1)
    private static let lag = Nanoseconds.seconds(1)
    private static let moment = Nanoseconds.seconds(2)
    /// A killed process that is not gone after this hangs in the kernel.
    static let unkillable = Nanoseconds.seconds(5)

    package mutating func abort(_ life: Incarnation, now: Nanoseconds) -> [ChildAction] {
        var life = life
        life.isHung = true
        state = .aborting(life, deadline: now.adding(policy.hangGrace))
        return [.abort]
    }

    package mutating func kill(_ life: Incarnation, now: Nanoseconds) -> [ChildAction] {
        state = .killing(life, giveUpAt: now.adding(Self.unkillable))
        return [.kill]
    }

    /// Were we not running ourselves when the time was up (stopped, frozen with the whole container)? Then the child was not
    /// either, and gets a moment to finish.
    package func moment(after deadline: Nanoseconds, now: Nanoseconds) -> Nanoseconds? {
        guard policy.guards.holds(.lagGuard), now.since(deadline) > Self.lag else { return nil }
        return now.adding(Self.moment)
    }

    package mutating func drain(_ life: Incarnation, by deadline: Nanoseconds, wish: Wish) -> [ChildAction] {
        self.wish = wish
        state = .draining(life, deadline: deadline)
        return [.terminate]
    }

    /// Told to go while draining: TERM if it only left of its own accord so far, and never a later deadline.
    package mutating func hasten(
        _ life: Incarnation, present: Nanoseconds, by deadline: Nanoseconds, wish: Wish
    ) -> [ChildAction] {
        let wasTold = self.wish.wasTold
        self.wish = wish
        state = .draining(life, deadline: min(present, deadline))
        return wasTold ? [] : [.terminate]
    }

    package mutating func end(
        _ status: ExitStatus, life: Incarnation?, announced: Bool, now: Nanoseconds, jitter: inout Jitter
    ) -> [ChildAction] {
        let meaning = status.meaning(throughShell: !program.isOurs)
        var death = Death(
            number: number, status: status, meaning: meaning, cause: .stop,
            uptime: life.map { now.since($0.startedAt) } ?? 0, isAbnormal: false, consequence: .stopped)
        switch wish {
        case .last, .down: state = .stopped
        case .again(_, let cause) where life?.isHung == false:
            wish = .up
            death.cause = cause
            death.consequence = .restart(after: 0)
            state = .pending
        case .again, .up:
            wish = .up
            restart(&death, life: life, announced: announced, now: now, jitter: &jitter)
        }
        return [.died(death)]
    }

    /// What follows when it ended by itself.
    private mutating func restart(
        _ death: inout Death, life: Incarnation?, announced: Bool, now: Nanoseconds, jitter: inout Jitter
    ) {
        switch death.meaning {
        case .configuration:
            death.cause = .configuration
            death.consequence = .failed
            state = .failed(death.status)
        case .clean where announced && life?.readyAt != nil && death.uptime >= Self.shortestTurn:
            // It has served, said that it would leave, and left in good order: that is a recycling, not a failure.
            death.cause = .goodbye
            death.consequence = .restart(after: 0)
            state = .pending
        case .clean, .abnormal, .unavailable:
            death.cause = cause(of: death, life: life)
            // That the kernel starts nobody for a while speaks against the machine, and the delay bounds it.
            death.isAbnormal = death.cause != .unavailable && death.cause != .spawn
            let health = life?.readyAt.map { now.since($0) }
            var delay = backoff.delay(
                afterHealth: health, policy: policy.restart, guards: policy.guards, jitter: &jitter)
            // Tried again in the same turn, a kernel that keeps refusing would never let the loop hear a TERM.
            if life == nil { delay = max(delay, Self.retryInterval) }
            death.consequence = .restart(after: delay)
            state = delay == 0 ? .pending : .backoff(until: now.adding(delay))
        }
    }

    private func cause(of death: Death, life: Incarnation?) -> DeathCause {
        guard let life else { return .spawn }
        if life.isHung { return .hang }
        if death.meaning == .unavailable { return .unavailable }
        if case .killed = death.status { return .signal }
        return .exit
    }
}
