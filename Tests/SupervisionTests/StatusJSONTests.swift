import Foundation
import Reporting
import Testing

@testable import Supervision

@Suite struct `The status as JSON` {
    /// Everything that could be taken for a key, within a string.
    private static let confusing = #"x","report":{"slots":[],"status":"y\"#

    private static let report = WorkerReport(
        worker: "w \(confusing)", activity: .serving, services: ["redis": ServiceReport(.healthy)], done: 3,
        current: [WorkerReport.Job(id: "j", url: confusing, since: 1.5)])

    private static func document(_ slots: [SlotStatus]) -> StatusDocument {
        StatusDocument(
            version: "1", status: .healthy, summary: confusing,
            supervisor: SupervisorStatus(pid: 1, state: "running", uptimeSeconds: 2, notes: [confusing]),
            services: ["redis": ServiceStatus(state: .healthy, reason: confusing)], workers: WorkerCounts(wanted: 2),
            slots: slots, queued: 4, timestamp: 5)
    }

    private static func slot(_ report: WorkerReport?) -> SlotStatus {
        SlotStatus(
            slot: "worker.1", program: confusing, state: "ready", pid: 7, text: confusing,
            deaths: [DeathRecord(at: 1, how: confusing, cause: "exit", uptimeSeconds: 1, lastLines: [confusing])],
            report: report)
    }

    @Test(arguments: [[], [slot(nil)], [slot(report)], [slot(nil), slot(report), slot(nil), slot(report)]])
    func `reads back as the document it was made of`(_ slots: [SlotStatus]) throws {
        let document = Self.document(slots)
        let reports = slots.map { slot in slot.report.map { $0.datagram().dropFirst("X_PULSE_REPORT=".count) } }
        let bytes = try StatusJSON.encode(document, reports: reports.map { $0.map(String.init) })
        #expect(try JSONDecoder().decode(StatusDocument.self, from: Data(bytes)) == document)
    }
}
