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

    // MARK: - What they do

    /// Whoever's turn has come takes it, in the order of time.
    mutating func takeTurns(
        until now: Nanoseconds, isCalm: Bool, _ scenario: Scenario,
        _ inbox: inout [(slot: Int, number: Int, word: Word)], _ choices: inout Choices
    ) {
        for _ in 0..<1_000 {
            var nearest: (at: Nanoseconds, slot: Int)?
            for (slot, process) in live where process.turnAt <= now {
                if nearest.map({ (process.turnAt, slot) < ($0.at, $0.slot) }) ?? true {
                    nearest = (process.turnAt, slot)
                }
            }
            guard let slot = nearest?.slot, let process = live[slot] else { return }
            var next = process
            if let word = turn(&next, isCalm: isCalm, scenario, &choices) {
                if !isCalm, loses(&next, word, &choices) {
                    live[slot] = next
                    continue
                }
                inbox.append((slot, process.number, word))
            }
            live[slot] = next
        }
    }

    /// A datagram that found no room.
    private func loses(_ process: inout FakeProcess, _ word: Word, _ choices: inout Choices) -> Bool {
        if case .message(.weighed) = word { return false }
        guard case .message(let event) = word, !process.lastWasLost, choices.chance(1, in: 50) else {
            process.lastWasLost = false
            return false
        }
        process.lastWasLost = true
        if case .ready = event { process.mayLookHung = true }
        return true
    }

    private func turn(
        _ process: inout FakeProcess, isCalm: Bool, _ scenario: Scenario, _ choices: inout Choices
    ) -> Word? {
        switch process.mood {
        case .booting:
            if !isCalm, scenario.badEvery > 0, process.edition > 0,
                UInt64(process.edition) % (scenario.badEvery + 1) == 1
            {
                return leave(&process, .exited(1))
            }
            return boot(&process, isCalm: isCalm, scenario, &choices)
        case .serving: return serve(&process, isCalm: isCalm, scenario, &choices)
        case .leaving(let status): return leave(&process, status)
        case .silent: return mumble(&process, &choices)
        }
    }

    private func fallSilent(_ process: inout FakeProcess, _ now: Nanoseconds, _ choices: inout Choices) {
        process.mood = .silent
        process.turnAt = choices.chance(1, in: 2) ? now + choices.span(100, 8_000) : .max
    }

    /// A hung process may still say something, now and then, and late.
    private func mumble(_ process: inout FakeProcess, _ choices: inout Choices) -> Word {
        let number = process.number
        let word = choices.pick([
            ChildEvent.watchdog(from: number), .weighed(5_000, from: number),
            .extendTimeout(1_000_000_000, from: number),
            .ready(from: number), .stopping(from: number),
        ])
        if case .stopping = word { process.saidStopping = true }
        fallSilent(&process, process.turnAt, &choices)
        return .message(word)
    }

    private func leave(_ process: inout FakeProcess, _ status: ExitStatus) -> Word {
        process.turnAt = .max
        return .end(status)
    }

    private func boot(
        _ process: inout FakeProcess, isCalm: Bool, _ scenario: Scenario, _ choices: inout Choices
    ) -> Word? {
        let number = process.number
        switch isCalm ? 0 : choices.below(24) {
        case 18:
            let extra = choices.span(1_000, 9_000)
            let turn = process.turnAt
            process.extendedUntil = max(process.extendedUntil, turn + extra)
            process.turnAt = turn + choices.span(1, 500)
            return .message(.extendTimeout(extra, from: number))
        case 19:
            fallSilent(&process, process.turnAt, &choices)
            return nil
        case 20, 21:
            return leave(&process, .exited(1))
        case 22:
            return leave(
                &process, choices.pick([.exited(69), .exited(0), .exited(78), .killed(signal: 11, coreDumped: true)]))
        case 23:
            process.mood = .leaving(.exited(0))
            process.turnAt += choices.span(1, 3_000)
            process.saidStopping = true
            return .message(.stopping(from: number))
        default:
            process.mood = .serving
            process.wasReady = true
            process.turnAt += ping(scenario, &choices)
            return .message(.ready(from: number))
        }
    }

    private func serve(
        _ process: inout FakeProcess, isCalm: Bool, _ scenario: Scenario, _ choices: inout Choices
    ) -> Word? {
        let number = process.number
        switch isCalm ? 0 : choices.below(40) {
        case 34:
            process.turnAt += choices.span(1, 100)
            return .message(.weighed(choices.chance(1, in: 2) ? 5_000 : 500, from: number))
        case 35, 36:
            fallSilent(&process, process.turnAt, &choices)
            return nil
        case 37: return leave(&process, choices.pick([.killed(signal: 9, coreDumped: false), .exited(1), .exited(69)]))
        case 38: return leave(&process, choices.pick([.exited(0), .exited(3), .exited(78)]))
        case 39:
            // It says goodbye; most then go, some stay.
            if choices.chance(1, in: 3) {
                fallSilent(&process, process.turnAt, &choices)
            } else {
                process.mood = .leaving(.exited(0))
                process.turnAt += choices.span(1, 3_000)
            }
            process.saidStopping = true
            return .message(.stopping(from: number))
        default:
            process.turnAt += ping(scenario, &choices)
            return .message(.watchdog(from: number))
        }
    }

    /// At a third of the promise at most, so that a lost message does no harm.
    private func ping(_ scenario: Scenario, _ choices: inout Choices) -> Nanoseconds {
        choices.span(100, (scenario.programs[0].watchdog ?? 3_000_000_000) / 3_000_000)
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
