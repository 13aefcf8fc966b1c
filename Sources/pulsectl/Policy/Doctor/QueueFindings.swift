/// Do jobs move, and why did those fail that did?
enum QueueFindings {
    /// Seconds; who waits longer has been overtaken by what comes in.
    private static let longWait = 900.0
    /// Seconds; a worker that lives takes a job long before.
    private static let unservedWait = 10.0

    static func of(_ facts: Facts) -> [Finding] {
        // Where Redis does not serve, that says it all.
        guard facts.redis.sight.value != nil else { return [] }
        let queue: QueueFacts
        switch facts.queue {
        case .seen(let seen): queue = seen
        case .trouble(let trouble):
            let remedy = trouble.remedy ?? "look at Redis's log"
            return [
                .broken(
                    trouble.id, "the queues cannot be read: \(trouble.reason)", remedy, at: facts.redis.address.shown)
            ]
        case .pending:
            let cause = "the queues were not read within the doctor's 10 s"
            return [
                .broken(
                    .reach(.redis, .unfinished), cause, "look at Redis's load and its slowlog",
                    at: facts.redis.address.shown)
            ]
        }
        let problems = standing(queue)
        let standing =
            problems.isEmpty ? [.fine(.state(.queueFine), queue.queues.map(words).joined(separator: "; "))] : problems
        return standing + failures(queue)
    }

    private static func standing(_ queue: QueueFacts) -> [Finding] {
        if queue.isSuspended {
            return [
                .warning(
                    .state(.queueSuspended), "all queues of this Redis are paused: no worker takes a job",
                    "pulsectl resume (or rq resume), when whoever paused them is done")
            ]
        }
        return queue.queues.compactMap { one in
            guard one.queued > 0 else { return nil }
            let served = queue.workers.filter { $0.isAlive && $0.queues.contains(one.name) }
            // Of those that no worker has cleared away the age may be gone with the job.
            let age = one.oldestAge ?? .infinity
            if age > unservedWait, served.allSatisfy(\.isInert) { return unserved(one, served) }
            guard age.isFinite, age > longWait else { return nil }
            return .warning(
                .state(.queueBacklog), "\(words(one)), served by \(served.count)",
                "if all services are well, more workers (pulsectl scale worker=N) or more TEI servers; pulsectl top shows "
                    + "whether they work")
        }
    }

    /// Nobody is there, or nobody but names: what is left of RQ workers whose threads are dead.
    private static func unserved(_ queue: QueueFacts.Queue, _ registered: [QueueFacts.Worker]) -> Finding {
        guard let first = registered.first else {
            return .broken(
                .state(.queueUnserved), "\(words(queue)), and no living worker serves it",
                "start Pulse, or have its PULSE_QUEUES name \(queue.name)")
        }
        let silence = first.silence.map { ", last heard of \(elapsed($0)) ago" } ?? ""
        let others = registered.count > 1 ? " and \(registered.count - 1) more" : ""
        return .broken(
            .state(.queueUnserved),
            "\(words(queue)), and who is registered for it takes nothing: Python's \(first.name) (\(first.state)\(silence))\(others)",
            "look at that worker's log. An RQ worker in a thread of another process dies at once (ValueError: signal only works "
                + "in main thread) and leaves its name: it needs a process of its own, or Pulse's workers in its place")
    }

    private static func failures(_ queue: QueueFacts) -> [Finding] {
        let groups = FailureGroup.of(queue.failed)
        let total = queue.queues.reduce(0) { $0 + $1.failed }
        guard total > 0 else { return [] }
        var findings = groups.compactMap(named)
        let others = groups.filter { $0.kind == .other }
        if !others.isEmpty || findings.isEmpty {
            let reasons = others.prefix(3).map { "\($0.count) x \($0.reason) - by \($0.workersText)" }
            let count = others.reduce(0) { $0 + $1.count }
            let listed = queue.failed.count < total ? " (the newest \(queue.failed.count) were looked at)" : ""
            findings.append(
                .warning(
                    .state(.queueFailures),
                    "\(count) of \(total) failed jobs\(listed): \(reasons.joined(separator: "; "))",
                    "pulsectl jobs failed shows each, jobs show ID why; then pulsectl jobs requeue --all-failed"))
        }
        return findings
    }

    /// What the replaced product's workers die of, by its name.
    private static func named(_ group: FailureGroup) -> Finding? {
        let cause = "\(counted(group.count, "job")) failed in Python: \(group.reason) - by \(group.workersText)"
        switch group.kind {
        case .other: return nil
        case .pythonImport:
            return .warning(
                .state(.pythonImports), cause,
                "that worker's Python lacks the module: start it where the product is installed (PYTHONPATH, its virtualenv), "
                    + "or stop it and let Pulse serve the queue; then pulsectl jobs requeue --all-failed")
        case .pythonAttribute:
            return .warning(
                .state(.pythonAttributes), cause,
                "that worker runs another version of the product than whoever enqueues: deploy both alike, "
                    + "or stop it and let Pulse serve the queue; then pulsectl jobs requeue --all-failed")
        case .pythonSignal:
            return .warning(
                .state(.pythonSignals), cause,
                "RQ's worker runs in a thread, where Python allows no signal handlers: it needs a process of its own. "
                    + "Pulse's workers have one; then pulsectl jobs requeue --all-failed")
        }
    }

    private static func words(_ queue: QueueFacts.Queue) -> String {
        let age = queue.oldestAge.map { ", the oldest for \(elapsed($0))" } ?? ""
        return
            "\(queue.name): \(queue.queued) waiting\(queue.queued > 0 ? age : ""), \(queue.started) running, \(queue.failed) failed"
    }
}

/// "1 job", "2 jobs"
func counted(_ count: Int, _ what: String) -> String { "\(count) \(what)\(count == 1 ? "" : "s")" }
