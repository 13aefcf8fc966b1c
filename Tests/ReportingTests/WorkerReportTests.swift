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

    @Test func `an API's counts survive the datagram, and lives add up`() throws {
        let counts = APICounts(
            requests: ["POST /api/index": ["2xx": 5, "4xx": 1], "other": ["4xx": 2]], enqueued: 5, held: 2, refused: 1)
        let original = WorkerReport(worker: "api.1", activity: .serving, api: counts)
        let text = original.datagram()
        #expect(WorkerReport.decode(String(text.dropFirst("X_PULSE_REPORT=".count))) == original)
        let later = APICounts(requests: ["POST /api/index": ["2xx": 2, "5xx": 1]], enqueued: 2)
        let sum = counts.adding(later)
        #expect(sum.requests == ["POST /api/index": ["2xx": 7, "4xx": 1, "5xx": 1], "other": ["4xx": 2]])
        #expect(sum.enqueued == 7 && sum.held == 0 && sum.refused == 1)
    }

    @Test(arguments: [
        #"{"requests":{"a":{"2xx":-1}},"enqueued":0,"held":0,"refused":0}"#,
        #"{"requests":{"a":{"200":1}},"enqueued":0,"held":0,"refused":0}"#,
        #"{"requests":{},"enqueued":9223372036854775807,"held":0,"refused":0}"#,
        #"{"requests":{},"enqueued":0,"held":-1,"refused":0}"#, #"{"requests":[],"enqueued":0,"held":0,"refused":0}"#,
    ])
    func `counts that no API has are no report`(api: String) {
        let json =
            #"{"v":1,"worker":"w","activity":"serving","services":{},"done":0,"failed":0,"retried":0,"in_flight":0,"#
            + #""current":[],"unlisted":0,"api":\#(api)}"#
        #expect(WorkerReport.decode(json) == nil)
    }

    @Test func `an API with endless reasons still fits, without its routes`() {
        let long = String(repeating: "x", count: 3_000)
        let many = (0..<60).reduce(into: [String: [String: Int]]()) {
            $0["GET /api/\($1)/\(long.prefix(40))"] = ["2xx": $1]
        }
        let report = WorkerReport(
            worker: "api.1", activity: .serving, services: ["tei": ServiceReport(.unhealthy, reason: long)],
            api: APICounts(requests: many, enqueued: 3))
        let text = report.datagram()
        #expect(text.utf8.count <= WorkerReport.datagramLimit && text.contains(#""enqueued":3"#))
    }
}
