import ArgumentParser
import Reporting
import SupervisedProcess

@main
struct PulseWorker: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pulse-worker",
        abstract: "Drain the queue: chunk documents, embed them through TEI, write them to Qdrant.",
        discussion: """
            Usually started by pulse-supervisor; it can also run directly under systemd (Type=notify). SIGTERM drains: what \
            runs is finished, or handed back to the front of the queue when the time is over.

            Exit status: 0 drained, 69 a service was away at the start (PULSE_STARTUP=fail), 70 internal, or a job could not be \
            stopped, 78 settings.
            """,
        version: pulseVersion)

    @Option(help: "Read settings from this file of KEY=VALUE lines; the environment wins.")
    var envFile: String?

    static func main() { ChildProgram.main(Self.self) }

    func run() async throws {
        let program = try ChildProgram("pulse-worker", slot: "worker", envFile: envFile)
        guard
            let incarnation = Incarnation(
                settings: program.settings, environment: program.environment, slot: program.slot, log: program.log)
        else { throw ExitCode(78) }
        let status = await incarnation.run()
        if status != 0 { throw ExitCode(status) }
    }
}
