import ArgumentParser
import JobQueue
import Reporting

struct JobsListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the jobs in a state; without one, count them all.")

    @Argument(help: "queued, started, failed, scheduled, deferred, finished or canceled.", transform: Self.state)
    var state: JobState?
    @OptionGroup var queue: QueueOption
    @Option(help: "How many jobs, 1 to 1000 (default: 20; beside the counts, 5).")
    var limit: Int?
    @Flag(help: "Print each job as a line of JSON.")
    var json = false
    @OptionGroup var redis: RedisOptions

    func validate() throws {
        if let limit, !(1...1000).contains(limit) {
            throw ValidationError("--limit takes a number from 1 to 1000, not \(limit)")
        }
    }

    func run() async throws {
        try await redis.with { registry, settings, _ in
            let queues = queue.names(settings)
            if let state {
                try await list(state, queues, registry)
            } else {
                try await overview(queues, registry)
            }
        }
    }

    @Sendable private static func state(_ text: String) throws -> JobState {
        if let state = JobState(rawValue: text) { return state }
        throw ValidationError(
            "'\(text)' is no state; there are \(JobState.allCases.map(\.rawValue).joined(separator: ", "))")
    }

    private func list(_ state: JobState, _ queues: [String], _ registry: JobRegistry) async throws {
        let jobs = try await jobs(state, queues, registry, limit: limit ?? 20)
        if json { return jobs.forEach(Self.printJSON) }
        let names = queues.map(NotifyMessage.printable).joined(separator: ", ")
        if jobs.isEmpty {
            return print("no \(state.rawValue) jobs in \(queues.count == 1 ? "queue" : "queues") \(names)")
        }
        let now = try await registry.now()
        print(
            JobTable.forOutput().render(jobs, in: state, now: now, showsQueue: queues.count > 1)
                .joined(separator: "\n"))
    }

    private func overview(_ queues: [String], _ registry: JobRegistry) async throws {
        let suspension = try await registry.suspension()
        var rows: [(queue: String, counts: [JobState: Int])] = []
        for queue in queues { rows.append((queue, try await registry.counts(in: queue))) }
        let failed = try await jobs(.failed, queues, registry, limit: limit ?? 5)
        if json {
            for row in rows {
                Self.printJSON(QueueJSON(queue: row.queue, counts: row.counts, suspension: suspension))
            }
            return failed.forEach(Self.printJSON)
        }
        let table = QueueTable.forOutput()
        let counts = rows.map { row in
            QueueTable.Row(
                queue: NotifyMessage.printable(row.queue), counts: JobState.allCases.map { row.counts[$0] ?? 0 })
        }
        let pause = table.wrapped(PauseText.state(PauseText.State(suspension)))
        var lines = pause.map { suspension.isSuspended ? table.paint($0, as: "degraded") : $0 } + [""]
        lines += table.render(counts, states: JobState.allCases.map(\.rawValue))
        if !failed.isEmpty {
            let now = try await registry.now()
            lines += ["", "newest failed:"]
            lines += JobTable.forOutput().render(failed, in: .failed, now: now, showsQueue: queues.count > 1)
        }
        print(lines.joined(separator: "\n"))
    }

    /// Of all queues together: in the order in which they are served, or the newest of any.
    private func jobs(
        _ state: JobState, _ queues: [String], _ registry: JobRegistry, limit: Int
    ) async throws -> [JobSummary] {
        var jobs: [JobSummary] = []
        for queue in queues { jobs += try await registry.jobs(state, in: queue, limit: limit) }
        if state.isNewestFirst, queues.count > 1 {
            jobs.sort { ($0.since(in: state) ?? -.infinity) > ($1.since(in: state) ?? -.infinity) }
        }
        return Array(jobs.prefix(limit))
    }

    private static func printJSON(_ job: JobSummary) { printJSON(JobJSON(job)) }

    private static func printJSON(_ value: some Encodable) {
        Terminal.write(String(decoding: JSONLine.line(value), as: UTF8.self))
    }
}
