import Supervision

/// Processes, signals and locks that behave as Linux does, and children that behave as chance says.
struct FakeKernel {
    /// Somebody else in a slot: a dead supervisor's child, or what a child of ours left behind.
    struct Survivor {
        var goneAt: Nanoseconds
        var askedAt: Nanoseconds?
    }

    /// Not yet reaped, by slot.
    var live: [Int: FakeProcess] = [:]
    var survivors: [Int: Survivor] = [:]
    private var lastPid: Int32 = 100

    var nextTurn: Nanoseconds? { live.values.map(\.turnAt).min() }

    mutating func placeSurvivors(_ fleet: FleetStateMachine, at now: Nanoseconds, _ choices: inout Choices) {
        for slot in fleet.places.indices where choices.chance(1, in: 8) {
            let stays = choices.chance(1, in: 3)
            survivors[slot] = Survivor(goneAt: stays ? .max : now + choices.span(0, 5_000))
        }
    }

    func longestSurvivor(at now: Nanoseconds, _ scenario: Scenario) -> Nanoseconds {
        survivors.values.contains { $0.goneAt > now } ? scenario.policy.stopTimeout + 1_000_000_000 : 0
    }

    // MARK: - What is done to them

    mutating func perform(
        _ action: FleetAction, _ fleet: FleetStateMachine, isCalm: Bool, _ scenario: Scenario, _ now: Nanoseconds,
        _ choices: inout Choices
    ) -> FleetEvent? {
        guard case .child(let slot, let action) = action else { return nil }
        switch action {
        case .spawn(let number):
            return .child(slot, spawn(slot, number, fleet, isCalm: isCalm, scenario, now, &choices))
        case .terminate: terminate(slot, scenario, isCalm: isCalm, now, &choices)
        case .abort: abort(slot, now, &choices)
        case .kill: kill(slot, isCalm: isCalm, now, &choices)
        case .terminateSurvivor:
            survivors[slot]?.askedAt = now
            let obeys = isCalm || !choices.chance(1, in: 3)
            let soon = now + choices.span(0, 4_000)
            if obeys, let goneAt = survivors[slot]?.goneAt { survivors[slot]?.goneAt = min(goneAt, soon) }
        case .killSurvivor:
            let soon = now + choices.span(0, 20)
            if let goneAt = survivors[slot]?.goneAt { survivors[slot]?.goneAt = min(goneAt, soon) }
        case .probeSurvivor: return .child(slot, isHeld(slot, now) ? .occupied : .freed)
        case .becameReady: live[slot]?.readyAt = now
        case .died: break
        }
        return nil
    }

    private func isHeld(_ slot: Int, _ now: Nanoseconds) -> Bool { survivors[slot].map { $0.goneAt > now } ?? false }

    private mutating func spawn(
        _ slot: Int, _ number: Int, _ fleet: FleetStateMachine, isCalm: Bool, _ scenario: Scenario,
        _ now: Nanoseconds, _ choices: inout Choices
    ) -> ChildEvent {
        if isHeld(slot, now) { return .occupied }
        survivors[slot] = nil
        if !isCalm, choices.chance(1, in: 24) { return .spawnFailed(errno: choices.pick([11, 12, 24, 2])) }
        lastPid += 1
        let crashes = !isCalm && slot == scenario.crashingSlot
        live[slot] = FakeProcess(
            pid: lastPid, number: number, edition: fleet.children[slot].edition, startedAt: now,
            turnAt: now + choices.span(1, crashes ? 20 : 400))
        if crashes { live[slot]?.mood = .leaving(.exited(1)) }
        return .spawned(pid: lastPid)
    }

    private mutating func terminate(
        _ slot: Int, _ scenario: Scenario, isCalm: Bool, _ now: Nanoseconds, _ choices: inout Choices
    ) {
        guard var process = live[slot] else { return }
        process.wasTold = true
        if case .leaving = process.mood {
        } else if !isCalm, process.mood == .silent || choices.chance(1, in: 5) {
            // Deaf: dumb as well, or talking on.
            if choices.chance(1, in: 2) { fallSilent(&process, now, &choices) }
        } else {
            let longest = isCalm ? 100 : scenario.policy.stopTimeout / 1_000_000 + 500
            process.mood = .leaving(choices.chance(1, in: 5) ? .exited(1) : .exited(0))
            process.turnAt = now + choices.span(1, longest)
        }
        live[slot] = process
    }

    private mutating func abort(_ slot: Int, _ now: Nanoseconds, _ choices: inout Choices) {
        live[slot]?.wasAborted = true
        guard !choices.chance(1, in: 3) else { return }
        live[slot]?.mood = .leaving(choices.pick([.killed(signal: 6, coreDumped: true), .exited(69), .exited(0)]))
        live[slot]?.turnAt = now + choices.span(1, 1_000)
    }

    private mutating func kill(_ slot: Int, isCalm: Bool, _ now: Nanoseconds, _ choices: inout Choices) {
        live[slot]?.killedAt = now
        live[slot]?.mood = .leaving(.killed(signal: 9, coreDumped: false))
        let hangs = !isCalm && choices.chance(1, in: 12)
        live[slot]?.turnAt = now + (hangs ? choices.span(4_000, 12_000) : choices.span(0, 20))
    }

    // MARK: - What befalls them

    /// Everybody stood still from one moment to another: what was due meanwhile is done soon after.
    mutating func thaw(from: Nanoseconds, to: Nanoseconds, _ choices: inout Choices) {
        for slot in live.keys.sorted() {
            guard let turnAt = live[slot]?.turnAt, turnAt <= to else { continue }
            live[slot]?.turnAt = to + choices.span(1, 500)
            // Frozen and then unheard as well: that is one fault too many to tell from a hang.
            live[slot]?.lastWasLost = true
        }
        for slot in survivors.keys {
            if let goneAt = survivors[slot]?.goneAt, goneAt != .max { survivors[slot]?.goneAt = goneAt + (to - from) }
        }
    }

    mutating func reap(_ slot: Int, at now: Nanoseconds, mayLeaveSomebody: Bool, _ choices: inout Choices) {
        live[slot] = nil
        guard mayLeaveSomebody, choices.chance(1, in: 40) else { return }
        survivors[slot] = Survivor(goneAt: choices.chance(1, in: 3) ? .max : now + choices.span(0, 3_000))
    }

    /// Faults cease: who was silent serves again, who was deaf hears.
    mutating func heal(at now: Nanoseconds) {
        for slot in live.keys.sorted() {
            guard var process = live[slot] else { continue }
            if process.mood == .silent {
                if process.isKilled || process.wasAborted || process.wasTold || process.saidStopping {
                    process.mood = .leaving(.exited(0))
                } else {
                    process.mood = process.wasReady ? .serving : .booting
                    process.mayLookHung = true
                }
            }
            if process.mood == .serving, process.readyAt == nil { process.mood = .booting }
            process.turnAt = min(process.turnAt, now + 100_000_000)
            live[slot] = process
        }
    }
}
