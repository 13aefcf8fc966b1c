import JobQueue
import Testing

@testable import pulsectl

@Suite struct `Jobs as a table` {
    private var jobs: [JobSummary] {
        var first = JobSummary(id: "6c1e0a52-1111-2222-3333-444455556666", queue: "indexing")
        first.status = "failed"
        first.url = "https://example.com/\u{1B}[31ma"
        first.endedAt = "2026-01-31T12:00:00.000000Z"
        first.worker = "pulse-host-worker.1-00c0ffee"
        first.reason = "qdrant refused the points: HTTP status 400: Wrong input: Vector dimension error"
        var second = JobSummary(id: "custom", queue: "other")
        second.status = "failed"
        second.description = "other.func(1)"
        second.endedAt = "2026-01-31T11:00:00.000000Z"
        return [first, second, JobSummary(id: "old", queue: "other")]
    }
    private let now = 1_769_860_860.0

    private func render(_ width: Int, coloured: Bool = false, showsQueue: Bool = false) -> String {
        JobTable(coloured: coloured, width: width).render(jobs, in: .failed, now: now, showsQueue: showsQueue)
            .joined(separator: "\n")
    }

    @Test func `a job has one line where all of it fits, as into a pipe`() {
        let expected = """
            ID                                      AGO  WORKER                        JOB                         REASON
            6c1e0a52-1111-2222-3333-444455556666  1m00s  pulse-host-worker.1-00c0ffee  https://example.com/ [31ma  qdrant refused the points: HTTP status 400: Wrong input: Vector dimension error
            custom                                1h01m                                other.func(1)
            old                                       -                                (expired or deleted)
            """
        #expect(render(.max) == expected)
        #expect(render(200) == expected)
    }

    @Test func `on a narrow terminal the reason and the worker go below, whole`() {
        let expected = """
            ID                                      AGO  JOB
            6c1e0a52-1111-2222-3333-444455556666  1m00s  https://example.com/ [31ma
              -> qdrant refused the points: HTTP status 400: Wrong input: Vector dimension
                error (by pulse-host-worker.1-00c0ffee)
            custom                                1h01m  other.func(1)
            old                                       -  (expired or deleted)
            """
        #expect(render(80) == expected)
    }

    @Test(arguments: [20, 40, 60, 80, 100, 140, 200])
    func `no line is wider than the terminal, and nothing is obeyed by it`(width: Int) {
        for showsQueue in [true, false] {
            let text = render(width, showsQueue: showsQueue)
            #expect(text.split(separator: "\n").allSatisfy { Columns.of(String($0)) <= width }, "\(text)")
            #expect(!text.contains("\u{1B}"))
            #expect(text.contains("other") || !showsQueue || width < 50)
        }
        #expect(render(width, coloured: true).contains("\u{1B}[2m"))
    }

    @Test func `what is due, runs and has run is timed`() {
        func line(_ state: JobState, _ change: (inout JobSummary) -> Void) -> String {
            var job = JobSummary(id: "j", queue: "q")
            (job.status, job.url) = (state.rawValue, "u")
            change(&job)
            return JobTable(coloured: false, width: 80).render([job], in: state, now: now, showsQueue: false)
                .joined(separator: "|")
        }
        #expect(line(.scheduled) { $0.score = now + 59.5 } == "ID  RUN TIME  JOB|j   in 1m00s  u")
        #expect(line(.scheduled) { $0.score = now - 5 } == "ID  RUN TIME  JOB|j     due 5s  u")
        #expect(line(.started) { $0.startedAt = "2026-01-31T12:00:50Z" } == "ID  RUNS  JOB|j    10s  u")
        #expect(
            line(.finished) {
                $0.startedAt = "2026-01-31T12:00:00.250000Z"
                $0.endedAt = "2026-01-31T12:00:01.500000Z"
            } == "ID  AGO    TOOK  JOB|j   58s  1250ms  u")
        #expect(line(.queued) { $0.createdAt = "2026-01-31T12:00:50Z" } == "ID  AGE  JOB|j   10s  u")
    }

    @Test func `counts are a line for each queue, whose name gives way`() {
        let rows = [
            QueueTable.Row(queue: "indexing", counts: [812, 2, 3, 0, 0, 120, 0]),
            QueueTable.Row(queue: String(repeating: "long", count: 20), counts: [0, 0, 0, 0, 0, 0, 1]),
        ]
        let states = JobState.allCases.map(\.rawValue)
        let expected = """
            QUEUE          QUEUED  STARTED  FAILED  SCHEDULED  DEFERRED  FINISHED  CANCELED
            indexing          812        2       3          0         0       120         0
            longlonglong…       0        0       0          0         0         0         1
            """
        #expect(QueueTable(coloured: false, width: 79).render(rows, states: states).joined(separator: "\n") == expected)
    }
}
