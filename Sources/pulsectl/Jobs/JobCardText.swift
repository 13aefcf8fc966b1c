import JobQueue
import Reporting

/// One job in the words of ``JobCard``. Whatever producers wrote is made safe to print.
extension JobCard {
    static func forOutput() -> JobCard {
        JobCard(coloured: Terminal.isColoured, width: Terminal.isOutput ? Terminal.size().width : .max)
    }

    func render(_ details: JobDetails, now: Double) -> String { render(Self.page(details, now)) }

    private static func page(_ details: JobDetails, _ now: Double) -> Page {
        let job = details.job
        let status = job.status ?? "gone"
        let reason = job.reason.map { ": " + $0 } ?? ""
        return Page(
            headline: NotifyMessage.printable("\(job.id) \(status)\(reason)"), health: health(status),
            fields: facts(details) + moments(details, now) + company(details), endings: endings(details, now))
    }

    private static func health(_ status: String) -> String {
        switch status {
        case "failed", "stopped": "unhealthy"
        case "canceled", "deferred", "scheduled": "degraded"
        default: "healthy"
        }
    }

    private static func facts(_ details: JobDetails) -> [Field] {
        let job = details.job
        return [
            Field("queue", job.queue + (details.position.map { ", place \($0)" } ?? "")),
            Field("function", details.function), Field("url", job.url ?? ""),
            Field("call", job.description),
            Field("payload", "\(details.payload); \(details.dataSize) bytes compressed"),
            Field("worker", job.worker),
            Field("timeout", timeout(details.timeout)),
            Field("retries left", details.retriesLeft.map { "\($0), after \(details.retryIntervals) s" } ?? ""),
        ].map { Field($0.name, NotifyMessage.printable($0.value)) }
    }

    private static func timeout(_ seconds: Int?) -> String {
        guard let seconds else { return "180s, RQ's default" }
        return seconds < 0 ? "none" : elapsed(Double(seconds))
    }

    private static func moments(_ details: JobDetails, _ now: Double) -> [Field] {
        let job = details.job
        let due = job.status == "scheduled" ? job.score.flatMap(JobJSON.text) ?? "" : ""
        return [
            ("created", job.createdAt), ("enqueued", job.enqueuedAt), ("started", job.startedAt),
            ("last seen", details.lastHeartbeat), ("ended", job.endedAt), ("run time", due),
        ].map { Field($0, moment($1, now)) } + [
            Field("expires", details.expiresIn.map { "in \(elapsed($0))" } ?? "")
        ]
    }

    /// RQ's text without the fraction of a second, and how long ago that is.
    private static func moment(_ text: String, _ now: Double) -> String {
        guard let seconds = Timestamp.seconds(of: text) else { return NotifyMessage.printable(text) }
        let distance = seconds > now ? "in \(elapsed(seconds - now))" : "\(elapsed(now - seconds)) ago"
        return "\(text.prefix(19))Z (\(distance))"
    }

    private static func company(_ details: JobDetails) -> [Field] {
        func list(_ jobs: [JobDetails.Relative], _ name: String, of count: Int) -> [Field] {
            let lines = jobs.map { NotifyMessage.printable("\($0.id) \($0.status ?? "gone")") }
            let more = count > jobs.count ? ["and \(count - jobs.count) more"] : []
            return (lines + more).enumerated().map { Field($0 == 0 ? name : "", $1) }
        }
        let log = details.crashLog.map { NotifyMessage.printable($0) }
        return list(details.dependencies, "waits for", of: details.dependencies.count)
            + list(details.dependents, "awaited by", of: details.dependentCount)
            + (details.crashes == 0 ? [] : [Field("crashes", "\(details.crashes): workers died while they ran it")])
            + log.map { Field("", $0) }
    }

    private static func endings(_ details: JobDetails, _ now: Double) -> [Ending] {
        details.results.map { result in
            let worker = result.worker.isEmpty ? "" : " by \(result.worker)"
            let when = JobJSON.text(result.at).map { " " + moment($0, now) } ?? ""
            let text = result.text.isEmpty && result.kind == .successful ? "None" : result.text
            return Ending(
                headline: NotifyMessage.printable("\(result.kind?.name ?? "ended")\(when)\(worker)"),
                text: text.isEmpty
                    ? []
                    : ExceptionText.cut(text, lines: 25, scalars: 400).split(
                        omittingEmptySubsequences: false, whereSeparator: \.isNewline
                    ).map { NotifyMessage.printable(String($0)) })
        }
    }
}
