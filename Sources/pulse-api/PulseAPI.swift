import ArgumentParser
import Glibc
import Logging
import ProcessLog
import Reporting
import Settings
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

    /// The main thread takes the signals. An `async` main would park it in libdispatch, which lets every signal in again.
    static func main() {
        StopSignals.block()
        // Not at the higher priority of an interactive program: without the right to it each thread would complain.
        Task.detached(priority: .medium) {
            do {
                var command = try parseAsRoot()
                if var api = command as? any AsyncParsableCommand {
                    try await api.run()
                } else {
                    try command.run()
                }
                exit(withError: nil)
            } catch {
                exit(withError: error)
            }
        }
        StopSignals.serve()
    }

    func run() async throws {
        Allocator.giveLargeBlocksBack()
        let environment = ProcessEnvironment.read()
        let settings: Settings
        do {
            let file = try envFile.map { path throws(SettingsError) in try ProcessEnvironment.file(at: path) } ?? [:]
            settings = try Settings(environment: environment, file: file, effectiveUser: geteuid())
        } catch {
            Self.complain(error.description)
            throw ExitCode(78)
        }
        let format = LogFormat.choose(
            settings.logFormat.flatMap { LogFormat(rawValue: $0.rawValue) },
            isSupervised: environment["PULSE_LIFELINE_FD"] != nil,
            isJournal: Journal.receivesStandardError(environment: environment))
        let level = Logger.Level(rawValue: settings.logLevel) ?? .info
        let sink = LogSink(format: format)
        let log = Logger(label: environment["PULSE_SLOT"] ?? "api") {
            LineLogHandler(label: $0, level: level, sink: sink)
        }
        let status: Int32
        do throws(StartFailure) {
            status = try await Front(settings: settings, environment: environment, log: log).run()
        } catch {
            log.critical("\(error.description)")
            status = error.exitStatus
        }
        if status != 0 { throw ExitCode(status) }
    }

    static func complain(_ text: String) {
        for line in text.split(separator: "\n") {
            var bytes = Array("pulse-api: \(line)\n".utf8)
            _ = unsafe write(STDERR_FILENO, &bytes, bytes.count)
        }
    }
}
