import FoundationEssentials

extension WorkerReport {
    /// The longest datagram that systemd takes; it drops longer ones whole.
    public static let datagramLimit = 4096

    /// The message `X_PULSE_REPORT=...`, cut so that it fits into one datagram: jobs are left out (and counted) first, then
    /// remedies, then what is long in reasons, then the API's routes.
    public func datagram() -> String {
        var report = self
        while true {
            let text = "X_PULSE_REPORT=" + report.json()
            if text.utf8.count <= Self.datagramLimit { return text }
            if !report.current.isEmpty {
                let keep = report.current.count / 2
                report.unlisted += report.current.count - keep
                report.current.removeLast(report.current.count - keep)
            } else if report.services.values.contains(where: { $0.remedy != nil }) {
                report.services = report.services.mapValues { ServiceReport($0.state, reason: $0.reason) }
            } else {
                report.services = report.services.mapValues { service in
                    ServiceReport(service.state, reason: service.reason.map { String($0.prefix(200)) })
                }
                let text = "X_PULSE_REPORT=" + report.json()
                guard text.utf8.count > Self.datagramLimit, report.api != nil else { return text }
                report.api?.requests = [:]
                return "X_PULSE_REPORT=" + report.json()
            }
        }
    }

    /// Whoever sent it may have sent anything: texts come out printable, and numbers can be summed up.
    /// - Returns: nil unless the text is a report of a version we know, with counts that can be.
    public static func decode(_ json: String) -> WorkerReport? {
        guard var report = try? JSONDecoder().decode(WorkerReport.self, from: Data(json.utf8)), report.version == 1,
            report.counts.allSatisfy({ (0...mostCounted).contains($0) })
        else {
            return nil
        }
        if let api = report.api {
            guard let checked = api.checked else { return nil }
            report.api = checked
        }
        report.worker = NotifyMessage.printable(report.worker)
        report.services = report.services.reduce(into: [:]) { services, entry in
            let service = ServiceReport(
                entry.value.state, reason: entry.value.reason.map(NotifyMessage.printable),
                remedy: entry.value.remedy.map(NotifyMessage.printable))
            services[String(NotifyMessage.printable(entry.key).prefix(longestName))] = service
        }
        report.current = report.current.map { job in
            Job(id: NotifyMessage.printable(job.id), url: job.url.map(NotifyMessage.printable), since: job.since)
        }
        return report
    }

    /// Of a service.
    private static let longestName = 40

    /// No worker counts so far, and sums of them still fit into an integer.
    static let mostCounted = 1 << 40

    private var counts: [Int] { [done, failed, retried, inFlight, unlisted, queued ?? 0] }

    /// One line.
    public func json() -> String {
        guard let bytes = try? JSONLine.text(self) else { return "{}" }
        return String(decoding: bytes, as: UTF8.self)
    }
}
