import Reporting
import Testing

@Suite struct `Worker reports` {
    private func report(jobs: Int, reason: String = "connection refused") -> WorkerReport {
        WorkerReport(
            worker: "pulse-host-worker.1-0123abcd", activity: .waiting,
            services: [
                "redis": ServiceReport(.healthy),
                "qdrant": ServiceReport(.unhealthy, reason: reason, remedy: "start it"),
                "tei": ServiceReport(.unknown),
            ],
            done: 3, inFlight: jobs, queued: 812,
            current: (0..<jobs).map {
                WorkerReport.Job(
                    id: "job-\($0)", url: "https://example.com/\(String(repeating: "a", count: 90))", since: 1)
            })
    }

    @Test func `a report survives the datagram`() throws {
        let original = report(jobs: 2)
        let text = original.datagram()
        #expect(text.hasPrefix("X_PULSE_REPORT={"))
        let message = NotifyMessage.parse(Array(text.utf8))
        #expect(WorkerReport.decode(try #require(message.report)) == original)
    }

    @Test(arguments: [0, 1, 40, 256, 5000])
    func `it fits whatever is in hand, and says what it left out`(jobs: Int) throws {
        let text = report(jobs: jobs).datagram()
        #expect(text.utf8.count <= WorkerReport.datagramLimit)
        let read = try #require(WorkerReport.decode(String(text.dropFirst("X_PULSE_REPORT=".count))))
        #expect(read.current.count + read.unlisted == jobs)
    }

    @Test func `a reason as long as a page is cut`() throws {
        let text = report(jobs: 0, reason: String(repeating: "é", count: 9000)).datagram()
        #expect(text.utf8.count <= WorkerReport.datagramLimit)
        #expect(WorkerReport.decode(String(text.dropFirst("X_PULSE_REPORT=".count))) != nil)
    }

    @Test(arguments: ["", "{}", "[1]", "{\"v\":2}", "null", "{\"v\":1,\"worker\":3}"])
    func `rubbish is no report`(text: String) {
        #expect(WorkerReport.decode(text) == nil)
    }
}
