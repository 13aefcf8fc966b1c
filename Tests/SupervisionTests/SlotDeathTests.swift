import Foundation
import Logging
import Reporting
import Testing

@testable import Supervision

@Suite struct `How a life ended` {
    @Test func `is what the next one hears, though starts failed in between`() throws {
        let folder = "/tmp/slot-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try SlotRecord(pid: 1, startTime: 1).text.write(
            toFile: folder + "/worker.1.lock", atomically: true, encoding: .utf8)
        let program = Program(
            name: Program.worker, kind: .worker, count: 1, command: ["/bin/true"], readiness: .after(.seconds(1)))
        let slot = Slot(name: "worker.1", program: program, folder: folder, log: Logger(label: "test"))
        let report = WorkerReport(
            worker: "w", activity: .serving, services: [:], done: 0, inFlight: 0, queued: nil, current: [])
        #expect(slot.take(report.json(), now: .zero) == true)
        slot.end(how: "killed by SIGKILL (out of memory)", nil)
        slot.end(how: "could not be started: Resource temporarily unavailable", nil)
        #expect(SlotRecord.read(folder + "/worker.1.lock")?.death == "killed by SIGKILL (out of memory)")
    }
}
