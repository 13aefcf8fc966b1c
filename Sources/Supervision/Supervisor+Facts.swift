internal import Glibc
internal import Logging
internal import Reporting

/// Facts in: what children say, how they end, and what the machine makes of it.
extension Supervisor {
    func hear(_ index: Int) {
        let slot = slots[index]
        guard let number = fleet.children[index].state.incarnation?.number else {
            _ = slot.receiver.receive()
            return
        }
        let now = MonotonicClock.now()
        for letter in slot.receiver.receive() where slot.believes(letter.sender) {
            let message = NotifyMessage.parse(letter.bytes)
            var isNews = staleAt(index).map { now >= $0 } ?? false
            if let text = message.status, text != slot.text {
                isNews = true
                slot.text = text
                slot.log.debug("\(text)")
            }
            if let report = message.report, slot.take(report, now: now) { isNews = true }
            if let microseconds = message.extendTimeoutMicroseconds {
                let distance = min(microseconds, .max / 1_000) * 1_000
                feed(.child(index, .extendTimeout(distance, from: number)))
            }
            if message.ready { feed(.child(index, .ready(from: number))) }
            if message.watchdog { feed(.child(index, .watchdog(from: number))) }
            if message.stopping { feed(.child(index, .stopping(from: number))) }
            // A report that repeats the last must not arm the status timer: it would wake us for nothing.
            if isNews { touchStatus() }
        }
    }

    func checkEnd(of index: Int) {
        let slot = slots[index]
        guard let process = slot.process?.pid, slot.process?.hasEnded == true else { return }
        // What it said last still counts.
        hear(index)
        let state = fleet.children[index].state
        if case .draining = state, !slot.program.isWorker, ProcFS.groupHasOthers(process) {
            if !slot.leaderIsGone {
                slot.leaderIsGone = true
                // The leader alone was told, and left without passing it on: those who stay would sit out the deadline.
                if !slot.signalsGroup {
                    for signal in [SIGTERM, SIGCONT] { slot.process?.signal(signal, group: true) }
                }
            }
            return
        }
        guard let number = state.incarnation?.number, let process = slot.process.take() else { return }
        let ending = process.reap()
        slot.maxResidentBytes = ending.maxResidentBytes
        feed(.child(index, .exited(ending.status, from: number)))
    }

    func feed(_ event: FleetEvent) {
        var events = [event]
        while !events.isEmpty {
            let event = events.removeFirst()
            for action in fleet.handle(event, now: MonotonicClock.now()) {
                if let answer = perform(action) { events.append(answer) }
            }
        }
    }
}
