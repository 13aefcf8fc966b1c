internal import Glibc
internal import Logging
internal import ProcessLog
internal import Reporting

/// Facts in: what children say, what they print, how they end, and what the machine makes of it.
extension Supervisor {
    /// - Returns: whether more may wait to be heard.
    @discardableResult func hear(_ index: Int) -> Bool {
        let slot = slots[index]
        let believesAll = !configuration.policy.guards.holds(.credentials)
        guard let mail = slot.receiver?.receive(believes: { believesAll || slot.believes($0) }) else { return false }
        counters.forged += mail.forged
        guard let number = fleet.children[index].state.incarnation?.number else { return mail.mayHaveMore }
        let now = MonotonicClock.now()
        for letter in mail.letters {
            let message = NotifyMessage.parse(letter)
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
        return mail.mayHaveMore
    }

    /// What a process that is dead has said, however much; who else may write there is not waited for.
    private func hearAll(_ index: Int) {
        for _ in 0..<Self.mostBatches { guard hear(index) else { return } }
    }

    private static let mostBatches = 16

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
        if configuration.policy.guards.holds(.drainBeforeExit) { hearAll(index) }
        let state = fleet.children[index].state
        if case .draining = state, !slot.program.isOurs, !isAlone {
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
        let sawKill = memoryKills.tookLife(of: pid, ending.status)
        // What we have killed ourselves needs no other explanation.
        if case .killing = state {} else { slot.obituary.outOfMemory = sawKill }
        slot.obituary.maxResidentBytes = ending.maxResidentBytes
        if configuration.policy.guards.holds(.sweep) {
            leftovers.expect(mark(of: slot, life: number))
            choresSoon()
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
            for action in actions { events += perform(action) }
            tellSlots(changedBy: event, actions)
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
