import Reporting
import Testing

@testable import pulsectl

@Suite struct `Status as a table` {
    private var document: StatusDocument {
        let job = WorkerReport.Job(id: "6c1e0a52-1111-2222-3333-444455556666", url: "https://example.com/a", since: 1)
        return StatusDocument(
            version: "0.1.0", status: .degraded,
            summary:
                "degraded: qdrant connection refused (http://127.0.0.1:6333); 1/2 workers waiting, 812 jobs queued",
            supervisor: SupervisorStatus(pid: 100, state: "running", uptimeSeconds: 192),
            services: [
                "redis": ServiceStatus(state: .healthy),
                "qdrant": ServiceStatus(
                    state: .unhealthy, reason: "connection refused (http://127.0.0.1:6333)", remedy: "start Qdrant",
                    reporters: "1/2 workers"),
                "tei": ServiceStatus(state: .healthy),
            ],
            workers: WorkerCounts(wanted: 2, ready: 1, waiting: 1),
            slots: [
                SlotStatus(
                    slot: "worker.1", program: "worker", state: "ready", pid: 2211, uptimeSeconds: 192, restarts: 0,
                    report: WorkerReport(
                        worker: "w", activity: .serving, done: 120, failed: 2, inFlight: 3, current: [job])),
                SlotStatus(
                    slot: "worker.2", program: "worker", state: "ready", pid: 2212, uptimeSeconds: 4, restarts: 3,
                    report: WorkerReport(worker: "w", activity: .waiting)),
                SlotStatus(
                    slot: "worker.3", program: "worker", state: "backoff", restarts: 7, nextStartSeconds: 2.4,
                    deaths: [DeathRecord(at: 1, how: "killed by SIGSEGV", cause: "exit", uptimeSeconds: 1)]),
            ], queued: 812, timestamp: 1)
    }

    @Test func `it says what is wrong first, and who does what`() {
        let text = StatusTable(coloured: false, width: 120).render(document.page)
        let expected = """
            pulse: degraded: qdrant connection refused (http://127.0.0.1:6333); 1/2 workers waiting, 812 jobs queued
            pulse 0.1.0, supervisor pid 100, running, up 3m12s

            SLOT       PID  STATE       UPTIME  RESTARTS  DONE  FAILED  CURRENT JOB
            worker.1  2211  ready        3m12s         0   120       2  6c1e0a52 https://example.com/a (+2 more)
            worker.2  2212  waiting         4s         3     0       0
            worker.3     -  backoff 3s       -         7     -       -  (killed by SIGSEGV)

            SERVICE  STATE      REASON
            redis    healthy
            qdrant   unhealthy  connection refused (http://127.0.0.1:6333) (1/2 workers)
                                -> start Qdrant
            tei      healthy

            queue: 812 jobs waiting
            """
        #expect(text == expected)
    }

    @Test func `no line is wider than the terminal`() {
        let text = StatusTable(coloured: false, width: 60).render(document.page)
        #expect(text.split(separator: "\n").allSatisfy { $0.count <= 60 })
    }

    @Test func `what is wrong is never cut: it goes on in the next line`() {
        var page = document.page
        page.rows[2].trouble = "(exit 3: cannot open the model's file)"
        let text = StatusTable(coloured: false, width: 72).render(page)
        #expect(text.contains("812 jobs queued"))
        #expect(text.contains("\n  -> (exit 3: cannot open the model's file)\n"))
    }

    @Test(arguments: [
        (
            60,
            """
            qdrant   unhealthy  no complete answer in time
                                (http://127.0.0.1:6333/collections/a)
                                -> it accepts connections but does not
                                   answer: look at its load and its log
            """
        ),
        (
            36,
            """
            qdrant   unhealthy  no complete
                answer in time
                (http://127.0.0.1:6333/collectio
                ns/a)
                -> it accepts connections but
                   does not answer: look at its
                   load and its log
            """
        ),
    ])
    func `a service's reason and remedy go on below themselves`(width: Int, expected: String) {
        var page = document.page
        page.services = [
            StatusTable.Service(
                name: "qdrant", state: "unhealthy",
                reason: "no complete answer in time (http://127.0.0.1:6333/collections/a)",
                remedy: "it accepts connections but does not answer: look at its load and its log")
        ]
        #expect(StatusTable(coloured: false, width: width).render(page).contains(expected))
    }

    @Test(arguments: [20, 24, 50]) func `a small screen shows those that need attention first, and the services`(
        height: Int
    ) {
        var page = document.page
        let trouble = page.rows[2]
        page.rows = (1...60).map { _ in page.rows[1] }
        page.rows[57] = trouble
        let lines = StatusTable(coloured: false, width: 80).render(page, height: height).split(
            separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count <= height)
        #expect(lines.contains { $0.hasPrefix("worker.3") })
        #expect(lines.contains { $0.hasPrefix("... and ") })
        #expect(lines.last == "queue: 812 jobs waiting")
    }

    @Test func `a fleet of which half is down still shows whom it can`() {
        var page = document.page
        let (up, down) = (page.rows[1], page.rows[2])
        page.rows = (1...64).map { $0 % 2 == 0 ? up : down }
        let lines = StatusTable(coloured: false, width: 80).render(page, height: 24).split(
            separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count <= 24)
        #expect(lines.count { $0.hasPrefix("worker.3") } > 4)
        #expect(lines.last == "queue: 812 jobs waiting")
    }

    @Test func `a word longer than a line, and letters that are wide, break no page`() {
        var page = document.page
        page.headline = "pulse: degraded: " + String(repeating: "x", count: 150) + " and more"
        page.rows[2].trouble = "(" + String(repeating: "漢字", count: 40) + ")"
        let lines = StatusTable(coloured: false, width: 60).render(page).split(
            separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.allSatisfy { Columns.of(String($0)) <= 60 }, "\(lines)")
        #expect(lines.joined().count { $0 == "x" } == 150)
    }

    @Test func `without workers there is no queue and no service to be told of`() {
        var document = document
        document.workers = WorkerCounts()
        document.services = [:]
        document.queued = nil
        let text = StatusTable(coloured: false, width: 80).render(document.page)
        #expect(!text.contains("SERVICE") && !text.contains("queue:"))
    }

    @Test func `colour is used only when asked for`() {
        #expect(!StatusTable(coloured: false, width: 80).render(document.page).contains("\u{1B}"))
        #expect(StatusTable(coloured: true, width: 80).render(document.page).contains("\u{1B}[33m"))
    }

    @Test(arguments: [(4.9, "4s"), (192, "3m12s"), (7500, "2h05m"), (442_800, "5d03h"), (-1, "-"), (.nan, "-")])
    func `time spans are short`(seconds: Double, text: String) { #expect(elapsed(seconds) == text) }
}
