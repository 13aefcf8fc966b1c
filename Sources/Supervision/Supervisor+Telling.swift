internal import Glibc
internal import Logging
internal import ProcessLog
internal import Reporting

/// What was last told of the fleet as a whole, and when it is told again.
struct Telling {
    /// When the status line is worth computing again; nil = nothing changed.
    var due: Nanoseconds?
    var toldAt: Nanoseconds = 0
    var problems: [String] = []
    var health: Health?
    /// When systemd is asked for more time again, while we start or reload.
    var nextExtension: Nanoseconds?
}

/// What is said to people and to systemd: the log's lines, the status line, news.
extension Supervisor {
    /// How often systemd is asked for more time while we are starting or reloading.
    private static let extensionInterval = Nanoseconds.seconds(10)

    func bury(_ death: Death, _ slot: Slot) {
        let how = "\(death.status)\(slot.obituary.outOfMemory ? " (out of memory)" : "")"
        let uptime = TimeText.of(death.uptime)
        if case .notSpawned = death.status {
            slot.log.error("\(slot.program.command[0]) \(how)\(Self.consequence(death))")
        } else if death.cause.isPlanned {
            slot.log.info("\(how) after \(uptime)\(Self.consequence(death))")
            if death.cause == .memory, death.uptime < 2 * fleet.policy.restart.healthy {
                slot.log.warning(
                    "too large after \(uptime): PULSE_MAX_MEMORY is hardly more than it needs from the start; raise it")
            }
        } else {
            let said = slot.text.map { " (\($0))" } ?? ""
            slot.log.warning("\(how)\(said) after \(uptime)\(Self.consequence(death))")
        }
        let lastLines = slot.output.ring.lastWords(of: death.number)
        slot.lastWords = slot.text ?? lastLines.last
        let record = DeathRecord(
            at: WallClock.now(), how: how, cause: death.cause.rawValue, uptimeSeconds: Double(death.uptime) / 1e9,
            maxResidentBytes: slot.obituary.maxResidentBytes, lastLines: lastLines)
        if case .restart = death.consequence {
            counters.countRestart(of: slot.program.name, death.cause)
            if !death.cause.isPlanned { slot.restarts += 1 }
        }
        if !death.cause.isPlanned {
            slot.diedAt = MonotonicClock.now()
            events.tell(FleetNews(.death, at: record.at, slot: slot.name, death: record))
        }
        let told = how + (slot.obituary.maxResidentBytes.map { ", at most \($0 >> 20) MiB resident" } ?? "")
        slot.end(how: Self.toldToSuccessor(told, death.cause), death.cause.isPlanned ? nil : record)
    }

    /// A planned end accuses nobody: the next incarnation must not count it against the jobs it takes back.
    private static func toldToSuccessor(_ how: String, _ cause: DeathCause) -> String {
        cause.isPlanned ? "\(how), as planned (\(cause.rawValue))" : how
    }

    private static func consequence(_ death: Death) -> String {
        switch death.consequence {
        case .restart where death.cause.isPlanned: "; to be replaced (\(death.cause.rawValue))"
        case .restart(let after): "; restarting in \(after / 1_000_000) ms"
        case .stopped: ""
        case .failed: "; not restarted"
        }
    }

    /// One line: what, which value, why, what to do. It is also what `systemctl status` shows after the end.
    func announce(_ cause: StopCause) {
        let reason = reason(for: cause)
        if let reason {
            log.error("\(reason)")
            manager.conclude(reason)
        } else {
            log.info("stopping")
            manager.say(status(now: MonotonicClock.now()).summary)
        }
        events.tell(news(.stopping, status(now: MonotonicClock.now())))
    }

    private func reason(for cause: StopCause) -> String? {
        switch cause {
        case .asked: return nil
        case .gaveUp(let program):
            let last = slots.filter { $0.program.name == program }.compactMap(\.deaths.last).max { $0.at < $1.at }
            let why = last.map { ": last \($0.how)\($0.lastLines.last.map { " (\($0))" } ?? "")" } ?? ""
            return """
                gave up: \(program) died more often than PULSE_RESTART_LIMIT allows within PULSE_RESTART_WINDOW\(why); its \
                lines in the log say why
                """
        case .unavailable(let index):
            let status = status(now: MonotonicClock.now())
            var why = status.problems
            if why.isEmpty, let index, let words = slots[index].lastWords { why = [words] }
            if why.isEmpty { why = ["\(status.workers.ready)/\(status.workers.wanted) workers became ready"] }
            return """
                not started: \(why.joined(separator: "; ")) (PULSE_STARTUP=fail, PULSE_STARTUP_TIMEOUT=\
                \(TimeText.of(fleet.policy.startupTimeout)); PULSE_STARTUP=wait would wait for it)
                """
        case .configuration(let index, let status):
            let slot = slots[index]
            let words = slot.lastWords.map { ": \($0)" } ?? ""
            return """
                \(slot.name) cannot run: \(slot.program.command.joined(separator: " ")): \(status)\(words); correct its \
                command or settings
                """
        }
    }

    /// Readers of the events hear of each state that a slot comes into, once.
    func tellSlots(changedBy event: FleetEvent, _ actions: [FleetAction]) {
        var touched: Set<Int> = []
        for case .child(let index, _) in actions { touched.insert(index) }
        switch event {
        case .child(let index, _): touched.insert(index)
        // Time, and whoever gives orders, may move every slot.
        case .start, .deadline, .terminate, .restart, .scale, .reload, .reloadRefused: touched = Set(slots.indices)
        }
        for index in touched.sorted() where slots.indices.contains(index) {
            let state = fleet.children[index].state
            let told = Slot.Told(state: state.name, pid: state.incarnation?.pid)
            guard slots[index].told != told else { continue }
            slots[index].told = told
            events.tell(
                FleetNews(.slot, at: WallClock.now(), slot: slots[index].name, state: told.state, pid: told.pid))
        }
    }

    func news(_ kind: FleetNews.Kind, _ status: FleetStatus) -> FleetNews {
        FleetNews(kind, at: WallClock.now(), status: status.health, summary: status.summary)
    }

    // MARK: - The status line

    func extendTimeouts(now: Nanoseconds) {
        var isWaitedFor = fleet.before != nil
        if case .starting = fleet.phase { isWaitedFor = true }
        guard isWaitedFor else {
            telling.nextExtension = nil
            return
        }
        if let due = telling.nextExtension, now < due { return }
        telling.nextExtension = now.adding(Self.extensionInterval)
        manager.extendTimeout(by: 3 * Self.extensionInterval)
    }

    private var isHeard: Bool { manager.isListening || events.hasReaders || alerts.contains(where: \.isOn) }

    func staleness(now: Nanoseconds) -> Nanoseconds? {
        guard isHeard else { return nil }
        return slots.indices.compactMap { staleAt($0) }.filter { $0 > now }.min()
    }

    /// Something changed that the status line may show.
    func touchStatus() {
        if telling.due == nil { telling.due = max(MonotonicClock.now(), telling.toldAt.adding(.seconds(1))) }
    }

    func tellStatus(now: Nanoseconds) {
        let wentStale =
            isHeard && slots.indices.contains { staleAt($0).map { $0 <= now && $0 > telling.toldAt } ?? false }
        guard wentStale || telling.due.map({ now >= $0 }) ?? false else { return }
        telling.due = nil
        telling.toldAt = now
        let status = status(now: now)
        manager.say(status.summary)
        observeForAlerts(status, now: now)
        guard case .running = fleet.phase else { return }
        let problems = status.problems
        guard problems != telling.problems || status.health != telling.health else { return }
        telling.health = status.health
        events.tell(news(.health, status))
        guard problems != telling.problems else { return }
        telling.problems = problems
        if problems.isEmpty { log.info("\(status.summary)") } else { log.warning("\(status.summary)") }
    }
}
