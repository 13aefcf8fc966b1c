import ArgumentParser
import Glibc
import JobQueue
import Reporting
import Settings

struct JobsEmptyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "empty",
        abstract: "Delete all jobs that wait in a queue, as RQ's queue.empty() does.",
        discussion: "Jobs that run, have failed, are scheduled or deferred stay. It cannot be undone.")

    @Option(help: "The queue; needed when PULSE_QUEUES names several.")
    var queue: String?
    @Flag(help: "Do not ask.")
    var yes = false
    @OptionGroup var redis: RedisOptions

    func run() async throws {
        try await redis.with { registry, settings, url in
            let queue = try chosen(settings)
            let name = NotifyMessage.printable(queue)
            let waiting = try await registry.counts(in: queue)[.queued] ?? 0
            guard waiting > 0 else { return print(try await nothing(in: queue, registry, url)) }
            if !yes { try confirm(queue, "\(waiting) waiting \(waiting == 1 ? "job" : "jobs") of \(url)") }
            let emptied = try await registry.empty(queue)
            let others =
                emptied.waiting == 0
                ? "" : "; \(emptied.waiting) that waited for them \(emptied.waiting == 1 ? "stays" : "stay") deferred"
            print("queue \(name): deleted \(emptied.deleted) \(emptied.deleted == 1 ? "job" : "jobs")\(others)")
        }
    }

    private func chosen(_ settings: Settings) throws(ControlError) -> String {
        if let queue { return queue }
        guard let only = settings.queues.first?.name, settings.queues.count == 1 else {
            throw .refused(
                "which queue? PULSE_QUEUES names \(settings.queues.map(\.name).joined(separator: ", ")): say --queue")
        }
        return only
    }

    /// A name that Redis has never heard is a slip of the pen.
    private func nothing(in queue: String, _ registry: JobRegistry, _ url: RedisURL) async throws -> String {
        let known = try await registry.queues()
        let name = NotifyMessage.printable(queue)
        guard !known.contains(queue) else { return "queue \(name): no job waits, nothing deleted" }
        throw ControlError.refused(
            "no queue \(name) in \(url): there are \(known.isEmpty ? "none" : NotifyMessage.printable(known.joined(separator: ", ")))"
        )
    }

    private func confirm(_ queue: String, _ what: String) throws(ControlError) {
        guard isatty(STDIN_FILENO) == 1 else {
            throw .refused(
                "queue \(NotifyMessage.printable(queue)) is left as it is: --yes is needed where nobody can be asked")
        }
        Terminal.write("This deletes \(what). Type the queue's name to go on: ")
        guard readLine() == queue else {
            throw .refused("queue \(NotifyMessage.printable(queue)) is left as it is: that was not its name")
        }
    }
}
