import ArgumentParser
import JobQueue
import Reporting
import Settings

struct JobsRequeueCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "requeue",
        abstract: "Put failed jobs back on their queues, as rq requeue does; by their ids, canceled ones as well.",
        discussion: "They go to the end, and may crash as often as a new job before they are failed again.")

    @Argument(help: ArgumentHelp("Ids of jobs.", valueName: "id"))
    var ids: [String] = []
    @Flag(help: "All that have failed until now.")
    var allFailed = false
    @OptionGroup var queue: QueueOption
    @OptionGroup var redis: RedisOptions

    func validate() throws {
        if ids.isEmpty != allFailed { throw ValidationError("name jobs, or --all-failed; not both") }
        if queue.queue != nil, !allFailed { throw ValidationError("--queue goes with --all-failed") }
    }

    func run() async throws {
        try await redis.with { registry, settings, _ in
            guard allFailed else { return try report(try await registry.requeue(ids), of: .requeue) }
            for queue in queue.names(settings) {
                let changes = try await registry.requeueAllFailed(in: queue)
                let done = changes.count { $0.outcome == .done }
                let gone = changes.count { $0.outcome == .gone }
                let left = changes.count - done - gone
                print(
                    "queue \(NotifyMessage.printable(queue)): requeued \(done) failed \(done == 1 ? "job" : "jobs")"
                        + (gone > 0 ? "; \(gone) had expired" : "")
                        + (left > 0 ? "; \(left) were queued or running already" : ""))
            }
        }
    }
}

struct JobsCancelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel",
        abstract: "Keep jobs from ever being run, as RQ's job.cancel() does; pulsectl jobs requeue takes it back.",
        discussion: "One that a worker runs is not interrupted; a Pulse worker drops its result.")

    @Argument(help: ArgumentHelp("Ids of jobs.", valueName: "id"))
    var ids: [String]
    @OptionGroup var redis: RedisOptions

    func run() async throws {
        try await redis.with { registry, _, _ in try report(try await registry.cancel(ids), of: .cancel) }
    }
}

struct JobsDeleteCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete", abstract: "Delete jobs with their results, as RQ's job.delete() does.")

    @Argument(help: ArgumentHelp("Ids of jobs.", valueName: "id"))
    var ids: [String]
    @OptionGroup var redis: RedisOptions

    func run() async throws {
        try await redis.with { registry, _, _ in try report(try await registry.delete(ids), of: .delete) }
    }
}

/// A line for each job that was changed; those that were not make the command fail, when all has been told.
private func report(_ changes: [JobChange], of order: JobChange.Order) throws {
    for change in changes where change.outcome == .done { print(NotifyMessage.printable(change.text(of: order))) }
    let failures = changes.filter { $0.outcome != .done }
    for change in failures { ExitStatus.complain(NotifyMessage.printable(change.text(of: order))) }
    if !failures.isEmpty { throw ExitCode(1) }
}
