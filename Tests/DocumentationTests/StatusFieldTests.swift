import Foundation
import Reporting
import Testing

@Suite struct `Status fields in the documentation` {
    /// With every field that there can be.
    private static let document: StatusDocument = {
        let services = ["redis": ServiceReport(.unhealthy, reason: "r", remedy: "r")]
        let report = WorkerReport(
            worker: "w", activity: .serving, services: services, queued: 1,
            current: [WorkerReport.Job(id: "j", url: "u", since: 1)], api: APICounts(requests: ["r": ["2xx": 1]]))
        let death = DeathRecord(at: 1, how: "h", cause: "exit", uptimeSeconds: 1, maxResidentBytes: 1, lastLines: ["l"])
        let slot = SlotStatus(
            slot: "worker.1", program: "worker", state: "ready", pid: 1, uptimeSeconds: 1, restarts: 0,
            nextStartSeconds: 1, text: "t", deaths: [death], report: report)
        let operation = OperationStatus(id: 1, kind: "restart", state: .running, detail: "d", done: 1, total: 1)
        return StatusDocument(
            version: "1", status: .healthy, summary: "s",
            supervisor: SupervisorStatus(
                pid: 1, state: "running", uptimeSeconds: 1, operations: [operation], notes: ["n"]),
            services: ["redis": ServiceStatus(state: .healthy, reason: "r", remedy: "r", reporters: "1/2")],
            workers: WorkerCounts(), slots: [slot], queued: 1, timestamp: 1)
    }()

    @Test func `are those of GET /status, and no other`() throws {
        let json = try JSONSerialization.jsonObject(with: JSONEncoder().encode(Self.document))
        let documented = try GeneratedSection(document: "docs/operating.md", name: "status").namesOfRows()
        let found = Set(Self.paths(json))
        for path in found.subtracting(documented).sorted() {
            Issue.record("docs/operating.md does not tell of \(path)")
        }
        for path in Set(documented).subtracting(found).sorted() { Issue.record("GET /status has no \(path)") }
    }

    /// "services.NAME.state", "slots[].slot"
    private static func paths(_ value: Any, _ path: String = "") -> [String] {
        let keyed = ["services": "NAME", "slots[].report.services": "NAME", "slots[].report.api.requests": "ROUTE"]
        if let list = value as? [Any] {
            return list.first.map { $0 is String ? [path] : paths($0, path + "[]") } ?? []
        }
        guard let object = value as? [String: Any] else { return [path] }
        if let name = keyed[path], let any = object.values.first {
            let below = path + "." + name
            return name == "ROUTE" ? [below + ".CLASS"] : paths(any, below)
        }
        return object.flatMap { paths($0.value, path.isEmpty ? $0.key : "\(path).\($0.key)") }
    }
}
