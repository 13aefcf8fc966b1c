import ArgumentParser
import Glibc
import Logging
import ProcessLog
import Reporting
import Settings
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

    /// The main thread takes the signals. An `async` main would park it in libdispatch, which lets every signal in again.
    static func main() {
        StopSignals.block()
        // Not at the higher priority of an interactive program: without the right to it each thread would complain.
        Task.detached(priority: .medium) {
            do {
                var command = try parseAsRoot()
                if var worker = command as? any AsyncParsableCommand {
                    try await worker.run()
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
        let slot = environment["PULSE_SLOT"] ?? "worker"
        let sink = LogSink(format: format)
        let log = Logger(label: slot) { LineLogHandler(label: $0, level: level, sink: sink) }
        guard let incarnation = Incarnation(settings: settings, environment: environment, slot: slot, log: log) else {
            throw ExitCode(78)
        }
        let status = await incarnation.run()
        if status != 0 { throw ExitCode(status) }
    }

    static func complain(_ text: String) {
        for line in text.split(separator: "\n") {
            var bytes = Array("pulse-worker: \(line)\n".utf8)
            _ = unsafe write(STDERR_FILENO, &bytes, bytes.count)
        }
    }
}
