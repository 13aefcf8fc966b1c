internal import Glibc
internal import Logging
internal import Reporting

/// Decisions out: each action of the machine, carried out.
extension Supervisor {
    /// - Returns: what the kernel answered, where it answers at once, and what has to follow.
    func perform(_ action: FleetAction) -> [FleetEvent] {
        switch action {
        case .child(let index, let action): return perform(action, on: index).map { [.child(index, $0)] } ?? []
        case .announceReady: announceReady()
        case .announceReloading: manager.reloading(now: MonotonicClock.now())
        case .announceReloaded:
            inForceBefore = nil
            manager.ready(status(now: MonotonicClock.now()).summary, now: MonotonicClock.now())
        case .settingsTakenBack: return takeBackSettings()
        case .operationEnded(let id, let outcome): endOperation(id, outcome)
        case .announceStopping(let cause):
            announce(cause)
            stopAlerts()
            manager.stopping(now: MonotonicClock.now())
            manager.extendTimeout(by: fleet.policy.stopTimeout.adding(.seconds(10)))
        case .stopOthers: manager.extendTimeout(by: fleet.policy.stopTimeout.adding(.seconds(10)))
        case .exit(let code):
            exitCode = code
            log.info("stopped\(code == 0 ? "" : ", exit code \(code)")")
        }
        return []
    }

    private func perform(_ action: ChildAction, on index: Int) -> ChildEvent? {
        let slot = slots[index]
        touchStatus()
        switch action {
        case .spawn: return spawn(index)
        case .terminate: signal(slot, configuration.policy.guards.holds(.cont) ? [SIGTERM, SIGCONT] : [SIGTERM])
        case .abort:
            slot.log.warning("hung: not heard from in time; SIGABRT, so that it can show where, then SIGKILL")
            signal(slot, [SIGABRT, SIGCONT])
        case .kill:
            slot.log.warning("does not end: SIGKILL")
            slot.process?.kill()
        case .terminateSurvivor:
            slot.log.warning("a process of an earlier life still holds this slot; it is asked to stop")
            Survivor(lockPath: slot.lockPath).terminate(leaderFirst: slot.program.isOurs)
        case .killSurvivor: Survivor(lockPath: slot.lockPath).kill()
        case .probeSurvivor: return SlotLock.isFree(slot.lockPath) ? .freed : .occupied
        case .becameReady: welcome(slot, fleet.children[index].state)
        case .died(let death): bury(death, slot)
        }
        return nil
    }

    private func spawn(_ index: Int) -> ChildEvent {
        let slot = slots[index]
        let child = fleet.children[index]
        guard let environment = environments[child.edition] else { return .spawnFailed(errno: EIO) }
        guard openReceiver(of: slot) else { return .spawnFailed(errno: EIO) }
        let listener = child.program.kind == .api ? front.map { [$0.descriptor] } ?? [] : []
        do {
            let lock = try SlotLock.take(slot.lockPath, guards: configuration.policy.guards)
            let output = try slot.output.open()
            let process = try ChildProcess.spawn(
                SpawnRequest(
                    command: child.program.command,
                    environment: environment.variables(
                        slot: slot.name, kind: child.program.kind, mark: mark(of: slot, life: child.number),
                        notifySocket: "\(configuration.runtimeDirectory)/\(slot.name).notify",
                        watchdog: child.program.watchdog, startup: fleet.startupForNextSpawn,
                        predecessor: slot.record?.predecessor),
                    output: output.number, passed: [lifeline.readEnd.number, lock.descriptor.number] + listener,
                    descriptorLimit: descriptorLimit, guards: configuration.policy.guards))
            let pid = process.pid
            slot.begin(process, life: child.number)
            memoryKills.expect(pid)
            choresSoon()
            slot.log.info("started pid \(pid)")
            return .spawned(pid: pid)
        } catch let failure as SlotLock.Failure {
            guard case .refused(let cause) = failure else {
                // Perhaps by what the last life left behind.
                chores(by: MonotonicClock.now())
                return .occupied
            }
            slot.log.error(
                "\(slot.lockPath): cannot be locked: \(cause); check the folder's owner, mode and free space")
            return .spawnFailed(errno: EIO)
        } catch {
            _ = slot.output.end()
            return .spawnFailed(errno: (error as? Errno)?.code ?? EIO)
        }
    }

    /// A folder that is gone or full is no fault of the program's, so these failures are told apart from the exec's.
    private func openReceiver(of slot: Slot) -> Bool {
        do {
            try slot.openReceiver()
            return true
        } catch {
            slot.log.error(
                "\(configuration.runtimeDirectory)/\(slot.name).notify: the socket cannot be made: \(error); check the folder's owner, mode and free space"
            )
            return false
        }
    }

    private func signal(_ slot: Slot, _ signals: [Int32]) {
        for signal in signals { slot.process?.signal(signal, group: slot.signalsGroup) }
    }

    private func welcome(_ slot: Slot, _ state: ChildState) {
        guard let life = state.incarnation, let readyAt = life.readyAt else { return }
        slot.heardAt = readyAt
        slot.log.info("ready after \(TimeText.of(readyAt.since(life.startedAt)))")
        if let diedAt = slot.diedAt { counters.recovery.observe(Double(readyAt.since(diedAt)) / 1e9) }
        slot.diedAt = nil
    }

    private func announceReady() {
        let status = status(now: MonotonicClock.now())
        log.info("\(status.summary)")
        telling.problems = status.problems
        manager.ready(status.summary, now: MonotonicClock.now())
        events.tell(news(.ready, status))
    }
}
