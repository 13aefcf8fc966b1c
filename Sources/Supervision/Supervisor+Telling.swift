internal import Glibc
internal import Logging
internal import Reporting

/// What is said to people: the log's lines and the status.
extension Supervisor {
    func bury(_ death: Death, _ slot: Slot) {
        let program = slot.program.command[0]
        if case .notSpawned = death.status {
            slot.log.error("\(program) \(death.status)\(Self.consequence(death))")
        } else if death.consequence == .stopped {
            slot.log.info("\(death.status) after \(Self.seconds(death.uptime))")
        } else {
            let said = slot.text.map { " (\($0))" } ?? ""
            slot.log.warning("\(death.status)\(said) after \(Self.seconds(death.uptime))\(Self.consequence(death))")
        }
        slot.lastWords = slot.text
        slot.end(
            DeathRecord(
                at: MonotonicClock.wall(), how: "\(death.status)", uptimeSeconds: Double(death.uptime) / 1e9,
                maxResidentBytes: slot.maxResidentBytes))
        slot.maxResidentBytes = nil
    }

    /// One line: what, which value, why, what to do.
    func announce(_ cause: StopCause) {
        switch cause {
        case .asked: log.info("stopping")
        case .gaveUp(let program):
            log.error(
                """
                gave up: \(program) died more often than PULSE_RESTART_LIMIT allows within PULSE_RESTART_WINDOW; its lines \
                above say why
                """)
        case .unavailable(let index):
            let status = status(now: MonotonicClock.now())
            var why = status.problems
            if why.isEmpty, let index, let words = slots[index].lastWords { why = [words] }
            if why.isEmpty { why = ["\(status.workers.ready)/\(status.workers.wanted) workers became ready"] }
            log.error(
                """
                not started: \(why.joined(separator: "; ")) (PULSE_STARTUP=fail, PULSE_STARTUP_TIMEOUT=\
                \(Self.seconds(configuration.policy.startupTimeout)); PULSE_STARTUP=wait would wait for it)
                """)
        case .configuration(let index, let status):
            let slot = slots[index]
            let words = slot.lastWords.map { ": \($0)" } ?? ""
            log.error(
                """
                \(slot.name) cannot run: \(slot.program.command.joined(separator: " ")): \(status)\(words); correct its \
                command or settings
                """)
        }
    }

    /// When a ready worker's last word becomes too old to be believed.
    func staleAt(_ index: Int) -> Nanoseconds? {
        guard slots[index].program.isWorker, let readyAt = fleet.children[index].state.incarnation?.readyAt else {
            return nil
        }
        let heard = slots[index].report == nil ? readyAt : slots[index].reportedAt
        return heard.adding(3 * configuration.reportInterval)
    }

    func status(now: Nanoseconds) -> FleetStatus {
        var words: [ServiceBoard.Word] = []
        var counts = WorkerCounts()
        var queued: (at: Nanoseconds, count: Int)?
        for (index, slot) in slots.enumerated() where slot.program.isWorker {
            let isStale = staleAt(index).map { now >= $0 } ?? false
            let report = isStale ? nil : slot.report
            if isStale || report != nil { words.append(ServiceBoard.Word(report: report)) }
            if let count = report?.queued, slot.reportedAt >= queued?.at ?? 0 { queued = (slot.reportedAt, count) }
            counts.add(fleet.children[index].state, activity: report?.activity)
        }
        return FleetStatus(
            phase: fleet.phase, slots: slots.indices.map { slotStatus($0, now: now) },
            services: counts.wanted > 0 ? ServiceBoard.judge(words) : [:], workers: counts, queued: queued?.count)
    }

    func document(now: Nanoseconds) -> StatusDocument {
        let status = status(now: now)
        return StatusDocument(
            version: configuration.version, status: status.health, summary: status.summary,
            supervisor: SupervisorStatus(
                pid: getpid(), state: status.supervisorState, uptimeSeconds: Double(now.since(startedAt)) / 1e9),
            services: status.services, workers: status.workers, slots: status.slots, queued: status.queued,
            timestamp: MonotonicClock.wall())
    }

    private func slotStatus(_ index: Int, now: Nanoseconds) -> SlotStatus {
        let slot = slots[index]
        let state = fleet.children[index].state
        var next: Double?
        if case .backoff(let until) = state { next = Double(until.since(now)) / 1e9 }
        return SlotStatus(
            slot: slot.name, program: slot.program.name, state: state.name, pid: state.incarnation?.pid,
            uptimeSeconds: state.incarnation.map { Double(now.since($0.startedAt)) / 1e9 },
            restarts: max(0, slot.spawns - 1), nextStartSeconds: next, text: slot.text, deaths: slot.deaths,
            report: slot.report)
    }

    static func age(_ state: ChildState) -> String {
        guard let life = state.incarnation, let readyAt = life.readyAt else { return "?" }
        return seconds(readyAt.since(life.startedAt))
    }

    private static func consequence(_ death: Death) -> String {
        switch death.consequence {
        case .restart(let after): "; restarting in \(after / 1_000_000) ms"
        case .stopped: ""
        case .failed: "; not restarted"
        }
    }

    /// "12.3 s", "45 ms"
    private static func seconds(_ time: Nanoseconds) -> String {
        if time < .seconds(1) { return "\(time / 1_000_000) ms" }
        let tenths = time / 100_000_000
        return tenths % 10 == 0 ? "\(tenths / 10) s" : "\(tenths / 10).\(tenths % 10) s"
    }
}

extension WorkerCounts {
    fileprivate mutating func add(_ state: ChildState, activity: WorkerReport.Activity?) {
        wanted += 1
        switch state {
        case .pending, .spawning, .occupied, .starting: starting += 1
        case .ready:
            ready += 1
            if activity == .waiting { waiting += 1 }
        case .draining, .aborting, .killing: draining += 1
        case .backoff: backoff += 1
        case .stopped: wanted += 0
        case .failed: failed += 1
        }
    }
}
