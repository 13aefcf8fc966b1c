/// From the wish for a process to its readiness, and what is thought of it while it lives.
extension ChildStateMachine {
    /// How often a survivor's lock, and a refused spawn with backoff off, is tried again.
    package static let retryInterval = Nanoseconds.milliseconds(50)
    /// No child may put its start deadline further away than this with one message.
    package static let longestExtension = Nanoseconds.seconds(600)

    package mutating func begin(pid: Int32, now: Nanoseconds) -> [ChildAction] {
        let life = Incarnation(number: number, pid: pid, startedAt: now)
        survivorKillAt = nil
        survivorKills = 0
        switch wish {
        case .down(let deadline): return drain(life, by: deadline, wish: wish)
        case .again(let deadline, _): return drain(life, by: deadline, wish: wish)
        case .up, .last: break
        }
        switch program.readiness {
        case .notified(let within): state = .starting(life, Watchdog(interval: within, now: now))
        case .after(let delay): state = .starting(life, Watchdog(interval: delay, now: now))
        }
        return []
    }

    package mutating func waitForSurvivor(now: Nanoseconds) -> [ChildAction] {
        switch wish {
        case .last, .down:
            state = .stopped
            return []
        case .up, .again: wish = .up
        }
        let isNew = survivorKillAt == nil
        let killAt = survivorKillAt ?? now.adding(policy.stopTimeout)
        survivorKillAt = killAt
        state = .occupied(retryAt: now.adding(Self.retryInterval), killAt: killAt)
        return isNew ? [.terminateSurvivor] : []
    }

    /// Killed again and again, and seen after it: the kernel does not let it go. Looks are counted and not time, for after a
    /// pause of ours it has had none.
    package var hasUnkillableSurvivor: Bool {
        guard case .occupied = state else { return false }
        return survivorKills > Int(Self.unkillable / Self.retryInterval)
    }

    package mutating func lookAtSurvivor(killAt: Nanoseconds, now: Nanoseconds) -> [ChildAction] {
        state = .occupied(retryAt: now.adding(Self.retryInterval), killAt: killAt)
        if now >= killAt { survivorKills += 1 }
        return (now >= killAt ? [.killSurvivor] : []) + [.probeSurvivor]
    }

    package mutating func becomeReady(_ life: Incarnation, now: Nanoseconds, jitter: inout Jitter) -> [ChildAction] {
        var life = life
        life.readyAt = now
        life.expiresAt = expiry(readyAt: now, jitter: &jitter)
        state = .ready(life, program.watchdog.map { Watchdog(interval: $0, now: now) })
        return [.becameReady]
    }

    package mutating func startDeadline(
        _ life: Incarnation, _ watchdog: Watchdog, now: Nanoseconds, jitter: inout Jitter
    ) -> [ChildAction] {
        guard now >= watchdog.deadline else { return [] }
        if case .after = program.readiness { return becomeReady(life, now: now, jitter: &jitter) }
        var watchdog = watchdog
        guard watchdog.isBroken(at: now, guards: policy.guards) else {
            state = .starting(life, watchdog)
            return []
        }
        return abort(life, now: now)
    }

    package mutating func readyDeadline(_ life: Incarnation, _ watchdog: Watchdog?, now: Nanoseconds) -> [ChildAction] {
        var life = life
        var watchdog = watchdog
        if let expiresAt = life.expiresAt, now >= expiresAt, life.overdue == nil { life.overdue = .lifetime }
        let isBroken = watchdog?.isBroken(at: now, guards: policy.guards) ?? false
        state = .ready(life, watchdog)
        return isBroken ? abort(life, now: now) : []
    }

    package mutating func weigh(_ life: Incarnation, _ watchdog: Watchdog?, bytes: Int, now: Nanoseconds) {
        guard program.isWorker, let limit = policy.maxMemory, bytes > limit, life.overdue == nil else { return }
        // A limit below what a worker needs from the start would be a storm of replacements that no backoff sees.
        guard let readyAt = life.readyAt, now.since(readyAt) >= policy.restart.healthy else { return }
        var life = life
        life.overdue = .memory
        state = .ready(life, watchdog)
    }

    /// Up to a tenth early, so that a fleet started together does not age together.
    private func expiry(readyAt: Nanoseconds, jitter: inout Jitter) -> Nanoseconds? {
        guard program.isWorker, let lifetime = policy.maxLifetime else { return nil }
        guard policy.guards.holds(.jitter) else { return readyAt.adding(lifetime) }
        return readyAt.adding(lifetime - UInt64.random(in: 0...lifetime / 10, using: &jitter))
    }

    /// New settings: what is under way keeps its deadlines, but a lifetime is for those who live.
    package mutating func adopt(_ policy: FleetPolicy, _ program: Program, jitter: inout Jitter) {
        let isOtherLife = policy.maxLifetime != self.policy.maxLifetime
        if policy.maxMemory != self.policy.maxMemory || isOtherLife, case .ready(var life, let watchdog) = state {
            life.overdue = nil
            state = .ready(life, watchdog)
        }
        self.policy = policy
        self.program = program
        guard isOtherLife, case .ready(var life, let watchdog) = state, let readyAt = life.readyAt else { return }
        life.expiresAt = expiry(readyAt: readyAt, jitter: &jitter)
        state = .ready(life, watchdog)
    }
}
