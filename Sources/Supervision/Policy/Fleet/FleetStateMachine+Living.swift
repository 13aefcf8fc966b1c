/// What follows from an event: starts, readiness, giving up.
extension FleetStateMachine {
    /// Ready workers make the quorum; the Procfile's programs must all be ready, for the workers rest on them, and the
    /// front, for producers do - unless it keeps dying, which must not hold the workers back.
    package var hasQuorum: Bool {
        var wanted = 0
        var ready = 0
        for slot in wantedSlots() {
            if children[slot].program.isWorker {
                wanted += 1
                ready += children[slot].state.isReady ? 1 : 0
            } else if !children[slot].state.isReady, !goesOnWithout(places[slot].program) {
                return false
            }
        }
        return ready >= min(policy.readyQuorum ?? wanted, wanted)
    }

    package mutating func passDeadline(now: Nanoseconds, _ actions: inout [FleetAction]) {
        for slot in children.indices where children[slot].state.deadline.map({ now >= $0 }) ?? false {
            pass(.deadline, to: slot, now: now, &actions)
        }
    }

    package mutating func pass(_ event: ChildEvent, to slot: Int, now: Nanoseconds, _ actions: inout [FleetAction]) {
        guard children.indices.contains(slot) else { return }
        meetings?.append((children[slot].state, event))
        for action in children[slot].handle(event, now: now, jitter: &jitter) {
            actions.append(.child(slot, action))
            switch action {
            case .died(let death): judge(death, in: slot, now: now, &actions)
            case .kill: noteForce()
            case .becameReady:
                if case .starting = phase, children[slot].program.isWorker { phase = .starting(deadline: nil) }
            case .spawn, .terminate, .abort, .terminateSurvivor, .killSurvivor, .probeSurvivor: break
            }
        }
    }

    private mutating func noteForce() {
        guard case .stopping(var stop) = phase else { return }
        stop.forced = true
        phase = .stopping(stop)
    }

    /// Does one death end a rollout, or the fleet?
    private mutating func judge(_ death: Death, in slot: Int, now: Nanoseconds, _ actions: inout [FleetAction]) {
        let program = places[slot].program
        let tooMany = death.isAbnormal && intensities[program].record(at: now)
        let isReplacement = noteReplacementDeath(death, in: slot, now: now, &actions)
        switch phase {
        case .starting where tooMany && !isDispensable(program), .running where tooMany && !isDispensable(program):
            stop(.gaveUp(program: settings.programs[program].name), now: now, &actions)
        // The rollout's answer says it; the settings before it may still work.
        case .starting where isReplacement, .running where isReplacement: break
        case .starting where death.consequence == .failed:
            stop(.configuration(slot: slot, death.status), now: now, &actions)
        case .starting(.some) where death.cause == .unavailable && settings.programs[program].isWorker:
            stop(.unavailable(slot: slot), now: now, &actions)
        // Scaled by hand to a program that cannot run: the answer says so, and the others go on.
        case .running
        where death.consequence == .failed && allFailed(program) && scalings[program] == nil && !isDispensable(program):
            stop(.configuration(slot: slot, death.status), now: now, &actions)
        case .idle, .starting, .running, .stopping, .ended: break
        }
    }

    private func allFailed(_ program: Int) -> Bool {
        wantedSlots(of: program).allSatisfy { slot in
            if case .failed = children[slot].state { return true }
            return false
        }
    }

    package mutating func settle(now: Nanoseconds, _ actions: inout [FleetAction]) {
        switch phase {
        case .starting, .running:
            if case .starting = phase, hasQuorum {
                phase = .running
                actions.append(.announceReady)
            }
            endRecycling()
            advanceRollout(now: now, &actions)
            beginRecycling(now: now, &actions)
            grantStarts(now: now, &actions)
            endScalings(&actions)
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
            pass(.start(edition: settings.edition), to: slot, now: now, &actions)
        }
    }

    // MARK: - Startup policy `fail`

    package mutating func giveUpStart(_ deadline: Nanoseconds?, now: Nanoseconds, _ actions: inout [FleetAction]) {
        guard let deadline, now >= deadline, case .starting(.some) = phase, !hasQuorum else { return }
        if waitsForSurvivor(at: now) {
            phase = .starting(deadline: now.adding(policy.startupTimeout))
        } else {
            stop(.unavailable(slot: nil), now: now, &actions)
        }
    }

    /// A survivor may drain for longer than services may take to answer; its time is not theirs. It ends: it is killed.
    private func waitsForSurvivor(at now: Nanoseconds) -> Bool {
        children.contains { child in
            guard case .occupied(_, let killAt) = child.state else { return false }
            return now < killAt.adding(.seconds(5))
        }
    }

    // MARK: - Intensity

    /// A front that keeps dying takes no worker with it: the queue is full of work that needs none, and the front itself is
    /// tried again, at last with the longest delay. Without workers it is all there is.
    private func isDispensable(_ program: Int) -> Bool {
        settings.programs[program].kind == .api && wantedSlots().contains { children[$0].program.isWorker }
    }

    /// The fleet has found out that it must do without it.
    private func goesOnWithout(_ program: Int) -> Bool { isDispensable(program) && intensities[program].isExceeded }

    package mutating func setIntensities() {
        for program in settings.programs.indices {
            intensities[program].adopt(
                limit: policy.restartLimit ?? 5 * max(1, wantedSlots(of: program).count), window: policy.restartWindow)
        }
    }
}
