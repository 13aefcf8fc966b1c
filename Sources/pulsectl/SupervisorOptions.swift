import ArgumentParser
import Glibc
import Settings

/// Where the supervisor is found.
struct SupervisorOptions: ParsableArguments {
    @Option(help: "The supervisor's folder (default: PULSE_RUNTIME_DIR, /run/pulse for root, $XDG_RUNTIME_DIR/pulse).")
    var runtimeDir: String?

    @Option(help: "Read settings from this file of KEY=VALUE lines; the environment wins.")
    var envFile: String?

    func client() throws -> SupervisorClient {
        let environment = ProcessEnvironment.read()
        let file = try envFile.map { try ProcessEnvironment.file(at: $0) } ?? [:]
        guard
            let folder = runtimeDir
                ?? Settings.runtimeDirectory(environment: environment, file: file, effectiveUser: geteuid())
        else {
            throw ControlError.noRuntimeDirectory
        }
        return SupervisorClient(socket: folder + "/supervisor.sock")
    }
}
