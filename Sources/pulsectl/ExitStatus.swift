import ArgumentParser
import Glibc
import Indexing
import JobQueue
import Reporting

/// pulsectl's exit statuses beyond those of `health`: 3 = no supervisor, or a service that is needed does not answer, 1 =
/// anything else that failed.
enum ExitStatus {
    /// Runs a command and turns its errors into one line on stderr and an exit status.
    static func with(_ body: () async throws -> Void) async throws {
        do {
            try await body()
        } catch let code as ExitCode {
            throw code
        } catch let error as ControlError {
            complain("\(error)")
            switch error {
            case .noSupervisor, .silent, .noRuntimeDirectory, .undelivered: throw ExitCode(3)
            case .badAnswer, .unreadable, .refused: throw ExitCode(1)
            }
        } catch let error as RedisError {
            complain("\(error)")
            throw ExitCode(error.isSilence ? 3 : 1)
        } catch let error as IndexingFailure {
            complain("\(error)")
            if case .unavailable = error { throw ExitCode(3) }
            throw ExitCode(1)
        } catch {
            complain("\(error)")
            throw ExitCode(1)
        }
    }

    /// A line on stderr, or several; a server's words in it may hold anything, and a terminal must obey none of it.
    static func complain(_ text: String) {
        let text = text.split(separator: "\n", omittingEmptySubsequences: false).map {
            NotifyMessage.printable(String($0))
        }.joined(separator: "\n")
        var bytes = Array("pulsectl: \(text)\n".utf8)
        _ = unsafe write(STDERR_FILENO, &bytes, bytes.count)
    }
}
