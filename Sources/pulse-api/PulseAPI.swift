import ArgumentParser
import Logging
import Reporting
import SupervisedProcess

@main
struct PulseAPI: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pulse-api",
        abstract: "Take documents, webhooks and searches by HTTP.",
        discussion: """
            Usually started by pulse-supervisor, which PULSE_API turns it on in and which owns its listening socket; it can also \
            run directly under systemd (Type=notify), and then listens at PULSE_API itself. SIGTERM lets requests that have \
            begun get their answers.

            Exit status: 0 stopped, 70 internal, 78 settings.
            """,
        version: pulseVersion)

    @Option(help: "Read settings from this file of KEY=VALUE lines; the environment wins.")
    var envFile: String?

    static func main() { ChildProgram.main(Self.self) }

    func run() async throws {
        let program = try ChildProgram("pulse-api", slot: "api", envFile: envFile)
        let status: Int32
        do throws(StartFailure) {
            status = try await Front(settings: program.settings, environment: program.environment, log: program.log)
                .run()
        } catch {
            program.log.critical("\(error.description)")
            status = error.exitStatus
        }
        if status != 0 { throw ExitCode(status) }
    }
}
