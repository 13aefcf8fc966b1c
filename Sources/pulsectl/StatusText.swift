import Reporting

extension StatusDocument {
    /// The document in the words of ``StatusTable``.
    func text(table: StatusTable) -> String {
        let rows = slots.map { slot in
            StatusTable.Row(
                slot: slot.slot, pid: slot.pid.map(String.init) ?? "-", state: shownState(of: slot),
                uptime: slot.uptimeSeconds.map(elapsed) ?? "-", restarts: String(slot.restarts),
                done: slot.report.map { String($0.done) } ?? "-", failed: slot.report.map { String($0.failed) } ?? "-",
                job: shownJob(of: slot))
        }
        let ordered = ["redis", "qdrant", "tei"].filter { services[$0] != nil }
        let others = services.keys.filter { !ordered.contains($0) }.sorted()
        let shown = (ordered + others).compactMap { name in
            services[name].map { service in
                StatusTable.Service(
                    name: name, state: service.state.rawValue,
                    reason: [service.reason, service.reporters.map { "(\($0))" }].compactMap { $0 }.joined(
                        separator: " "),
                    remedy: service.remedy)
            }
        }
        return table.render(
            headline: "pulse: \(summary)", health: status.rawValue,
            facts:
                "pulse \(version), supervisor pid \(supervisor.pid), \(supervisor.state), up \(elapsed(supervisor.uptimeSeconds))",
            rows: rows, services: shown,
            queue: queued.map { "queue: \($0) \($0 == 1 ? "job" : "jobs") waiting" }
                ?? "queue: length unknown, no worker reaches redis")
    }

    /// A ready worker that holds back is shown as waiting: "ready" alone would promise work.
    private func shownState(of slot: SlotStatus) -> String {
        if slot.state == "ready", slot.report?.activity == .waiting { return "waiting" }
        if slot.state == "backoff", let next = slot.nextStartSeconds { return "backoff \(elapsed(next.rounded(.up)))" }
        return slot.state
    }

    private func shownJob(of slot: SlotStatus) -> String {
        guard let report = slot.report, let job = report.current.first else {
            if slot.state == "backoff" || slot.state == "failed", let death = slot.deaths.last {
                return "(\(death.how))"
            }
            return ""
        }
        let more = report.inFlight > 1 ? " (+\(report.inFlight - 1) more)" : ""
        return "\(job.id.prefix(8)) \(job.url ?? "")\(more)"
    }
}
