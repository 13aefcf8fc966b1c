/// Decides for all slots together: who may start, when the fleet is ready, when it gives up, how it stops.
struct FleetStateMachine: Sendable {
    let policy: FleetPolicy
    let programs: [Program]
    /// Index into `programs` for each slot.
    let programOfSlot: [Int]
    private(set) var children: [ChildStateMachine] = []
    private(set) var phase = FleetPhase.idle
    private var intensities: [RestartIntensity] = []
    private var jitter: Jitter

    /// A second TERM sooner than this is the first one's echo: a terminal and a service manager may both have sent it.
    private static let echo = Nanoseconds.seconds(1)
    /// What the programs beside the workers get when the workers used up the whole budget.
    private static let lastWave = Nanoseconds.seconds(5)
    /// A killed process that is not gone after this hangs in the kernel; the stop does not wait for it.
    private static let unkillable = Nanoseconds.seconds(5)

    init(programs: [Program], policy: FleetPolicy, seed: UInt64) {
        self.policy = policy
        self.programs = programs
        programOfSlot = programs.indices.flatMap { Array(repeating: $0, count: programs[$0].count) }
        children = programOfSlot.map { ChildStateMachine(program: programs[$0], policy: policy) }
        intensities = programs.map {
            RestartIntensity(limit: policy.restartLimit ?? 5 * $0.count, window: policy.restartWindow)
        }
        jitter = Jitter(seed: seed)
    }

    /// When it wants to be asked again.
    var deadline: Nanoseconds? {
        var nearest = children.compactMap(\.state.deadline).min()
        func consider(_ moment: Nanoseconds) { nearest = min(nearest ?? moment, moment) }
        switch phase {
        case .starting(let deadline?): consider(deadline)
        case .stopping: for child in children { if let moment = unkillableAt(child) { consider(moment) } }
        case .idle, .starting(nil), .running, .ended: break
        }
        return nearest
    }

    /// `fail` holds until the fleet was ready once: an outage plus a restart must never make it give up.
    var startupForNextSpawn: FleetPolicy.Startup {
        if case .starting = phase { policy.startup } else { .wait }
    }

    /// False when every worker is past its watchdog and its kill ladder, so that only a restart of the whole could help.
    func isFresh(at now: Nanoseconds) -> Bool {
        children.isEmpty || !children.allSatisfy { child in unkillableAt(child).map { now >= $0 } ?? false }
    }

    mutating func handle(_ event: FleetEvent, now: Nanoseconds) -> [FleetAction] {
        var actions: [FleetAction] = []
        switch (phase, event) {
        case (.idle, .start):
            phase = .starting(deadline: policy.startup == .fail ? now.adding(policy.startupTimeout) : nil)
        case (.idle, .terminate), (.starting, .terminate), (.running, .terminate):
            stop(.asked, now: now, &actions)
        case (.stopping(let stop), .terminate): shorten(stop, now: now, &actions)
        case (.starting, .child(let slot, let event)), (.running, .child(let slot, let event)),
            (.stopping, .child(let slot, let event)):
            pass(event, to: slot, now: now, &actions)
        case (.starting(let deadline), .deadline):
            passDeadline(now: now, &actions)
            guard let deadline, now >= deadline, case .starting = phase, !hasQuorum else { break }
            if waitsForSurvivor(at: now) {
                phase = .starting(deadline: now.adding(policy.startupTimeout))
            } else {
                stop(.unavailable(slot: nil), now: now, &actions)
            }
        case (.running, .deadline), (.stopping, .deadline): passDeadline(now: now, &actions)
        case (.idle, .child), (.idle, .deadline), (.starting, .start), (.running, .start), (.stopping, .start),
            (.ended, .start), (.ended, .child), (.ended, .deadline), (.ended, .terminate):
            return []
        }
        settle(now: now, &actions)
        return actions
    }
}

// MARK: - What follows from an event

extension FleetStateMachine {
    /// Ready workers make the quorum; the Procfile's programs must all be ready, for the workers rest on them.
    private var hasQuorum: Bool {
        var wanted = 0
        var ready = 0
        for child in children {
            var isReady = false
            if case .ready = child.state { isReady = true }
            if child.program.isWorker {
                wanted += 1
                ready += isReady ? 1 : 0
            } else if !isReady {
                return false
            }
        }
        return ready >= min(policy.readyQuorum ?? wanted, wanted)
    }

    /// A survivor may drain for longer than services may take to answer; its time is not theirs. It ends: it is killed.
    private func waitsForSurvivor(at now: Nanoseconds) -> Bool {
        children.contains { child in
            switch child.state {
            case .occupied(_, let killAt), .spawning(let killAt?): now < killAt.adding(Self.unkillable)
            case .pending, .spawning(nil), .starting, .ready, .draining, .aborting, .killing, .backoff, .stopped,
                .failed:
                false
            }
        }
    }

    private func unkillableAt(_ child: ChildStateMachine) -> Nanoseconds? {
        guard case .killing(_, let since) = child.state else { return nil }
        return since.adding(Self.unkillable)
    }

    private mutating func passDeadline(now: Nanoseconds, _ actions: inout [FleetAction]) {
        for slot in children.indices { pass(.deadline, to: slot, now: now, &actions) }
    }

    private mutating func pass(_ event: ChildEvent, to slot: Int, now: Nanoseconds, _ actions: inout [FleetAction]) {
        guard children.indices.contains(slot) else { return }
        for action in children[slot].handle(event, now: now, jitter: &jitter) {
            actions.append(.child(slot, action))
            switch action {
            case .died(let death): judge(death, in: slot, now: now, &actions)
            case .kill: noteForce()
            case .spawn, .terminate, .abort, .terminateSurvivor, .killSurvivor, .becameReady: break
            }
        }
    }

    private mutating func noteForce() {
        guard case .stopping(var stop) = phase else { return }
        stop.forced = true
        phase = .stopping(stop)
    }

    /// Does one death end the fleet?
    private mutating func judge(_ death: Death, in slot: Int, now: Nanoseconds, _ actions: inout [FleetAction]) {
        let program = programOfSlot[slot]
        let tooMany = death.isAbnormal && intensities[program].record(at: now)
        switch phase {
        case .starting where death.meaning == .configuration:
            stop(.configuration(slot: slot, death.status), now: now, &actions)
        case .starting where death.meaning == .unavailable && policy.startup == .fail && programs[program].isWorker:
            stop(.unavailable(slot: slot), now: now, &actions)
        case .running where death.meaning == .configuration && allFailed(program):
            stop(.configuration(slot: slot, death.status), now: now, &actions)
        case .starting where tooMany, .running where tooMany:
            stop(.gaveUp(program: programs[program].name), now: now, &actions)
        case .idle, .starting, .running, .stopping, .ended: break
        }
    }

    private func allFailed(_ program: Int) -> Bool {
        children.indices.allSatisfy { slot in
            if programOfSlot[slot] != program { return true }
            if case .failed = children[slot].state { return true }
            return false
        }
    }

    private mutating func settle(now: Nanoseconds, _ actions: inout [FleetAction]) {
        switch phase {
        case .starting where hasQuorum:
            phase = .running
            actions.append(.announceReady)
            grantStarts(now: now, &actions)
        case .starting, .running: grantStarts(now: now, &actions)
        case .stopping(let stop): proceed(stop, now: now, &actions)
        case .idle, .ended: break
        }
    }

    /// The Procfile's programs start at once, the workers few at a time: a worker that waits for its Redis must not hold
    /// back the Redis.
    private mutating func grantStarts(now: Nanoseconds, _ actions: inout [FleetAction]) {
        var underWay = children.count { child in
            switch child.state {
            case .spawning, .starting: child.program.isWorker
            case .pending, .occupied, .ready, .draining, .aborting, .killing, .backoff, .stopped, .failed: false
            }
        }
        for slot in children.indices where children[slot].state == .pending {
            if children[slot].program.isWorker {
                guard underWay < max(1, policy.startConcurrency) else { continue }
                underWay += 1
            }
            pass(.start, to: slot, now: now, &actions)
        }
    }
}

// MARK: - Stopping

extension FleetStateMachine {
    private mutating func stop(_ cause: StopCause, now: Nanoseconds, _ actions: inout [FleetAction]) {
        let deadline = now.adding(policy.stopTimeout)
        phase = .stopping(FleetStop(cause: cause, askedAt: now, deadline: deadline, wave: .workers, forced: false))
        actions.append(.announceStopping(cause))
        for slot in children.indices {
            pass(children[slot].program.isWorker ? .stop(by: deadline) : .retire, to: slot, now: now, &actions)
        }
    }

    private mutating func shorten(_ stop: FleetStop, now: Nanoseconds, _ actions: inout [FleetAction]) {
        guard now.since(stop.askedAt) >= Self.echo else { return }
        var stop = stop
        stop.deadline = min(stop.deadline, now)
        stop.wave = .everyone
        phase = .stopping(stop)
        for slot in children.indices {
            pass(.stop(by: now), to: slot, now: now, &actions)
            pass(.deadline, to: slot, now: now, &actions)
        }
    }

    /// The next wave, or the end the moment nothing is left.
    private mutating func proceed(_ stop: FleetStop, now: Nanoseconds, _ actions: inout [FleetAction]) {
        func isGone(_ child: ChildStateMachine) -> Bool {
            child.state.isDown || (unkillableAt(child).map { now >= $0 } ?? false)
        }
        var stop = stop
        if stop.wave == .workers, children.allSatisfy({ !$0.program.isWorker || isGone($0) }) {
            stop.wave = .everyone
            stop.deadline = max(stop.deadline, now.adding(Self.lastWave))
            phase = .stopping(stop)
            if !children.allSatisfy(isGone) { actions.append(.stopOthers) }
            for slot in children.indices where !children[slot].program.isWorker {
                pass(.stop(by: stop.deadline), to: slot, now: now, &actions)
            }
        }
        if stop.wave == .everyone, children.allSatisfy(isGone), case .stopping(let last) = phase {
            let code = last.cause.exitCode(forced: last.forced)
            phase = .ended(code: code)
            actions.append(.exit(code: code))
        }
    }
}
