import ArgumentParser
import CLinux
import Dispatch
import Reporting

@main
struct PulseControl: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pulsectl",
        abstract:
            "Ask a running Pulse how it stands and what is wrong, change it, give it documents, look after their jobs, search, check and delete them.",
        discussion: """
            status to stop speak to the supervisor on its socket; enqueue, jobs, pause and resume speak to Redis, search, verify \
            and delete to Qdrant, search to TEI as well, with the same settings as the workers (environment, or --env-file). \
            doctor speaks to all of them, and says what is wrong and what to do first. alert speaks to PULSE_ALERT_WEBHOOK.

            Exit status: 0 done, 1 refused, aborted or failed, 3 no supervisor, Redis, TEI, Qdrant or webhook \
            answers, 64 wrong usage; of health: 1 degraded, 2 unhealthy; of doctor: 1 warnings, 2 something is broken; \
            of verify: 1 something was found.
            """,
        version: pulseVersion,
        subcommands: [
            StatusCommand.self, HealthCommand.self, TopCommand.self, EventsCommand.self, LogsCommand.self,
            WaitCommand.self,
            RestartCommand.self, ScaleCommand.self, ReloadCommand.self, StopCommand.self, AlertCommand.self,
            EnqueueCommand.self,
            JobsCommand.self, PauseCommand.self, ResumeCommand.self, SearchCommand.self,
            VerifyCommand.self, DeleteCommand.self, DoctorCommand.self,
        ])

    /// Not at the higher priority of an interactive program: without the right to it each thread would complain.
    static func main() {
        // What is done is told when it is done, also to a pipe.
        pulse_buffer_output_by_lines()
        Task.detached(priority: .medium) {
            await main(nil)
            exit(withError: nil)
        }
        dispatchMain()
    }
}
