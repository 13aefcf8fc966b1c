import Supervision

/// Watches a history from outside: what was asked, what the machine did about it, and what the kernel knows to be true.
struct Judge {
    let scenario: Scenario
    private(set) var violation: Violation?
    private(set) var hasEnded = false
    private var stoppedAt: Nanoseconds?
    private var cause: StopCause?
    private var wasShortened = false
    private var wasForced = false
    private var readies = 0
    private var isReloading = false
    /// How often each operation has ended.
    private var operations: [Int: Int] = [:]
    /// Which programs a reload was for, and the edition it brought.
    private var reloads: [Int: (renewed: Set<Int>, edition: Int)] = [:]
    private var deaths: [Int: [Nanoseconds]] = [:]
    private var replacing: (slot: Int, isRecycling: Bool)?
    /// Most processes that a program may have.
    private var ceilings: [Int]
    private var survivorAskedAt: [Int: Nanoseconds] = [:]
    private var heavy: Set<Int32> = []
    /// Slots that were ready at some moment since faults ceased; later some may be recycled.
    private var recovered: Set<Int> = []

    init(_ scenario: Scenario) {
        self.scenario = scenario
        ceilings = scenario.programs.map(\.count)
    }

    private mutating func accuse(_ invariant: Invariant, _ what: String) {
        if violation == nil { violation = Violation(invariant: invariant, what: what) }
    }

    // MARK: - Before an event

    mutating func asked(_ event: FleetEvent, _ fleet: FleetStateMachine) {
        switch event {
        case .restart(_, let id), .reloadRefused(let id): operations[id] = 0
        case .scale(let program, let count, _, let id):
            operations[id] = 0
            // Those that had a process, or were to have one.
            let slots = fleet.places.indices.filter { fleet.places[$0].program == program }
            ceilings[program] = max(
                count, slots.count { fleet.places[$0].isWanted || !fleet.children[$0].state.isDown })
        case .reload(let reload, let id):
            operations[id] = 0
            reloads[id] = (reload.renewed, fleet.upcomingEdition)
        case .terminate: if stoppedAt != nil { wasShortened = true }
        case .start, .child, .deadline: break
        }
    }

    mutating func heard(_ event: ChildEvent, from process: FakeProcess?) {
        if case .weighed(let bytes, _) = event, bytes > scenario.policy.maxMemory ?? .max, let process {
            heavy.insert(process.pid)
        }
    }

    mutating func haunted(_ isUnchanged: Bool) {
        if !isUnchanged { accuse(.ghostsChangeNothing, "a message of the life before changed a slot") }
    }

    private func size(of program: Int, _ fleet: FleetStateMachine, _ kernel: FakeKernel) -> Int {
        kernel.live.keys.count { fleet.places[$0].program == program }
    }

    // MARK: - Each action, before it is carried out

    mutating func saw(_ action: FleetAction, _ fleet: FleetStateMachine, _ kernel: FakeKernel, _ now: Nanoseconds) {
        switch action {
        case .child(let slot, let action): saw(action, on: slot, fleet, kernel, now)
        case .announceReady:
            readies += 1
            if readies > 1 || stoppedAt != nil { accuse(.readyOnce, "READY for the \(readies). time") }
            if !hasQuorum(fleet, kernel) { accuse(.readyWithQuorum, "READY without a quorum") }
        case .announceReloading:
            if isReloading { accuse(.readyOnce, "RELOADING twice") }
            isReloading = true
        case .announceReloaded:
            if !isReloading { accuse(.readyOnce, "READY after no RELOADING") }
            isReloading = false
        case .settingsTakenBack: replacing = nil
        case .operationEnded(let id, let outcome): ended(id, outcome, fleet, kernel)
        case .announceStopping(let cause):
            if stoppedAt != nil { accuse(.readyOnce, "STOPPING twice") }
            stoppedAt = now
            self.cause = cause
        case .stopOthers: break
        case .exit(let code): exited(code, kernel, now)
        }
    }

    private mutating func saw(
        _ action: ChildAction, on slot: Int, _ fleet: FleetStateMachine, _ kernel: FakeKernel, _ now: Nanoseconds
    ) {
        let process = kernel.live[slot]
        switch action {
        case .spawn:
            if process != nil { accuse(.oneProcessPerSlot, "slot \(slot) has a process already") }
            if stoppedAt != nil { accuse(.noRestartAfterStop, "slot \(slot) is started after the stop") }
            let program = fleet.places[slot].program
            if !fleet.places[slot].isWanted { accuse(.onlyWantedStart, "slot \(slot) is not wanted") }
            if size(of: program, fleet, kernel) >= ceilings[program] {
                accuse(.noOvershoot, "program \(program) has \(ceilings[program]) processes already")
            }
        case .terminate:
            if process == nil { accuse(.noSignalToTheReaped, "TERM to nobody in slot \(slot)") }
            if let process { told(process, slot, fleet, now) }
        case .abort:
            if process == nil { accuse(.noSignalToTheReaped, "ABRT to nobody in slot \(slot)") }
            if let process { suspected(process, slot, now) }
        case .kill:
            if process == nil { accuse(.noSignalToTheReaped, "KILL to nobody in slot \(slot)") }
            if let process { killed(process, slot, now) }
        case .terminateSurvivor: survivorAskedAt[slot] = now
        case .killSurvivor:
            if let asked = survivorAskedAt[slot], now >= asked + scenario.policy.stopTimeout { return }
            accuse(.survivorAskedFirst, "the survivor in slot \(slot) had not its time")
        case .becameReady: if replacing?.slot == slot { replacing = nil }
        case .died(let death): died(death, slot, now)
        case .probeSurvivor: break
        }
    }

    private mutating func told(
        _ process: FakeProcess, _ slot: Int, _ fleet: FleetStateMachine, _ now: Nanoseconds
    ) {
        guard case .again(_, let cause) = fleet.children[slot].wish, cause != .scale else { return }
        if let other = replacing, other.slot != slot, fleet.places[other.slot].isWanted {
            accuse(.oneReplacementAtATime, "slot \(slot) is replaced before slot \(other.slot) is ready")
        }
        replacing = (slot, cause == .lifetime || cause == .memory)
        if cause == .lifetime {
            let age = now - (process.readyAt ?? now)
            if age < (scenario.policy.maxLifetime ?? .max) / 10 * 9 {
                accuse(.noEarlyRecycling, "slot \(slot) is recycled at the age of \(age / 1_000_000) ms")
            }
            for other in fleet.wantedSlots() where other != slot && fleet.children[other].program.isWorker {
                if fleet.children[other].state.isReady { continue }
                accuse(.noEarlyRecycling, "slot \(slot) is recycled for its age while slot \(other) does not serve")
            }
        }
        if cause == .memory, !heavy.contains(process.pid) {
            accuse(.noEarlyRecycling, "slot \(slot) is recycled for memory that it does not use")
        }
    }

    private mutating func suspected(_ process: FakeProcess, _ slot: Int, _ now: Nanoseconds) {
        switch process.mood {
        case .serving where !process.mayLookHung:
            accuse(.noFalseHang, "slot \(slot) keeps its promise and is aborted")
        case .booting where !process.mayLookHung:
            guard case .notified(let within) = scenario.programs[0].readiness else { return }
            if now < process.startedAt + within { accuse(.noFalseHang, "slot \(slot) had time left to start") }
        case .serving, .booting, .silent, .leaving: break
        }
    }

    private mutating func killed(_ process: FakeProcess, _ slot: Int, _ now: Nanoseconds) {
        if stoppedAt != nil { wasForced = true }
        if !process.wasTold, !process.wasAborted { accuse(.askedBeforeKilled, "slot \(slot): KILL came first") }
        if process.wasTold, !wasShortened, let promised = process.promisedUntil, now < promised {
            accuse(.promisedTime, "slot \(slot): \((promised - now) / 1_000_000) ms too early")
        }
    }

    private mutating func died(_ death: Death, _ slot: Int, _ now: Nanoseconds) {
        guard death.consequence != .stopped, !death.cause.isPlanned else { return }
        if let replacing, replacing.slot == slot, replacing.isRecycling { self.replacing = nil }
        guard scenario.policy.restart.base > 0 else { return }
        var recent = deaths[slot, default: []].filter { now - $0 < 10_000_000_000 }
        recent.append(now)
        deaths[slot] = recent
        if recent.count > 30 { accuse(.boundedSpawns, "slot \(slot) died \(recent.count) times within 10 s") }
    }

    private mutating func ended(
        _ id: Int, _ outcome: OperationOutcome, _ fleet: FleetStateMachine, _ kernel: FakeKernel
    ) {
        operations[id, default: 99] += 1
        if operations[id] != 1 { accuse(.everyOperationEnds, "operation \(id) ended again, or was never asked for") }
        if case .aborted = outcome { replacing = nil }
        guard outcome == .done, let reload = reloads[id] else { return }
        for (slot, process) in kernel.live where reload.renewed.contains(fleet.places[slot].program) {
            // Whoever is on its way out was wanted again too late to be part of it.
            let stays = !process.wasTold && !process.wasAborted && !process.isKilled
            if fleet.places[slot].isWanted, stays, process.edition < reload.edition {
                accuse(.newSettingsReachAll, "slot \(slot) still has edition \(process.edition)")
            }
        }
    }

    private mutating func exited(_ code: Int32, _ kernel: FakeKernel, _ now: Nanoseconds) {
        if hasEnded { accuse(.exitCode, "ended twice") }
        hasEnded = true
        let isForced = wasForced || !kernel.live.isEmpty
        if let cause, code != cause.exitCode(forced: isForced) {
            accuse(.exitCode, "\(code) for \(cause)\(isForced ? ", by force" : "")")
        }
        for (slot, process) in kernel.live where now < (process.killedAt ?? now) + 5_000_000_000 {
            accuse(.everyChildReaped, "slot \(slot) is left behind")
        }
        for (id, ends) in operations where ends != 1 {
            accuse(.everyOperationEnds, "operation \(id) has ended \(ends) times")
        }
    }

    // MARK: - After each event

    mutating func settled(_ fleet: FleetStateMachine) {
        if let replacing, !fleet.places[replacing.slot].isWanted { self.replacing = nil }
        var starting = 0
        for child in fleet.children where child.program.isWorker {
            switch child.state {
            case .spawning, .starting: starting += 1
            default: break
            }
        }
        if starting > max(1, scenario.policy.startConcurrency) {
            accuse(.startConcurrency, "\(starting) workers start at once")
        }
    }

    /// Nobody ran for so long, or only we did not: no promise of ours counts that time.
    mutating func paused(for pause: Nanoseconds) { if let at = stoppedAt { stoppedAt = at + pause } }

    mutating func expectProgress(_ rounds: Int) {
        if rounds > 20 { accuse(.deadlinesMoveOn, "asked for the same moment \(rounds) times") }
    }

    mutating func expectEnd(by now: Nanoseconds) {
        guard let stoppedAt, !hasEnded else { return }
        // The stop, the last wave, and twice the time until a process counts as unkillable.
        if now > stoppedAt + scenario.policy.stopTimeout + 16_000_000_000 {
            accuse(.stopEnds, "stopping for \((now - stoppedAt) / 1_000_000) ms")
        }
    }

    mutating func isSettled(_ fleet: FleetStateMachine) -> Bool {
        for slot in fleet.wantedSlots() where fleet.children[slot].state.isReady { recovered.insert(slot) }
        return fleet.rollout == nil && fleet.recycling == nil && fleet.scalings.isEmpty
            && fleet.wantedSlots().allSatisfy { fleet.children[$0].state.isReady }
            && fleet.places.indices.allSatisfy { fleet.places[$0].isWanted || fleet.children[$0].state.isDown }
    }

    mutating func expectEverybodyReady(_ fleet: FleetStateMachine) {
        for slot in fleet.wantedSlots() {
            let child = fleet.children[slot]
            if case .failed = child.state { continue }
            if !recovered.contains(slot) { accuse(.liveness, "slot \(slot) is \(child.state)") }
        }
        if let rollout = fleet.rollout { accuse(.liveness, "still rolling out: \(rollout)") }
    }

    /// As the kernel knows it: by now a ready process may have been told to go already.
    private func hasQuorum(_ fleet: FleetStateMachine, _ kernel: FakeKernel) -> Bool {
        let wanted = fleet.wantedSlots()
        func isReady(_ slot: Int) -> Bool { kernel.live[slot]?.readyAt != nil }
        let workers = wanted.filter { fleet.children[$0].program.isWorker }
        return workers.count(where: isReady) >= min(scenario.policy.readyQuorum ?? workers.count, workers.count)
            && wanted.allSatisfy { fleet.children[$0].program.isWorker || isReady($0) }
    }
}
