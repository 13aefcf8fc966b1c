/// How the workers are, by their supervisor and by Redis.
enum WorkerFindings {
    static func of(_ facts: Facts) -> [Finding] {
        failing(facts) + registrations(facts)
    }

    private static func failing(_ facts: Facts) -> [Finding] {
        guard case .seen(let supervisor) = facts.supervisor, let worst = supervisor.failing.first else { return [] }
        let others = supervisor.failing.count > 1 ? " and \(counted(supervisor.failing.count - 1, "more slot"))" : ""
        return [
            .broken(
                .state(.workersFailing), "\(worst.name)\(others): \(worst.state); \(worst.death)",
                "pulsectl status and pulsectl logs \(worst.name) show its last words")
        ]
    }

    private static func registrations(_ facts: Facts) -> [Finding] {
        guard let queue = facts.queue.value else { return [] }
        let stale = queue.workers.filter { !$0.isAlive }
        let living = queue.workers.count - stale.count
        let python = queue.workers.count { $0.isAlive && $0.isPython }
        if let first = stale.max(by: { ($0.silence ?? 0) < ($1.silence ?? 0) }) {
            let silence = first.silence.map { ", silent for \(elapsed($0))" } ?? ""
            return [
                .warning(
                    .state(.workersStale),
                    "\(counted(stale.count, "worker")) of \(queue.workers.count) in the registry \(stale.count == 1 ? "is" : "are") "
                        + "dead: \(first.name)\(silence)",
                    "nothing, if a worker of Pulse's runs: it takes back their jobs and clears the entries within a minute; "
                        + "else start one")
            ]
        }
        let words = living == 0 ? "none is registered" : "\(living) registered, \(python) of them Python's"
        return [.fine(.state(.workersFine), words)]
    }
}
