package import Indexing
package import JobQueue
package import Logging
package import Reporting
import Synchronization

/// How the three services stand, as this process has found them: by checks, and by the work that used them.
///
/// TEI and Qdrant are watched where they are called, by their breakers; Redis is watched here.
package final class ServiceWatch: Sendable {
    private struct State {
        var redis = ServiceReport(.unknown)
        /// A connection that serves and yet refuses what a job needs: why, and until when no job is tried.
        var refusal: (report: ServiceReport, until: ContinuousClock.Instant)?
        var refusals = ReconnectBackoff()
        /// What was last logged of each, so that a change is logged once.
        var told: [String: ServiceReport] = [:]
        var toldKeywords: String?
    }

    private let indexer: Indexer
    private let log: Logger
    private let consequences: [String: String]
    private let state = Mutex(State())

    /// - Parameter consequences: by service, what its absence means here, in two words for the log.
    package init(indexer: Indexer, log: Logger, consequences: [String: String] = [:]) {
        self.indexer = indexer
        self.log = log
        self.consequences = consequences
    }

    package var reports: [String: ServiceReport] {
        [
            "redis": redisReport,
            "qdrant": Self.report(indexer.qdrant.lastSeen),
            "tei": Self.report(indexer.tei.lastSeen),
        ]
    }

    package var allHealthy: Bool { reports.values.allSatisfy { $0.state == .healthy } }
    package var redisReport: ServiceReport { state.withLock { $0.refusal?.report ?? $0.redis } }
    package var redisServes: Bool { state.withLock { $0.redis.state == .healthy } }
    /// It refused a job a moment ago, and is not to be asked for another yet.
    package var redisRefuses: Bool { state.withLock { $0.refusal.map { .now < $0.until } ?? false } }
    /// Why Redis cannot be asked anything; nil also for one that answers and refuses jobs.
    package var redisSilence: ServiceReport? { state.withLock { $0.redis.state == .unhealthy ? $0.redis : nil } }

    /// The worst of the three decides.
    package var standing: ServiceStanding {
        guard redisServes, !redisRefuses else { return .away }
        switch indexer.admission {
        case .all: return state.withLock { $0.refusal } == nil ? .serving : .probation
        case .one: return .probation
        case .none: return .away
        }
    }

    /// The first service that is not healthy, in one line with what to do.
    package var complaint: String? {
        let reports = reports
        for name in ["redis", "qdrant", "tei"] {
            guard let report = reports[name], report.state != .healthy else { continue }
            return "\(name) \(report.reason ?? "has not answered yet")" + (report.remedy.map { "; \($0)" } ?? "")
        }
        return nil
    }

    package func redisAnswered() {
        state.withLock { $0.redis = ServiceReport(.healthy) }
        tell()
    }

    package func redisFailed(_ error: RedisError) {
        state.withLock { $0.redis = Self.report(error) }
        tell()
    }

    /// Redis did for a job what was asked.
    package func redisServedJob() {
        state.withLock { state in
            (state.redis, state.refusal) = (ServiceReport(.healthy), nil)
            state.refusals.succeeded()
        }
        tell()
    }

    /// Redis failed a job. When it serves others - a right is missing, its memory is full - the signs of life that it takes
    /// meanwhile prove nothing, and the next job is tried after a while only.
    package func redisFailedJob(_ error: RedisError) {
        guard error.cause.isRefusal else { return redisFailed(error) }
        let fraction = Double.random(in: 0..<1)
        state.withLock { state in
            let pause = state.refusals.pause(after: error.cause, fraction: fraction)
            state.refusal = (Self.report(error), .now + pause)
        }
        tell()
    }

    /// Logs each service whose standing changed since the last call.
    package func tell() {
        let reports = reports
        let changed = state.withLock { state in
            let changed = reports.filter { state.told[$0.key] != $0.value }
            for (name, report) in changed { state.told[name] = report }
            return changed.sorted { $0.key < $1.key }
        }
        for (name, report) in changed {
            switch report.state {
            // A reason beside health: a part of it is away, the rest does the work.
            case .healthy: log.notice("\(name) serves\(report.reason.map { "; " + $0 } ?? "")")
            case .unhealthy:
                let consequence = consequences[name] ?? "jobs wait"
                log.warning(
                    "\(name) \(report.reason ?? "fails"); \(consequence)\(report.remedy.map { " -> " + $0 } ?? "")")
            case .unknown: continue
            }
        }
        tellKeywords()
    }

    private func tellKeywords() {
        let complaint = indexer.keywordComplaint
        let isNew = state.withLock { state in
            defer { state.toldKeywords = complaint }
            return state.toldKeywords != complaint
        }
        if isNew, let complaint { log.warning("documents are found by meaning alone, not by words: \(complaint)") }
    }

    private static func report(_ error: RedisError) -> ServiceReport {
        ServiceReport(.unhealthy, reason: "\(error.reason) (\(error.url))", remedy: error.remedy)
    }

    private static func report(_ health: ServiceHealth?) -> ServiceReport {
        guard let health else { return ServiceReport(.unknown) }
        return ServiceReport(health.healthy ? .healthy : .unhealthy, reason: health.reason, remedy: health.remedy)
    }
}
