internal import Glibc
internal import Logging

/// Decisions out: each action of the machine, carried out.
extension Supervisor {
    /// - Returns: what the kernel answered, where it answers at once.
    func perform(_ action: FleetAction) -> FleetEvent? {
        switch action {
        case .child(let index, let action): return perform(action, on: index).map { .child(index, $0) }
        case .announceReady:
            let status = status(now: MonotonicClock.now())
            log.info("\(status.summary)")
            lastProblems = status.problems
            manager.ready(status.summary, now: MonotonicClock.now())
        case .announceStopping(let cause):
            announce(cause)
            manager.stopping(now: MonotonicClock.now())
            manager.extendTimeout(by: configuration.policy.stopTimeout.adding(.seconds(10)))
        case .stopOthers: manager.extendTimeout(by: configuration.policy.stopTimeout.adding(.seconds(10)))
        case .exit(let code):
            exitCode = code
            log.info("stopped\(code == 0 ? "" : ", exit code \(code)")")
        }
        return nil
    }

    func perform(_ action: ChildAction, on index: Int) -> ChildEvent? {
        let slot = slots[index]
        touchStatus()
        switch action {
        case .spawn: return spawn(slot)
        case .terminate: signal(slot, [SIGTERM, SIGCONT])
        case .abort:
            slot.log.warning("hung: not heard from in time; SIGABRT, so that it can show where, then SIGKILL")
            signal(slot, [SIGABRT, SIGCONT])
        case .kill:
            slot.log.warning("does not end: SIGKILL")
            slot.process?.kill()
        case .terminateSurvivor:
            slot.log.warning("a process of an earlier life still holds this slot; it is asked to stop")
            Survivor(lockPath: slot.lockPath).terminate(leaderFirst: slot.program.isWorker)
        case .killSurvivor: Survivor(lockPath: slot.lockPath).kill()
        case .becameReady: slot.log.info("ready after \(Self.age(fleet.children[index].state))")
        case .died(let death): bury(death, slot)
        }
        return nil
    }

    func spawn(_ slot: Slot) -> ChildEvent {
        do {
            let lock = try SlotLock.take(slot.lockPath)
            let process = try ChildProcess.spawn(
                SpawnRequest(
                    command: slot.program.command,
                    environment: environment.variables(
                        slot: slot.name, notifySocket: slot.receiver.path, watchdog: slot.program.watchdog,
                        startup: fleet.startupForNextSpawn, predecessor: slot.record?.predecessor),
                    lifeline: lifeline.readEnd.number, lock: lock.descriptor.number, descriptorLimit: descriptorLimit))
            let pid = process.pid
            slot.begin(process, lock: lock)
            slot.log.info("started pid \(pid)")
            return .spawned(pid: pid)
        } catch let failure as SlotLock.Failure {
            guard case .refused(let cause) = failure else { return .occupied }
            slot.log.error("\(slot.lockPath): cannot be locked: \(cause)")
            return .spawnFailed(errno: cause.code == ENOENT ? EIO : cause.code)
        } catch let cause as Errno {
            return .spawnFailed(errno: cause.code)
        } catch {
            return .spawnFailed(errno: EIO)
        }
    }

    func signal(_ slot: Slot, _ signals: [Int32]) {
        for signal in signals { slot.process?.signal(signal, group: slot.signalsGroup) }
    }
}
