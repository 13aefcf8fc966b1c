/// Decides for one slot: an event and the time in, the next state and what to do out.
struct ChildStateMachine: Equatable, Sendable {
    let program: Program
    let policy: FleetPolicy
    private(set) var state = ChildState.pending
    private(set) var wish = Wish.up
    private(set) var backoff = Backoff()
    /// The last life's number, also its count.
    private(set) var number = 0

    /// How often a survivor's lock, and a refused spawn with backoff off, is tried again.
    private static let retryInterval = Nanoseconds.milliseconds(50)
    /// A child that says goodbye sooner than this is not recycled for free: one that always does would be a fork storm
    /// that neither backoff nor intensity sees.
    private static let shortestTurn = Nanoseconds.seconds(1)
    /// No child may put its start deadline further away than this with one message.
    private static let longestExtension = Nanoseconds.seconds(600)

    init(program: Program, policy: FleetPolicy) {
        self.program = program
        self.policy = policy
    }

    mutating func handle(_ event: ChildEvent, now: Nanoseconds, jitter: inout Jitter) -> [ChildAction] {
        // A former incarnation's message changes nothing.
        if let speaker = event.speaker, speaker != state.incarnation?.number { return [] }
        switch (state, event) {
        case (.pending, .start): return spawn(survivorKillAt: nil)
        case (.spawning, .spawned(let pid)): return begin(pid: pid, now: now)
        case (.spawning, .spawnFailed(let errno)):
            return end(.notSpawned(errno: errno), life: nil, announced: false, now: now, jitter: &jitter)
        case (.spawning(let killAt), .occupied): return waitForSurvivor(killAt: killAt, now: now)
        case (.occupied(let retryAt, let killAt), .deadline):
            guard now >= retryAt else { return [] }
            return (now >= killAt ? [.killSurvivor] : []) + spawn(survivorKillAt: killAt)

        case (.starting(let life, _), .ready): return becomeReady(life, now: now)
        case (.starting(let life, let deadline), .extendTimeout(let distance, _)):
            state = .starting(life, deadline: max(deadline, now.adding(min(distance, Self.longestExtension))))
            return []
        case (.starting(let life, let deadline), .deadline): return startDeadline(life, deadline: deadline, now: now)
        case (.ready(let life, var watchdog), .watchdog):
            watchdog?.heard(at: now)
            state = .ready(life, watchdog: watchdog)
            return []
        case (.ready(let life, var watchdog), .deadline):
            let broken = watchdog?.isBroken(at: now) ?? false
            state = .ready(life, watchdog: watchdog)
            return broken ? abort(life, now: now) : []

        // It leaves of its own accord and says so: it gets as long as if we had asked.
        case (.starting(let life, _), .stopping), (.ready(let life, _), .stopping):
            state = .draining(life, deadline: now.adding(policy.stopTimeout))
            return []
        case (.draining(let life, let deadline), .deadline):
            guard now >= deadline else { return [] }
            // One that announced its leaving and stayed was never asked by us: it hangs, and may show where.
            return wasToldToStop ? kill(life, now: now) : abort(life, now: now)
        case (.aborting(let life, let deadline), .deadline):
            return now >= deadline ? kill(life, now: now) : []
        case (.backoff(let until), .deadline):
            if now >= until { state = .pending }
            return []

        case (.starting(let life, _), .exited(let status, _)), (.ready(let life, _), .exited(let status, _)),
            (.aborting(let life, _), .exited(let status, _)), (.killing(let life, _), .exited(let status, _)):
            return end(status, life: life, announced: false, now: now, jitter: &jitter)
        case (.draining(let life, _), .exited(let status, _)):
            return end(status, life: life, announced: true, now: now, jitter: &jitter)

        case (.pending, .retire), (.occupied, .retire), (.backoff, .retire), (.pending, .stop), (.occupied, .stop),
            (.backoff, .stop):
            wish = .last
            state = .stopped
            return []
        case (.spawning, .retire), (.starting, .retire), (.ready, .retire), (.draining, .retire),
            (.aborting, .retire), (.killing, .retire):
            if wish == .up { wish = .last }
            return []
        case (.spawning, .stop(let deadline)), (.killing, .stop(let deadline)):
            wish = .down(by: deadline)
            return []
        case (.starting(let life, _), .stop(let deadline)), (.ready(let life, _), .stop(let deadline)):
            return drain(life, by: deadline)
        case (.draining(let life, let present), .stop(let deadline)):
            return hasten(life, present: present, by: deadline)
        case (.aborting(let life, let present), .stop(let deadline)):
            wish = .down(by: deadline)
            state = .aborting(life, deadline: min(present, deadline))
            return []

        // Nothing new: said twice, said too late, or said where it has no meaning.
        case (.spawning, .start), (.occupied, .start), (.starting, .start), (.ready, .start), (.draining, .start),
            (.aborting, .start), (.killing, .start), (.backoff, .start), (.stopped, .start), (.failed, .start),
            (.pending, .spawned), (.occupied, .spawned), (.starting, .spawned), (.ready, .spawned),
            (.draining, .spawned), (.aborting, .spawned), (.killing, .spawned), (.backoff, .spawned),
            (.stopped, .spawned), (.failed, .spawned),
            (.pending, .spawnFailed), (.occupied, .spawnFailed), (.starting, .spawnFailed), (.ready, .spawnFailed),
            (.draining, .spawnFailed), (.aborting, .spawnFailed), (.killing, .spawnFailed), (.backoff, .spawnFailed),
            (.stopped, .spawnFailed), (.failed, .spawnFailed),
            (.pending, .occupied), (.occupied, .occupied), (.starting, .occupied), (.ready, .occupied),
            (.draining, .occupied), (.aborting, .occupied), (.killing, .occupied), (.backoff, .occupied),
            (.stopped, .occupied), (.failed, .occupied),
            (.pending, .ready), (.spawning, .ready), (.occupied, .ready), (.ready, .ready), (.draining, .ready),
            (.aborting, .ready), (.killing, .ready), (.backoff, .ready), (.stopped, .ready), (.failed, .ready),
            (.pending, .stopping), (.spawning, .stopping), (.occupied, .stopping), (.draining, .stopping),
            (.aborting, .stopping), (.killing, .stopping), (.backoff, .stopping), (.stopped, .stopping),
            (.failed, .stopping),
            (.pending, .watchdog), (.spawning, .watchdog), (.occupied, .watchdog), (.starting, .watchdog),
            (.draining, .watchdog), (.aborting, .watchdog), (.killing, .watchdog), (.backoff, .watchdog),
            (.stopped, .watchdog), (.failed, .watchdog),
            (.pending, .extendTimeout), (.spawning, .extendTimeout), (.occupied, .extendTimeout),
            (.ready, .extendTimeout), (.draining, .extendTimeout), (.aborting, .extendTimeout),
            (.killing, .extendTimeout), (.backoff, .extendTimeout), (.stopped, .extendTimeout),
            (.failed, .extendTimeout),
            (.pending, .exited), (.spawning, .exited), (.occupied, .exited), (.backoff, .exited), (.stopped, .exited),
            (.failed, .exited),
            (.pending, .deadline), (.spawning, .deadline), (.killing, .deadline), (.stopped, .deadline),
            (.failed, .deadline),
            (.stopped, .retire), (.failed, .retire), (.stopped, .stop), (.failed, .stop):
            return []
        }
    }
}

// MARK: - The steps

extension ChildStateMachine {
    private var wasToldToStop: Bool {
        if case .down = wish { return true }
        return false
    }

    private mutating func spawn(survivorKillAt: Nanoseconds?) -> [ChildAction] {
        number += 1
        state = .spawning(survivorKillAt: survivorKillAt)
        return [.spawn(number)]
    }

    private mutating func begin(pid: Int32, now: Nanoseconds) -> [ChildAction] {
        let life = Incarnation(number: number, pid: pid, startedAt: now, readyAt: nil)
        if case .down(let deadline) = wish { return drain(life, by: deadline) }
        switch program.readiness {
        case .notified(let within): state = .starting(life, deadline: now.adding(within))
        case .after(let delay): state = .starting(life, deadline: now.adding(delay))
        }
        return []
    }

    private mutating func waitForSurvivor(killAt: Nanoseconds?, now: Nanoseconds) -> [ChildAction] {
        guard wish == .up else {
            state = .stopped
            return []
        }
        state = .occupied(
            retryAt: now.adding(Self.retryInterval), killAt: killAt ?? now.adding(policy.stopTimeout))
        return killAt == nil ? [.terminateSurvivor] : []
    }

    private mutating func becomeReady(_ life: Incarnation, now: Nanoseconds) -> [ChildAction] {
        var life = life
        life.readyAt = now
        state = .ready(life, watchdog: program.watchdog.map { Watchdog(interval: $0, now: now) })
        return [.becameReady]
    }

    private mutating func startDeadline(
        _ life: Incarnation, deadline: Nanoseconds, now: Nanoseconds
    ) -> [ChildAction] {
        guard now >= deadline else { return [] }
        switch program.readiness {
        case .after: return becomeReady(life, now: now)
        case .notified(let within):
            guard !Watchdog.wasFrozen(deadline: deadline, now: now) else {
                state = .starting(life, deadline: now.adding(within))
                return []
            }
            return abort(life, now: now)
        }
    }

    private mutating func abort(_ life: Incarnation, now: Nanoseconds) -> [ChildAction] {
        state = .aborting(life, deadline: now.adding(policy.hangGrace))
        return [.abort]
    }

    private mutating func kill(_ life: Incarnation, now: Nanoseconds) -> [ChildAction] {
        state = .killing(life, since: now)
        return [.kill]
    }

    private mutating func drain(_ life: Incarnation, by deadline: Nanoseconds) -> [ChildAction] {
        wish = .down(by: deadline)
        state = .draining(life, deadline: deadline)
        return [.terminate]
    }

    /// Told to stop while draining: TERM if it only left of its own accord so far, and never a later deadline.
    private mutating func hasten(
        _ life: Incarnation, present: Nanoseconds, by deadline: Nanoseconds
    ) -> [ChildAction] {
        let wasTold = wasToldToStop
        wish = .down(by: deadline)
        state = .draining(life, deadline: min(present, deadline))
        return wasTold ? [] : [.terminate]
    }

    private mutating func end(
        _ status: ExitStatus, life: Incarnation?, announced: Bool, now: Nanoseconds, jitter: inout Jitter
    ) -> [ChildAction] {
        let meaning = status.meaning(throughShell: !program.isWorker)
        var death = Death(
            status: status, meaning: meaning, uptime: life.map { now.since($0.startedAt) } ?? 0, isAbnormal: false,
            consequence: .stopped)
        switch (wish, meaning) {
        case (.last, _), (.down, _):
            state = .stopped
        case (.up, .configuration):
            death.consequence = .failed
            state = .failed(status)
        case (.up, .clean) where announced && death.uptime >= Self.shortestTurn:
            // It said that it would leave, and left in good order: that is a recycling, not a failure.
            death.consequence = .restart(after: 0)
            state = .pending
        case (.up, .clean), (.up, .abnormal), (.up, .unavailable):
            death.isAbnormal = meaning != .unavailable
            let health = life?.readyAt.map { now.since($0) }
            var delay = backoff.delay(afterHealth: health, policy: policy.restart, jitter: &jitter)
            // Tried again in the same turn, a kernel that keeps refusing would never let the loop hear a TERM.
            if life == nil { delay = max(delay, Self.retryInterval) }
            death.consequence = .restart(after: delay)
            state = delay == 0 ? .pending : .backoff(until: now.adding(delay))
        }
        return [.died(death)]
    }
}
