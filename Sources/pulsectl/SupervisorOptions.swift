import ArgumentParser
import Glibc
import Settings

/// Where the supervisor is found.
struct SupervisorOptions: ParsableArguments {
    @Option(
        help:
            "The supervisor's folder (default: PULSE_RUNTIME_DIR; /run/pulse for root; else $XDG_RUNTIME_DIR/pulse, or /run/pulse where that has no supervisor)."
    )
    var runtimeDir: String?

    @Option(help: "Read settings from this file of KEY=VALUE lines; the environment wins.")
    var envFile: String?

    func client() throws -> SupervisorClient {
        let environment = ProcessEnvironment.read()
        let file = try envFile.map { try ProcessEnvironment.file(at: $0) } ?? [:]
        let named =
            runtimeDir ?? Settings.runtimeDirectory(environment: environment, file: file, effectiveUser: geteuid())
        // Members of the group pulse may ask the service, which is not where their own would be.
        let isNamed = runtimeDir != nil || environment["PULSE_RUNTIME_DIR"] != nil || file["PULSE_RUNTIME_DIR"] != nil
        let folder = [named, isNamed ? nil : Self.service].compactMap(\.self).first { folder in
            unsafe access(Self.socket(in: folder), F_OK) == 0
        }
        guard let folder = folder ?? named else { throw ControlError.noRuntimeDirectory }
        return SupervisorClient(socket: Self.socket(in: folder))
    }

    /// pulse.service's.
    private static let service = "/run/pulse"

    private static func socket(in folder: String) -> String { folder + "/supervisor.sock" }
}
