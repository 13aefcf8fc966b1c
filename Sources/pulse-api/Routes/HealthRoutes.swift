import Glibc
import HTTPServing
import JobQueue
import Reporting
import ServiceWatching
import SupervisedProcess

/// `GET /health`, `/livez` and `/readyz`.
struct HealthRoutes: Sendable {
    let services: ServiceWatch
    let stop: StopRequest

    /// An outage of a service is not ours: whoever restarts us for it helps nobody, so it is no error of this answer.
    func health() -> HTTPResponse {
        let isStopping = stop.reason != nil
        let reports = services.reports
        let words = ["redis", "qdrant", "tei"].map { JSONValue.Member($0, .string(Self.word(reports[$0]))) }
        let status = isStopping ? "unhealthy" : services.allHealthy ? "healthy" : "degraded"
        return .json(
            isStopping ? 503 : 200,
            ["services": .object(words), "status": .string(status), "timestamp": .string(Self.now())])
    }

    /// As long as anything is answered.
    func livez() -> HTTPResponse { .json(200, ["status": "alive"]) }

    /// Depends on Redis alone: without TEI or Qdrant documents are still taken.
    func readyz() -> HTTPResponse {
        if stop.reason != nil { return .unavailable("stopping") }
        guard services.redisServes else { return .unavailable("redis \(Self.word(services.redisReport))") }
        return .json(200, ["status": "ready"])
    }

    /// The answer while Redis is known to be away: were it asked all the same, whoever asks would wait for each other's
    /// time-outs.
    var redisAway: HTTPResponse? {
        guard let report = services.redisSilence else { return nil }
        return .unavailable("Queue unavailable: redis \(PublicReason.text(report.reason ?? "fails"))")
    }

    private static func word(_ report: ServiceReport?) -> String {
        guard let report, report.state != .healthy else {
            return report == nil ? "unhealthy: not asked yet" : "healthy"
        }
        return "unhealthy: " + (report.reason.map(PublicReason.text) ?? "has not answered yet")
    }

    private static func now() -> String {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp.text(seconds: time.tv_sec, microseconds: time.tv_nsec / 1000)
    }
}
