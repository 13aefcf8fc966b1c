internal import CLinux
internal import Glibc
internal import HTTPServing
internal import Logging
internal import ProcessLog

/// One turn of the loop: what to wait for, and in which order to look at what happened.
extension Supervisor {
    /// How long after a birth or a death /proc is read: longer than a restart takes, and no time for a leftover.
    static let choreDelay = Nanoseconds.milliseconds(50)

    func collectSources() {
        loop.removeAll()
        loop.add(signals.number, .signals)
        if let descriptor = watch?.descriptor.number { loop.add(descriptor, .directory) }
        for (index, slot) in slots.enumerated() {
            if let descriptor = slot.receiver?.descriptor.number { loop.add(descriptor, .notify(slot: index)) }
            // A leader that waits for its group would stay readable and make the loop spin.
            if !slot.leaderIsGone, let descriptor = slot.process?.descriptor.number {
                loop.add(descriptor, .process(slot: index))
            }
            if let descriptor = slot.output.descriptor { loop.add(descriptor, .output(slot: index)) }
        }
        if let descriptor = configuration.sink.pendingDescriptor { loop.add(descriptor, .log, for: Int16(POLLOUT)) }
        server?.addSources(to: &loop)
    }

    func nearestDeadline() -> Nanoseconds? {
        let now = MonotonicClock.now()
        return [
            fleet.deadline, manager.deadline, server?.deadline(now: now), telling.due, staleness(now: now),
            manager.isListening ? telling.nextExtension : nil, choresDue, groups.due,
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
            case .log: configuration.sink.flush()
            case .directory: restoreFiles()
            case .signals, .process, .statusListener, .statusEvents, .sleeper: break
            }
        }
        for case .process(let slot) in ready { checkEnd(of: slot) }
        checkGroups()
        if ready.contains(.signals) { obeySignals() }
        let now = MonotonicClock.now()
        if let deadline = fleet.deadline, now >= deadline { feed(.deadline) }
        doChores(now: MonotonicClock.now())
        if exitCode == nil { server?.turn(ready, now: now) }
        tellStatus(now: now)
        extendTimeouts(now: now)
        manager.turn(now: now, isFresh: fleet.isFresh)
    }

    private func obeySignals() {
        for signal in Signals.read(from: signals) {
            if signal != SIGCHLD, signal != SIGWINCH { log.info("\(SignalName.of(signal))") }
            switch signal {
            case SIGTERM, SIGINT: feed(.terminate)
            case SIGHUP: _ = reload()
            case SIGUSR2: _ = restart(slots: nil)
            case SIGTTIN: scaleWorkers(by: 1)
            case SIGTTOU: scaleWorkers(by: -1)
            case SIGCHLD: reapStrangers()
            default: break
            }
        }
    }

    /// Orphans that fell to us as subreaper or PID 1. An unreaped child of ours hides those behind it, so it goes first.
    private func reapStrangers() {
        while case let pid = pulse_any_ended(), pid > 0 {
            if let index = slots.firstIndex(where: { $0.process?.pid == pid }) {
                checkEnd(of: index)
                if slots[index].process?.pid == pid { return }
                continue
            }
            var ending = pulse_ending()
            guard unsafe pulse_reap(pid, &ending) == 0 else { return }
            counters.strangers += 1
            // One of the swept, perhaps, whose own children are ours now.
            if !leftovers.isEmpty { chores(by: MonotonicClock.now()) }
            log.debug("reaped pid \(pid), an orphan")
        }
    }

    /// Programs whose leaders are gone are down once their groups are empty.
    private func checkGroups() {
        let leaderless = slots.indices.filter { slots[$0].leaderIsGone }
        let leaders = Set(leaderless.compactMap { slots[$0].process?.pid })
        let peopled = groups.look(at: leaders, now: MonotonicClock.now())
        for index in leaderless { checkEnd(of: index, isAlone: !peopled.contains(slots[index].process?.pid ?? 0)) }
    }

    func chores(by time: Nanoseconds) { choresDue = min(choresDue ?? time, time) }

    private func doChores(now: Nanoseconds) {
        guard let due = choresDue, now >= due else { return }
        choresDue = nil
        memoryKills.watchNewborns()
        sweepLeftovers()
        if !leftovers.isEmpty { chores(by: now.adding(Self.choreDelay)) }
    }

    private func sweepLeftovers() {
        guard !leftovers.isEmpty else { return }
        let killed = leftovers.sweep(known: Set(slots.compactMap { $0.process?.pid }))
        counters.swept += killed.count
        for pid in killed { log.notice("pid \(pid), left behind by a child that is dead: SIGKILL") }
    }

    /// The last thing we do for children: whoever dies by it makes us parent of what it has left behind.
    func endLeftovers() {
        let end = MonotonicClock.now().adding(.seconds(1))
        sweepLeftovers()
        while !leftovers.isEmpty, MonotonicClock.now() < end {
            loop.removeAll()
            loop.add(signals.number, .signals)
            _ = loop.wait(until: min(end, MonotonicClock.now().adding(Self.choreDelay)))
            _ = Signals.read(from: signals)
            reapStrangers()
            sweepLeftovers()
        }
    }

    /// Somebody tidied up our folder. Sockets are made again; a lock cannot be, and whoever starts a second supervisor then is
    /// not held back by it.
    private func restoreFiles() {
        guard let removed = watch?.removed() else { return }
        if removed.contains("supervisor.sock"), unsafe access(file("supervisor.sock"), F_OK) != 0 {
            let restored = server?.restore() ?? true
            log.warning(
                "\(file("supervisor.sock")) was removed; \(restored ? "made again" : "it cannot be made again")")
        }
        if removed.contains("supervisor.lock"), unsafe access(file("supervisor.lock"), F_OK) != 0 {
            log.error("\(file("supervisor.lock")) was removed: a second supervisor could start here; restart this one")
        }
        for slot in slots where removed.contains("\(slot.name).notify") && slot.receiver != nil {
            guard unsafe access(file("\(slot.name).notify"), F_OK) != 0 else { continue }
            slot.receiver = nil
            do {
                try slot.openReceiver()
                slot.log.warning("\(file("\(slot.name).notify")) was removed; made again")
            } catch {
                slot.log.error("\(file("\(slot.name).notify")) was removed and cannot be made again: \(error)")
            }
        }
    }

    private func file(_ name: String) -> String { "\(configuration.runtimeDirectory)/\(name)" }
}
