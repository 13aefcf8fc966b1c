import Reporting

extension StatusDocument {
    /// The document in the words of ``StatusTable``.
    var page: StatusTable.Page {
        let ordered = ["redis", "qdrant", "tei"].filter { services[$0] != nil }
        let others = services.keys.filter { !ordered.contains($0) }.sorted()
        return StatusTable.Page(
            headline: "pulse: \(summary)", health: status.rawValue,
            facts:
                "pulse \(version), supervisor pid \(supervisor.pid), \(supervisor.state), up \(elapsed(supervisor.uptimeSeconds))",
            remarks: supervisor.operations.map { "\($0.kind): \($0.detail)\(Self.count($0))" }
                + supervisor.notes.map { "note: \($0)" },
            rows: slots.map(\.row), services: (ordered + others).compactMap { row(ofService: $0) },
            // Without workers nobody asks, and nobody needs to know.
            queue: queued.map { "queue: \($0) \($0 == 1 ? "job" : "jobs") waiting" }
                ?? (workers.wanted == 0 ? "" : "queue: length unknown, no worker reaches redis"))
    }

    private static func count(_ operation: OperationStatus) -> String {
        guard let done = operation.done, let total = operation.total else { return "" }
        return " (\(done)/\(total) done)"
    }

    private func row(ofService name: String) -> StatusTable.Service? {
        services[name].map { service in
            let reporters = service.reporters.map { "(\($0))" }
            return StatusTable.Service(
                name: name, state: service.state.rawValue,
                reason: [service.reason, reporters].compactMap(\.self).joined(separator: " "), remedy: service.remedy)
        }
    }
}

extension SlotStatus {
    fileprivate var row: StatusTable.Row {
        StatusTable.Row(
            slot: slot, pid: pid.map(String.init) ?? "-", state: shownState,
            uptime: uptimeSeconds.map(elapsed) ?? "-", restarts: String(restarts),
            done: shown(\.done), failed: shown(\.failed), job: report?.api.map(Self.told) ?? shownJob,
            trouble: trouble)
    }

    /// A front takes jobs in and does none.
    private func shown(_ count: KeyPath<WorkerReport, Int>) -> String {
        guard let report, report.api == nil else { return "-" }
        return String(report[keyPath: count])
    }

    private static func told(_ api: APICounts) -> String {
        let held = api.held > 0 ? ", \(api.held) held until redis is back" : ""
        let refused = api.refused > 0 ? ", \(api.refused) refused" : ""
        return "\(api.enqueued) \(api.enqueued == 1 ? "job" : "jobs") enqueued\(held)\(refused)"
    }

    /// A ready worker that holds back is shown as waiting: "ready" alone would promise work.
    private var shownState: String {
        if state == "ready", report?.activity == .waiting { return "waiting" }
        if state == "backoff", let next = nextStartSeconds { return "backoff \(elapsed(next.rounded(.up)))" }
        return state
    }

    private var shownJob: String {
        guard let report, let job = report.current.first else { return "" }
        let more = report.inFlight > 1 ? " (+\(report.inFlight - 1) more)" : ""
        return "\(job.id.prefix(8)) \(job.url ?? "")\(more)"
    }

    private var trouble: String {
        guard pid == nil, let death = deaths.last else { return "" }
        return "(\(death.how)\(death.lastLines.last.map { ": \($0)" } ?? ""))"
    }
}
