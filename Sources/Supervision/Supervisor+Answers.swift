internal import Glibc
internal import HTTPServing
internal import ProcessLog
internal import Reporting

/// What is known, as the status socket tells it.
extension Supervisor {
    func answers() -> StatusRouter.Answers {
        StatusRouter.Answers(
            status: { [unowned self] in status(now: MonotonicClock.now()) },
            document: { [unowned self] in document(now: MonotonicClock.now()) },
            reports: { [unowned self] in visibleSlots.map { slots[$0].reportJSON } },
            metrics: { [unowned self] in metrics(now: MonotonicClock.now()).text() },
            events: { [unowned self] in events.open(first: news(.hello, status(now: MonotonicClock.now()))) },
            logs: { [unowned self] in openLog(slot: $0, lines: $1, follow: $2) },
            operation: { [unowned self] id in operations.entry(id).map { _ in told(id) } },
            order: { [unowned self] in obey($0) })
    }

    /// Slots that somebody may care about: the wanted ones, and those on their way out.
    var visibleSlots: [Int] {
        slots.indices.filter { fleet.places[$0].isWanted || !fleet.children[$0].state.isDown }
    }

    /// When a ready worker's last word becomes too old to be believed.
    func staleAt(_ index: Int) -> Nanoseconds? {
        guard slots[index].program.isOurs, let readyAt = fleet.children[index].state.incarnation?.readyAt else {
            return nil
        }
        let heard = slots[index].report == nil ? readyAt : slots[index].reportedAt
        return heard.adding(3 * inForce.reportInterval)
    }

    func status(now: Nanoseconds) -> FleetStatus {
        var words: [ServiceBoard.Word] = []
        var counts = WorkerCounts()
        var queued: (at: Nanoseconds, count: Int)?
        var frontWords: [ServiceBoard.Word] = []
        for index in visibleSlots where slots[index].program.isOurs {
            let slot = slots[index]
            let isStale = staleAt(index).map { now >= $0 } ?? false
            let report = isStale ? nil : slot.report
            if let count = report?.queued, slot.reportedAt >= queued?.at ?? 0 { queued = (slot.reportedAt, count) }
            let word = isStale || report != nil ? [ServiceBoard.Word(report: report)] : []
            guard slot.program.isWorker else {
                frontWords += word
                continue
            }
            words += word
            counts.add(
                fleet.children[index].state, isWanted: fleet.places[index].isWanted, activity: report?.activity)
        }
        // Whoever works knows best; what the front sees beside it makes nothing better or worse.
        let isFrontAlone = counts.wanted == 0 && configuration.front != nil
        return FleetStatus(
            phase: fleet.phase, slots: visibleSlots.map { slotStatus($0, now: now) },
            services: counts.wanted > 0
                ? ServiceBoard.judge(words) : isFrontAlone ? ServiceBoard.judge(frontWords) : [:],
            workers: counts, isFrontAlone: isFrontAlone, queued: queued?.count)
    }

    func document(now: Nanoseconds) -> StatusDocument {
        let status = status(now: now)
        return StatusDocument(
            version: configuration.version, status: status.health, summary: status.summary,
            supervisor: SupervisorStatus(
                pid: getpid(), state: status.supervisorState, uptimeSeconds: Double(now.since(startedAt)) / 1e9,
                operations: operations.running.map { told($0.id) }, notes: notes),
            services: status.services, workers: status.workers, slots: status.slots, queued: status.queued,
            timestamp: WallClock.now())
    }

    private func slotStatus(_ index: Int, now: Nanoseconds) -> SlotStatus {
        let slot = slots[index]
        let state = fleet.children[index].state
        var next: Double?
        if case .backoff(let until) = state { next = Double(until.since(now)) / 1e9 }
        return SlotStatus(
            slot: slot.name, program: slot.program.name, state: state.name, pid: state.incarnation?.pid,
            uptimeSeconds: state.incarnation.map { Double(now.since($0.startedAt)) / 1e9 },
            restarts: slot.restarts, nextStartSeconds: next, text: slot.text, deaths: slot.deaths,
            report: slot.report)
    }

    private func metrics(now: Nanoseconds) -> FleetMetrics {
        let status = status(now: now)
        let places = zip(visibleSlots, status.slots).map { index, status in
            FleetMetrics.Place(
                status: status, resident: (slots[index].process?.pid).flatMap(ProcFS.residentBytes),
                silence: fleet.children[index].program.watchdog == nil
                    ? nil : slots[index].heardAt.map { Double(now.since($0)) / 1e9 })
        }
        return FleetMetrics(
            version: configuration.version, startedAt: startedAtWall, resident: ProcFS.residentBytes(of: getpid()),
            descriptors: ProcFS.ownDescriptors(), status: status, places: places,
            wanted: configuration.programs.indices.map {
                (configuration.programs[$0].name, fleet.wantedSlots(of: $0).count)
            },
            counters: counters,
            jobs: slots.reduce(into: JobCounts()) { sum, slot in
                guard slot.program.isWorker else { return }
                sum.done += slot.jobs.done
                sum.failed += slot.jobs.failed
                sum.retried += slot.jobs.retried
            },
            front: configuration.front == nil
                ? nil : slots.filter { $0.program.kind == .api }.reduce(APICounts()) { $0.adding($1.api) },
            logLinesDropped: configuration.sink.dropped, operations: operations.running.count)
    }

    private func openLog(slot: String?, lines: Int, follow: Bool) -> Result<HTTPStream, StatusRouter.Refusal> {
        if let slot, !slots.contains(where: { $0.name == slot }) {
            return .failure(StatusRouter.Refusal(status: 404, text: unknownSlot(slot)))
        }
        let past = slots.filter { slot == nil || $0.name == slot }.flatMap { slot in
            slot.output.ring.lines.map { LogRecord(slot: slot.name, $0) }
        }.sorted { $0.at < $1.at }
        return .success(logs.open(slot: slot, past: Array(past.suffix(lines)), follow: follow))
    }
}

extension WorkerCounts {
    fileprivate mutating func add(_ state: ChildState, isWanted: Bool, activity: WorkerReport.Activity?) {
        if isWanted { wanted += 1 }
        switch state {
        case .pending, .spawning, .occupied, .starting: starting += 1
        case .ready:
            ready += 1
            if activity == .waiting { waiting += 1 }
        case .draining, .aborting, .killing: draining += 1
        case .backoff: backoff += 1
        case .stopped: break
        case .failed: failed += 1
        }
    }
}
