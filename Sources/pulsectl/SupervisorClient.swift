import FoundationEssentials
import Reporting

/// Asks the supervisor over its Unix socket.
struct SupervisorClient {
    var socket: String

    func text(_ path: String) async throws(ControlError) -> String { "" }

    func status() async throws(ControlError) -> StatusDocument {
        let text = try await text("/status")
        do {
            return try JSONDecoder().decode(StatusDocument.self, from: Data(text.utf8))
        } catch {
            throw .badAnswer(path: "/status", cause: "\(error)")
        }
    }
}
