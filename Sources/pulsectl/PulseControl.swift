import ArgumentParser
import Reporting

@main
struct PulseControl: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pulsectl",
        abstract: "Ask a running Pulse how it stands, give it documents, search them.",
        discussion: """
            status and health ask the supervisor on its socket; enqueue speaks to Redis, search to TEI and Qdrant, with the \
            same settings as the workers (environment, or --env-file).
            """,
        version: pulseVersion,
        subcommands: [
            StatusCommand.self, HealthCommand.self, TopCommand.self, EventsCommand.self, LogsCommand.self,
            WaitCommand.self,
            RestartCommand.self, ScaleCommand.self, ReloadCommand.self, StopCommand.self, EnqueueCommand.self,
            SearchCommand.self,
        ])
}
