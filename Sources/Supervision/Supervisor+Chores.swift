internal import CLinux
internal import Glibc
internal import Logging

/// What children leave behind, and what else may wait for a moment: /proc is not read while a start is waited for.
extension Supervisor {
    /// How long after a birth or a death: longer than a restart takes, and no time for a leftover.
    static let choreDelay = Nanoseconds.milliseconds(50)
    /// How seldom those are looked at that do not go away.
    private static let slowest = Nanoseconds.seconds(2)

    func chores(by time: Nanoseconds) { choresDue = min(choresDue ?? time, time) }

    func choresSoon() { chores(by: MonotonicClock.now().adding(Self.choreDelay)) }

    func doChores(now: Nanoseconds) {
        guard let due = choresDue, now >= due else { return }
        choresDue = nil
        memoryKills.watchNewborns()
        sweepLeftovers()
        if !leftovers.isEmpty {
            chores(by: now.adding(min(Self.slowest, Self.choreDelay << UInt64(min(leftovers.quietSweeps, 10)))))
        }
        for index in slots.indices where slots[index].isEndWithheld {
            checkEnd(of: index)
            if slots[index].isEndWithheld { choresSoon() }
        }
        for channel in alerts where channel.isEndWithheld {
            checkEnd(of: channel)
            if channel.isEndWithheld { choresSoon() }
        }
        restoreAgain(now: now)
        for (name, fate) in strays.look(in: configuration.runtimeDirectory, now: now) { tell(fate, of: name) }
        if !strays.isEmpty { choresSoon() }
    }

    // MARK: - Ends

    /// Its pidfd says that it has ended, and the kernel does not say how: a debugger holds it.
    func awaitEnd(of index: Int) {
        slots[index].isEndWithheld = true
        choresSoon()
    }

    /// Orphans that fell to us as subreaper or PID 1. An unreaped child of ours hides those behind it, so it goes first.
    func reapStrangers() {
        while case let pid = pulse_any_ended(), pid > 0 {
            if let index = slots.firstIndex(where: { $0.process?.pid == pid }) {
                checkEnd(of: index)
                if slots[index].process?.pid == pid { return }
            } else if let channel = alerts.first(where: { $0.pid == pid }) {
                checkEnd(of: channel)
                if channel.pid == pid { return }
            } else {
                guard reap(stranger: pid) else { return }
            }
        }
    }

    private func reap(stranger pid: Int32) -> Bool {
        var ending = pulse_ending()
        guard unsafe pulse_reap(pid, &ending) == 0 else { return false }
        counters.strangers += 1
        // One of the swept, perhaps, whose own children are ours now.
        if !leftovers.isEmpty { chores(by: MonotonicClock.now()) }
        log.debug("reaped pid \(pid), an orphan")
        return true
    }

    /// Programs whose leaders are gone are down once their groups are empty.
    func checkGroups() {
        let leaderless = slots.indices.filter { slots[$0].leaderIsGone }
        let leaders = Set(leaderless.compactMap { slots[$0].process?.pid })
        let (peopled, dead) = groups.look(at: leaders, now: MonotonicClock.now())
        for index in leaderless { checkEnd(of: index, isAlone: !peopled.contains(slots[index].process?.pid ?? 0)) }
        // A leader that waits hides these from whoever asks for any dead child.
        let ours = ownPids
        for pid in dead where !ours.contains(pid) { _ = reap(stranger: pid) }
    }

    /// Of processes that we have spawned and not reaped.
    private var ownPids: Set<Int32> {
        Set(slots.compactMap { $0.process?.pid } + alerts.compactMap(\.pid))
    }

    // MARK: - Leftovers

    private func sweepLeftovers() {
        guard !leftovers.isEmpty else { return }
        let killed = leftovers.sweep(known: ownPids)
        counters.swept += killed.count
        for pid in killed { log.notice("pid \(pid), left behind by a child that is dead: SIGKILL") }
    }

    /// The last thing we do for children: whoever dies by it makes us parent of what it has left behind.
    func endLeftovers() {
        let end = MonotonicClock.now().adding(.seconds(1))
        for channel in alerts { channel.kill() }
        sweepLeftovers()
        while !leftovers.isEmpty || alerts.contains(where: { $0.pid != nil }), MonotonicClock.now() < end {
            loop.removeAll()
            loop.add(signals.number, .signals)
            _ = loop.wait(until: min(end, MonotonicClock.now().adding(Self.choreDelay)))
            _ = Signals.read(from: signals)
            reapStrangers()
            sweepLeftovers()
        }
    }

    // MARK: - Strays

    /// Asks those to go who hold slots that we do not have.
    func askStrays() {
        let ours = Set(slots.map(\.name))
        let asked = strays.ask(
            in: configuration.runtimeDirectory, except: ours,
            killAt: MonotonicClock.now().adding(fleet.policy.stopTimeout))
        for name in asked { log.warning("\(name): held by a process of an earlier supervisor; it is asked to stop") }
        if !strays.isEmpty { choresSoon() }
    }

    private func tell(_ fate: Strays.Fate, of name: String) {
        switch fate {
        case .gone: log.info("\(name): the process of an earlier supervisor is gone")
        case .killed: log.warning("\(name): the process of an earlier supervisor does not end: SIGKILL")
        case .stuck: log.error("\(name): the process of an earlier supervisor was killed and the kernel keeps it")
        }
    }
}
