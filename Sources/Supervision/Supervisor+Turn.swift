internal import CLinux
internal import Glibc
internal import HTTPServing
internal import Logging
internal import ProcessLog

/// One turn of the loop: what to wait for, and in which order to look at what happened.
extension Supervisor {
    func collectSources() {
        loop.removeAll()
        loop.add(signals.number, .signals)
        if let descriptor = watch?.descriptor.number { loop.add(descriptor, .directory) }
        for (index, slot) in slots.enumerated() {
            if let descriptor = slot.receiver?.descriptor.number { loop.add(descriptor, .notify(slot: index)) }
            // Readable for as long as it is not reaped, it would make the loop spin.
            if !slot.leaderIsGone, !slot.isEndWithheld, let descriptor = slot.process?.descriptor.number {
                loop.add(descriptor, .process(slot: index))
            }
            if let descriptor = slot.output.descriptor { loop.add(descriptor, .output(slot: index)) }
        }
        for channel in alerts {
            if let descriptor = channel.descriptor { loop.add(descriptor, .alert(channel.way)) }
            if let descriptor = channel.output.descriptor { loop.add(descriptor, .alertOutput(channel.way)) }
        }
        if let descriptor = configuration.sink.pendingDescriptor { loop.add(descriptor, .log, for: Int16(POLLOUT)) }
        server?.addSources(to: &loop)
    }

    func nearestDeadline() -> Nanoseconds? {
        let now = MonotonicClock.now()
        return [
            fleet.deadline, manager.deadline, server?.deadline(now: now), telling.due, staleness(now: now),
            manager.isListening ? telling.nextExtension : nil, choresDue, groups.due,
            alertDeadline,
        ].compactMap(\.self).min()
    }

    /// What children said comes before how they ended, and both before any deadline is judged: after a pause of ours the
    /// good news is still in the sockets.
    func turn(_ ready: [EventLoop.Source]) {
        if !configuration.policy.guards.holds(.drainBeforeExit) {
            for case .process(let slot) in ready { checkEnd(of: slot) }
        }
        for source in ready {
            switch source {
            case .notify(let slot): hear(slot)
            case .output(let slot): for line in slots[slot].output.read() { pass(line) }
            case .alertOutput(let way): for line in self[way].read() { pass(line) }
            case .log: configuration.sink.flush()
            case .directory: hearOfFolder()
            case .signals, .process, .alert, .statusListener, .statusEvents, .sleeper: break
            }
        }
        for case .process(let slot) in ready {
            let pid = slots[slot].process?.pid
            checkEnd(of: slot)
            // The successor may be there already, and has not ended.
            if pid == slots[slot].process?.pid, slots[slot].process?.hasEnded == false { awaitEnd(of: slot) }
        }
        for case .alert(let way) in ready {
            let pid = self[way].pid
            checkEnd(of: self[way])
            if pid != nil, pid == self[way].pid, !self[way].hasEnded { awaitEnd(of: self[way]) }
        }
        checkGroups()
        if ready.contains(.signals) { obeySignals() }
        let now = MonotonicClock.now()
        if let deadline = fleet.deadline, now >= deadline { feed(.deadline) }
        doChores(now: MonotonicClock.now())
        if exitCode == nil { server?.turn(ready, now: now) }
        tellStatus(now: now)
        turnAlerts(now: now)
        extendTimeouts(now: now)
        manager.turn(now: now, isFresh: fleet.isFresh)
    }

    private func obeySignals() {
        for signal in Signals.read(from: signals) {
            if signal != SIGCHLD, signal != SIGWINCH { log.info("\(SignalName.of(signal))") }
            switch signal {
            case SIGTERM, SIGINT: feed(.terminate)
            case SIGHUP: _ = reload()
            case SIGUSR2: if !operations.isFull { _ = restart(slots: nil) }
            case SIGTTIN: scaleWorkers(by: 1)
            case SIGTTOU: scaleWorkers(by: -1)
            case SIGCHLD: reapStrangers()
            default: break
            }
        }
    }
}
