import Reporting
import Testing

@testable import Supervision

@Suite struct `Metrics in the documentation` {
    /// With everything that can be told.
    private static let metrics: String = {
        let slot = SlotStatus(
            slot: "worker.1", program: "worker", state: "ready", pid: 7, uptimeSeconds: 1, restarts: 0,
            nextStartSeconds: 1,
            report: WorkerReport(worker: "w", activity: .serving))
        let status = FleetStatus(
            phase: .running, slots: [slot], services: ["redis": ServiceStatus(state: .healthy)],
            workers: WorkerCounts(wanted: 1, ready: 1), queued: 1)
        return FleetMetrics(
            version: "1", startedAt: 1, resident: 1, descriptors: 1, status: status,
            places: [FleetMetrics.Place(status: slot, resident: 1, silence: 1)], wanted: [("worker", 1)],
            counters: FleetCounters(), jobs: JobCounts(),
            front: APICounts(requests: ["POST /api/index": ["2xx": 1]], enqueued: 1), logLinesDropped: 0, operations: 0
        ).text()
    }()

    @Test func `are those of /metrics, with its own words`() throws {
        var kinds: [String: String] = [:]
        var labels: [String: String] = [:]
        var order: [(name: String, help: String)] = []
        for line in Self.metrics.split(separator: "\n") {
            let words = line.split(separator: " ", maxSplits: 3).map(String.init)
            if line.hasPrefix("# HELP ") {
                order.append((words[2], words[3]))
            } else if line.hasPrefix("# TYPE ") {
                kinds[words[2]] = words[3]
            } else if let open = line.firstIndex(of: "{"), labels[String(line[..<open])] == nil {
                let pairs = line[line.index(after: open)...].split(separator: "\",")
                labels[String(line[..<open])] = pairs.map { "`\($0.prefix { $0 != "=" })`" }.joined(separator: ", ")
            }
        }
        let rows = order.map { name, help in
            ["`\(name)`", kinds[name] ?? "", labels[name] ?? "", cell(help)]
        }
        let section = GeneratedSection(document: "docs/operating.md", name: "metrics")
        try section.expect(table(["metric", "kind", "labels", "what it tells"], rows))
    }
}
