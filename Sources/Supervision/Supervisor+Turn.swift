internal import CLinux
internal import Glibc
internal import HTTPServing
internal import Logging

/// One turn of the loop: what to wait for, and in which order to look at what happened.
extension Supervisor {
    /// How often systemd is asked for more time while we are starting.
    private static let extensionInterval = Nanoseconds.seconds(10)
    /// How often a group whose leader is gone is looked at: its members' deaths need not be told to us.
    private static let groupRecheck = Nanoseconds.milliseconds(50)

    func collectSources() {
        loop.removeAll()
        loop.add(signals.number, .signals)
        for (index, slot) in slots.enumerated() {
            loop.add(slot.receiver.descriptor.number, .notify(slot: index))
            // A leader that waits for its group would stay readable and make the loop spin.
            if !slot.leaderIsGone, let descriptor = slot.process?.descriptor.number {
                loop.add(descriptor, .process(slot: index))
            }
        }
        if let server {
            loop.add(server.listeningDescriptor, .statusListener)
            loop.add(server.eventsDescriptor, .statusEvents)
        }
    }

    func nearestDeadline() -> Nanoseconds? {
        let now = MonotonicClock.now()
        let recheck = slots.contains(where: \.leaderIsGone) ? now.adding(Self.groupRecheck) : nil
        return [
            fleet.deadline, manager.deadline, server?.deadline(now: now), statusDue, staleness(now: now),
            manager.isListening ? nextExtension : nil, recheck,
        ].compactMap(\.self).min()
    }

    /// What children said comes before how they ended, and both before any deadline is judged: after a pause of ours the
    /// good news is still in the sockets.
    func turn(_ ready: [EventLoop.Source]) {
        for case .notify(let slot) in ready { hear(slot) }
        for case .process(let slot) in ready { checkEnd(of: slot) }
        for (index, slot) in slots.enumerated() where slot.leaderIsGone { checkEnd(of: index) }
        if ready.contains(.signals) { obeySignals() }
        let now = MonotonicClock.now()
        if let deadline = fleet.deadline, now >= deadline { feed(.deadline) }
        if exitCode == nil { server?.turn(now: now, listenerIsReady: ready.contains(.statusListener)) }
        tellStatus(now: now)
        extendStart(now: now)
        manager.turn(now: now, isFresh: fleet.isFresh(at: now))
    }

    func obeySignals() {
        for signal in Signals.read(from: signals) {
            switch signal {
            case SIGTERM, SIGINT:
                log.info("\(SignalName.of(signal))")
                feed(.terminate)
            case SIGCHLD: reapStrangers()
            case SIGWINCH: break
            default: log.notice("\(SignalName.of(signal)) ignored")
            }
        }
    }

    /// Orphans that fell to us as subreaper or PID 1. An unreaped child of ours hides those behind it, so it goes first.
    func reapStrangers() {
        while case let pid = pulse_any_ended(), pid > 0 {
            if let index = slots.firstIndex(where: { $0.process?.pid == pid }) {
                checkEnd(of: index)
                if slots[index].process?.pid == pid { return }
                continue
            }
            var ending = pulse_ending()
            guard unsafe pulse_reap(pid, &ending) == 0 else { return }
        }
    }

    func extendStart(now: Nanoseconds) {
        guard let due = nextExtension, now >= due else { return }
        guard case .starting = fleet.phase else {
            nextExtension = nil
            return
        }
        nextExtension = now.adding(Self.extensionInterval)
        manager.extendTimeout(by: 3 * Self.extensionInterval)
    }

    func staleness(now: Nanoseconds) -> Nanoseconds? {
        guard manager.isListening else { return nil }
        return slots.indices.compactMap { staleAt($0) }.filter { $0 > now }.min()
    }

    /// Something changed that the status line may show.
    func touchStatus() {
        if statusDue == nil { statusDue = max(MonotonicClock.now(), statusToldAt.adding(.seconds(1))) }
    }

    func tellStatus(now: Nanoseconds) {
        let wentStale =
            manager.isListening
            && slots.indices.contains { index in
                staleAt(index).map { $0 <= now && $0 > statusToldAt } ?? false
            }
        guard wentStale || statusDue.map({ now >= $0 }) ?? false else { return }
        statusDue = nil
        statusToldAt = now
        let status = status(now: now)
        manager.say(status.summary)
        guard case .running = fleet.phase else { return }
        let problems = status.problems
        guard problems != lastProblems else { return }
        lastProblems = problems
        if problems.isEmpty { log.info("\(status.summary)") } else { log.warning("\(status.summary)") }
    }
}
