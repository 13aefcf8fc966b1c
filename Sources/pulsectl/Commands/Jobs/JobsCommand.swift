import ArgumentParser

struct JobsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "jobs",
        abstract: "Look at the jobs in Redis, and requeue, cancel or delete them.",
        usage: """
            pulsectl jobs [queued|started|failed|scheduled|deferred|finished|canceled] [--queue <queue>] [--limit <limit>]
            pulsectl jobs show|requeue|cancel|delete <id> ...
            pulsectl jobs requeue --all-failed [--queue <queue>]
            pulsectl jobs empty [--queue <queue>] [--yes]
            """,
        discussion: """
            Without a state: how many jobs stand where, whether the workers are paused, and the newest failures. Looking \
            changes nothing, unlike rq info, which cleans up. Changes are those of RQ 2.6's own methods.
            """,
        subcommands: [
            JobsListCommand.self, JobsShowCommand.self, JobsRequeueCommand.self, JobsCancelCommand.self,
            JobsDeleteCommand.self, JobsEmptyCommand.self,
        ],
        defaultSubcommand: JobsListCommand.self)
}
