/// What the supervisor of this host says, or why it says nothing.
enum SupervisorFacts {
    case pending
    /// Nobody listens on its socket.
    case absent(socket: String, cause: String)
    /// This user may not ask it.
    case forbidden(socket: String, cause: String)
    case silent(socket: String, cause: String)
    case seen(Seen)

    struct Seen {
        struct Report {
            var isHealthy = false
            /// Why not; nil also while nothing is known.
            var complaint: String?
        }

        struct Slot {
            var name: String
            var state: String
            /// How its last process ended, and its last words.
            var death: String
        }

        var socket = ""
        var pid: Int32 = 0
        var summary = ""
        var services: [Dependency: Report] = [:]
        var failing: [Slot] = []
        var workers = 0
        /// Permission bits of its socket.
        var socketMode: UInt32 = 0o660
    }
}

/// Is somebody there who watches over the workers, and may we ask?
enum SupervisorFindings {
    static func of(_ facts: Facts) -> [Finding] {
        switch facts.supervisor {
        case .pending:
            return [
                .broken(
                    .state(.supervisorSilent), "it did not answer in the doctor's time",
                    "its loop is stuck or the machine overloaded: systemctl restart pulse, and keep its log")
            ]
        case .silent(let socket, let cause):
            return [
                .broken(
                    .state(.supervisorSilent), cause, "systemctl restart pulse, and keep its log: journalctl -u pulse",
                    at: socket)
            ]
        case .forbidden(let socket, let cause):
            return [
                .warning(
                    .state(.supervisorForbidden), cause,
                    "run it as root or the service's user, or join its group: usermod -aG pulse $USER", at: socket)
            ]
        case .absent(let socket, let cause): return [absent(socket, cause, facts.unit)]
        case .seen(let seen):
            var findings = [Finding.fine(.state(.supervisorFine), "pid \(seen.pid): \(seen.summary)", at: seen.socket)]
            if seen.socketMode & 0o007 != 0 {
                findings.append(
                    .warning(
                        .state(.supervisorSocketOpen),
                        "everybody on this host may read it (mode 0\(octal(seen.socketMode)))",
                        "chmod 0660 \(seen.socket), or let the supervisor make it anew", at: seen.socket))
            }
            return findings
        }
    }

    private static func absent(_ socket: String, _ cause: String, _ unit: UnitFacts) -> Finding {
        if unit.isInstalled {
            return .broken(
                .state(.supervisorAbsent), "no supervisor runs: \(cause)",
                "systemctl start pulse; if it ends again, journalctl -u pulse -n 50 says why", at: socket)
        }
        return .warning(
            .state(.supervisorAbsent), "no supervisor runs here: \(cause)",
            "start pulse-supervisor, or name its folder by --runtime-dir; on a host without workers this is as it should be",
            at: socket)
    }

    private static func octal(_ mode: UInt32) -> String { String(mode & 0o777, radix: 8) }
}

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
