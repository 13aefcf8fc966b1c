/// Decides for one slot: an event and the time in, the next state and what to do out.
///
/// Every event names every state; what is listed last in each means nothing new: said twice, said too late, or said where it
/// has no meaning.
package struct ChildStateMachine: Equatable, Sendable {
    /// Both may change in a reload; what is under way keeps the deadlines it was given.
    package var program: Program
    package var policy: FleetPolicy
    package var state = ChildState.pending
    package var wish = Wish.up
    package var backoff = Backoff()
    /// The last life's number, also its count.
    package var number = 0
    /// The edition of the settings that the last life was started with.
    package var edition = 0
    /// When the survivor that holds the slot is killed; nil = there was none since the last life began.
    package var survivorKillAt: Nanoseconds?
    /// How often it has been killed and was still there.
    package var survivorKills = 0

    package init(program: Program, policy: FleetPolicy) {
        self.program = program
        self.policy = policy
    }

    package mutating func handle(_ event: ChildEvent, now: Nanoseconds, jitter: inout Jitter) -> [ChildAction] {
        // A former incarnation's message changes nothing.
        if let speaker = event.speaker, speaker != state.incarnation?.number { return [] }
        return switch event {
        case .start(let edition): start(edition: edition)
        case .spawned(let pid): spawned(pid: pid, now: now)
        case .spawnFailed(let errno): spawnFailed(errno: errno, now: now, jitter: &jitter)
        case .occupied: occupied(now: now)
        case .freed: freed()
        case .ready: ready(now: now, jitter: &jitter)
        case .stopping: stopping(now: now)
        case .watchdog: heard(now: now)
        case .extendTimeout(let distance, _): extendTimeout(by: distance, now: now)
        case .weighed(let bytes, _): weighed(bytes, now: now)
        case .exited(let status, _): exited(status, now: now, jitter: &jitter)
        case .deadline: passDeadline(now: now, jitter: &jitter)
        case .retire: retire()
        case .stop(let deadline): stop(by: deadline)
        case .replace(let deadline, let cause): replace(by: deadline, cause)
        case .want: want()
        }
    }
}

// MARK: - What the kernel answers

extension ChildStateMachine {
    private mutating func start(edition: Int) -> [ChildAction] {
        switch state {
        case .pending:
            number += 1
            self.edition = edition
            state = .spawning
            return [.spawn(number)]
        case .spawning, .occupied, .starting, .ready, .draining, .aborting, .killing, .backoff, .stopped, .failed:
            return []
        }
    }

    private mutating func spawned(pid: Int32, now: Nanoseconds) -> [ChildAction] {
        switch state {
        case .spawning: begin(pid: pid, now: now)
        case .pending, .occupied, .starting, .ready, .draining, .aborting, .killing, .backoff, .stopped, .failed: []
        }
    }

    private mutating func spawnFailed(errno: Int32, now: Nanoseconds, jitter: inout Jitter) -> [ChildAction] {
        switch state {
        case .spawning: end(.notSpawned(errno: errno), life: nil, announced: false, now: now, jitter: &jitter)
        case .pending, .occupied, .starting, .ready, .draining, .aborting, .killing, .backoff, .stopped, .failed: []
        }
    }

    private mutating func occupied(now: Nanoseconds) -> [ChildAction] {
        switch state {
        case .spawning: waitForSurvivor(now: now)
        case .pending, .occupied, .starting, .ready, .draining, .aborting, .killing, .backoff, .stopped, .failed: []
        }
    }

    private mutating func freed() -> [ChildAction] {
        switch state {
        case .occupied: state = .pending
        case .pending, .spawning, .starting, .ready, .draining, .aborting, .killing, .backoff, .stopped, .failed: break
        }
        return []
    }

    private mutating func exited(_ status: ExitStatus, now: Nanoseconds, jitter: inout Jitter) -> [ChildAction] {
        switch state {
        case .starting(let life, _), .ready(let life, _), .aborting(let life, _), .killing(let life, _):
            end(status, life: life, announced: false, now: now, jitter: &jitter)
        case .draining(let life, _): end(status, life: life, announced: true, now: now, jitter: &jitter)
        case .pending, .spawning, .occupied, .backoff, .stopped, .failed: []
        }
    }
}

// MARK: - What the child says

extension ChildStateMachine {
    private mutating func ready(now: Nanoseconds, jitter: inout Jitter) -> [ChildAction] {
        switch state {
        case .starting(let life, _): becomeReady(life, now: now, jitter: &jitter)
        case .pending, .spawning, .occupied, .ready, .draining, .aborting, .killing, .backoff, .stopped, .failed: []
        }
    }

    /// It leaves of its own accord and says so: it gets as long as if we had asked.
    private mutating func stopping(now: Nanoseconds) -> [ChildAction] {
        switch state {
        case .starting(let life, _), .ready(let life, _):
            state = .draining(life, deadline: now.adding(policy.stopTimeout))
        case .pending, .spawning, .occupied, .draining, .aborting, .killing, .backoff, .stopped, .failed: break
        }
        return []
    }

    private mutating func heard(now: Nanoseconds) -> [ChildAction] {
        switch state {
        case .ready(let life, var watchdog):
            watchdog?.heard(at: now)
            state = .ready(life, watchdog)
        case .pending, .spawning, .occupied, .starting, .draining, .aborting, .killing, .backoff, .stopped, .failed:
            break
        }
        return []
    }

    private mutating func extendTimeout(by distance: Nanoseconds, now: Nanoseconds) -> [ChildAction] {
        switch state {
        case .starting(let life, var watchdog):
            watchdog.extend(to: now.adding(min(distance, Self.longestExtension)))
            state = .starting(life, watchdog)
        case .pending, .spawning, .occupied, .ready, .draining, .aborting, .killing, .backoff, .stopped, .failed: break
        }
        return []
    }

    private mutating func weighed(_ bytes: Int, now: Nanoseconds) -> [ChildAction] {
        switch state {
        case .ready(let life, let watchdog): weigh(life, watchdog, bytes: bytes, now: now)
        case .pending, .spawning, .occupied, .starting, .draining, .aborting, .killing, .backoff, .stopped, .failed:
            break
        }
        return []
    }
}

// MARK: - What time says

extension ChildStateMachine {
    private mutating func passDeadline(now: Nanoseconds, jitter: inout Jitter) -> [ChildAction] {
        switch state {
        case .occupied(let retryAt, let killAt): return now >= retryAt ? lookAtSurvivor(killAt: killAt, now: now) : []
        case .starting(let life, let watchdog): return startDeadline(life, watchdog, now: now, jitter: &jitter)
        case .ready(let life, let watchdog): return readyDeadline(life, watchdog, now: now)
        case .draining(let life, let deadline):
            guard now >= deadline else { return [] }
            if let moment = moment(after: deadline, now: now) {
                state = .draining(life, deadline: moment)
                return []
            }
            // One that announced its leaving and stayed was never asked by us: it hangs, and may show where.
            return wish.wasTold ? kill(life, now: now) : abort(life, now: now)
        case .aborting(let life, let deadline):
            guard now >= deadline else { return [] }
            guard let moment = moment(after: deadline, now: now) else { return kill(life, now: now) }
            state = .aborting(life, deadline: moment)
            return []
        case .backoff(let until):
            if now >= until { state = .pending }
            return []
        case .killing(let life, let giveUpAt):
            if let giveUpAt, now >= giveUpAt { state = .killing(life, giveUpAt: nil) }
            return []
        case .pending, .spawning, .stopped, .failed: return []
        }
    }
}
