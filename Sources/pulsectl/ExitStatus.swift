import ArgumentParser
import Glibc

/// pulsectl's exit statuses beyond those of `health`: 3 = no supervisor, 1 = anything else that failed.
enum ExitStatus {
    /// Runs a command and turns its errors into one line on stderr and an exit status.
    static func with(_ body: () async throws -> Void) async throws {
        do {
            try await body()
        } catch let code as ExitCode {
            throw code
        } catch let error as ControlError {
            complain("\(error)")
            if case .noSupervisor = error { throw ExitCode(3) }
            if case .noRuntimeDirectory = error { throw ExitCode(3) }
            throw ExitCode(1)
        } catch {
            complain("\(error)")
            throw ExitCode(1)
        }
    }

    private static func complain(_ text: String) {
        var bytes = Array("pulsectl: \(text)\n".utf8)
        _ = unsafe write(STDERR_FILENO, &bytes, bytes.count)
    }
}
