import Supervision

/// Each action, before it is carried out.
extension Judge {
    mutating func saw(_ action: FleetAction, _ fleet: FleetStateMachine, _ kernel: FakeKernel, _ now: Nanoseconds) {
        switch action {
        case .child(let slot, let action): saw(action, on: slot, fleet, kernel, now)
        case .announceReady:
            readies += 1
            if readies > 1 || stoppedAt != nil { accuse(.readyOnce, "READY for the \(readies). time") }
            if !hasQuorum(fleet, kernel) { accuse(.readyWithQuorum, "READY without a quorum") }
        case .announceReloading:
            if readies == 0 { accuse(.readyOnce, "RELOADING before READY") }
            if isReloading { accuse(.readyOnce, "RELOADING twice") }
            isReloading = true
        case .announceReloaded:
            if !isReloading { accuse(.readyOnce, "READY after no RELOADING") }
            isReloading = false
        case .settingsTakenBack: replacing = nil
        case .operationEnded(let id, let outcome): ended(id, outcome, fleet, kernel)
        case .announceStopping(let cause):
            if stoppedAt != nil { accuse(.readyOnce, "STOPPING twice") }
            if case .gaveUp(let name) = cause { gaveUp(name, fleet, now) }
            stoppedAt = now
            self.cause = cause
        case .stopOthers: break
        case .exit(let code): exited(code, kernel, now)
        }
    }

    mutating func saw(
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
        case .died(let death): died(death, slot, fleet, now)
        case .probeSurvivor: break
        }
    }

    mutating func gaveUp(_ name: String, _ fleet: FleetStateMachine, _ now: Nanoseconds) {
        guard let program = fleet.settings.programs.firstIndex(where: { $0.name == name }) else { return }
        let recent = abnormal[program].filter { now - $0 <= fleet.policy.restartWindow }
        if recent.count <= limits[program] {
            accuse(.givesUpLate, "\(recent.count) deaths of \(name), and \(limits[program]) are endured")
        }
    }

    mutating func told(
        _ process: FakeProcess, _ slot: Int, _ fleet: FleetStateMachine, _ now: Nanoseconds
    ) {
        let isInLastWave = stoppedAt != nil && !fleet.children[slot].program.isOurs
        promise(now + (isInLastWave ? 5_000_000_000 : fleet.policy.stopTimeout), to: process)
        guard case .again(_, let cause) = fleet.children[slot].wish, cause != .scale else { return }
        if let other = replacing, other.slot != slot, fleet.places[other.slot].isWanted,
            !fleet.children[other.slot].state.isUnkillable
        {
            accuse(.oneReplacementAtATime, "slot \(slot) is replaced before slot \(other.slot) is ready")
        }
        replacing = (slot, cause == .lifetime || cause == .memory)
        if cause == .lifetime {
            let age = now - (process.readyAt ?? now)
            if age < (fleet.policy.maxLifetime ?? .max) / 10 * 9 {
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

    mutating func suspected(_ process: FakeProcess, _ slot: Int, _ now: Nanoseconds) {
        switch process.mood {
        case .serving where !process.mayLookHung:
            accuse(.noFalseHang, "slot \(slot) keeps its promise and is aborted")
        case .booting where !process.mayLookHung:
            guard case .notified(let within) = scenario.programs[0].readiness else { return }
            if now < process.startedAt + within { accuse(.noFalseHang, "slot \(slot) had time left to start") }
        case .serving, .booting, .silent, .leaving: break
        }
        if !wasShortened, let promised = promises[process.pid], now < promised {
            accuse(.promisedTime, "slot \(slot): ABRT \((promised - now) / 1_000_000) ms too early")
        }
    }

    mutating func killed(_ process: FakeProcess, _ slot: Int, _ now: Nanoseconds) {
        if stoppedAt != nil { wasForced = true }
        if !process.wasTold, !process.wasAborted { accuse(.askedBeforeKilled, "slot \(slot): KILL came first") }
        if !process.wasAborted, !wasShortened, let promised = promises[process.pid], now < promised {
            accuse(.promisedTime, "slot \(slot): \((promised - now) / 1_000_000) ms too early")
        }
    }

    mutating func died(_ death: Death, _ slot: Int, _ fleet: FleetStateMachine, _ now: Nanoseconds) {
        if death.isAbnormal { abnormal[fleet.places[slot].program].append(now) }
        guard death.consequence != .stopped, !death.cause.isPlanned else { return }
        if let replacing, replacing.slot == slot, replacing.isRecycling { self.replacing = nil }
        guard scenario.policy.restart.base > 0 else { return }
        var recent = deaths[slot, default: []].filter { now - $0 < 10_000_000_000 }
        recent.append(now)
        deaths[slot] = recent
        if recent.count > 30 { accuse(.boundedSpawns, "slot \(slot) died \(recent.count) times within 10 s") }
    }

    mutating func ended(
        _ id: Int, _ outcome: OperationOutcome, _ fleet: FleetStateMachine, _ kernel: FakeKernel
    ) {
        operations[id, default: 99] += 1
        if operations[id] != 1 { accuse(.everyOperationEnds, "operation \(id) ended again, or was never asked for") }
        if case .aborted = outcome { replacing = nil }
        guard outcome == .done else { return }
        for (slot, number) in restarts[id] ?? [:] where fleet.places[slot].isWanted {
            // Whoever is on its way out was scaled away meanwhile, and wanted again.
            if let process = kernel.live[slot], process.number <= number, !process.isLeaving {
                accuse(.doneIsDone, "slot \(slot) was to be restarted, and still has life \(number)")
            }
        }
        if let scaling = scalings[id] {
            ceilings[scaling.program] = scaling.count
            if fleet.wantedSlots(of: scaling.program).count != scaling.count {
                accuse(.doneIsDone, "program \(scaling.program) was scaled to \(scaling.count)")
            }
        }
        guard let reload = reloads[id] else { return }
        for (slot, process) in kernel.live where reload.renewed.contains(fleet.places[slot].program) {
            // Whoever is on its way out was wanted again too late to be part of it.
            if fleet.places[slot].isWanted, !process.isLeaving, process.edition < reload.edition {
                accuse(.newSettingsReachAll, "slot \(slot) still has edition \(process.edition)")
            }
        }
    }

    mutating func exited(_ code: Int32, _ kernel: FakeKernel, _ now: Nanoseconds) {
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
}
