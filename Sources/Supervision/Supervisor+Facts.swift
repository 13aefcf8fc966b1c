internal import Glibc
internal import Logging
internal import ProcessLog
internal import Reporting

/// Facts in: what children say, what they print, how they end, and what the machine makes of it.
extension Supervisor {
    func hear(_ index: Int) {
        let slot = slots[index]
        guard let letters = slot.receiver?.receive() else { return }
        guard let number = fleet.children[index].state.incarnation?.number else { return }
        let now = MonotonicClock.now()
        for letter in letters {
            guard slot.believes(letter.sender) || !configuration.policy.guards.holds(.credentials) else {
                counters.forged += 1
                continue
            }
            let message = NotifyMessage.parse(letter.bytes)
            var isNews = staleAt(index).map { now >= $0 } ?? false
            if let text = message.status, text != slot.text {
                isNews = true
                slot.text = text
                slot.log.debug("\(text)")
            }
            if let report = message.report {
                switch slot.take(report, now: now) {
                case .some(true): isNews = true
                case .some(false): break
                case nil: counters.garbled += 1
                }
                weigh(slot, index, number)
            }
            if let microseconds = message.extendTimeoutMicroseconds {
                let distance = min(microseconds, .max / 1_000) * 1_000
                feed(.child(index, .extendTimeout(distance, from: number)))
            }
            if message.ready { feed(.child(index, .ready(from: number))) }
            if message.watchdog {
                slot.heardAt = now
                feed(.child(index, .watchdog(from: number)))
            }
            if message.stopping { feed(.child(index, .stopping(from: number))) }
            // A report that repeats the last must not arm the status timer: it would wake us for nothing.
            if isNews { touchStatus() }
        }
    }

    private func weigh(_ slot: Slot, _ index: Int, _ number: Int) {
        guard fleet.policy.maxMemory != nil, let pid = slot.process?.pid, let bytes = ProcFS.residentBytes(of: pid)
        else {
            return
        }
        feed(.child(index, .weighed(bytes, from: number)))
    }

    func pass(_ line: LogLine) {
        configuration.sink.write(line)
        logs.tell(line)
    }

    /// - Parameter isAlone: nobody else is left in its group.
    func checkEnd(of index: Int, isAlone: Bool = false) {
        let slot = slots[index]
        guard let pid = slot.process?.pid, slot.process?.hasEnded == true else { return }
        // What it said last still counts.
        if configuration.policy.guards.holds(.drainBeforeExit) { hear(index) }
        let state = fleet.children[index].state
        if case .draining = state, !slot.program.isWorker, !isAlone {
            if !slot.leaderIsGone {
                slot.leaderIsGone = true
                groups.leaderLeft(now: MonotonicClock.now())
                // The leader alone was told, and left without passing it on: those who stay would sit out the deadline.
                if !slot.signalsGroup {
                    for signal in [SIGTERM, SIGCONT] { slot.process?.signal(signal, group: true) }
                }
            }
            return
        }
        guard let number = state.incarnation?.number else { return }
        for line in slot.output.end() { pass(line) }
        guard let process = slot.process.take() else { return }
        let ending = process.reap()
        slot.obituary.outOfMemory = memoryKills.tookLife(of: pid, ending.status)
        slot.obituary.maxResidentBytes = ending.maxResidentBytes
        if configuration.policy.guards.holds(.sweep) {
            leftovers.expect(mark(of: slot, life: number))
            chores(by: MonotonicClock.now().adding(Self.choreDelay))
        }
        feed(.child(index, .exited(ending.status, from: number)))
    }

    /// By which whatever a life leaves behind is known.
    func mark(of slot: Slot, life: Int) -> String { "PULSE_INCARNATION=\(identity)/\(slot.name)/\(life)" }

    func feed(_ event: FleetEvent) {
        var events = [event]
        while !events.isEmpty {
            let event = events.removeFirst()
            let actions = fleet.handle(event, now: MonotonicClock.now())
            growSlots()
            for action in actions {
                if let answer = perform(action) { events.append(answer) }
            }
        }
        closeIdleSlots()
    }

    /// Slots that were scaled away leave no files behind.
    private func closeIdleSlots() {
        for (index, slot) in slots.enumerated() where slot.receiver != nil && !fleet.places[index].isWanted {
            if fleet.children[index].state.isDown { slot.close() }
        }
    }
}
