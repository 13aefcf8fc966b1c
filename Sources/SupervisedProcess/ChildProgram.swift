package import ArgumentParser
internal import Glibc
package import Logging
internal import ProcessLog
package import Settings

/// What the supervisor's children have in common before each goes its own way.
package struct ChildProgram: Sendable {
    package let settings: Settings
    package let environment: [String: String]
    /// "worker.1"; outside a supervisor the fallback.
    package let slot: String
    package let log: Logger

    /// - Parameters:
    ///   - name: the program's, which a complaint begins with.
    ///   - slot: what it goes by when nobody has given it a slot.
    /// - Throws: `ExitCode` 78 for settings that cannot be used, after the reason has been written to stderr.
    package init(_ name: String, slot fallback: String, envFile: String?) throws {
        Allocator.giveLargeBlocksBack()
        environment = ProcessEnvironment.read()
        do {
            let file = try envFile.map { path throws(SettingsError) in try ProcessEnvironment.file(at: path) } ?? [:]
            settings = try Settings(environment: environment, file: file, effectiveUser: geteuid())
        } catch {
            Complaint.write(error.description, by: name)
            throw ExitCode(78)
        }
        let format = LogFormat.choose(
            settings.logFormat.flatMap { LogFormat(rawValue: $0.rawValue) },
            isSupervised: environment["PULSE_LIFELINE_FD"] != nil,
            isJournal: Journal.receivesStandardError(environment: environment))
        let level = Logger.Level(rawValue: settings.logLevel) ?? .info
        let sink = LogSink(format: format)
        slot = environment["PULSE_SLOT"] ?? fallback
        log = Logger(label: slot) { LineLogHandler(label: $0, level: level, sink: sink) }
    }

    /// Runs a command with its signals taken by the main thread. An `async` main would park that thread in libdispatch, which
    /// lets every signal in again.
    package static func main(_ program: any AsyncParsableCommand.Type) {
        StopSignals.block()
        // Not at the higher priority of an interactive program: without the right to it each thread would complain.
        Task.detached(priority: .medium) {
            do {
                var command = try program.parseAsRoot()
                if var program = command as? any AsyncParsableCommand {
                    try await program.run()
                } else {
                    try command.run()
                }
                program.exit(withError: nil)
            } catch {
                program.exit(withError: error)
            }
        }
        StopSignals.serve()
    }
}
