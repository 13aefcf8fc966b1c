import FoundationEssentials
import Indexing
import Reporting

/// Asks the supervisor over its Unix socket.
struct SupervisorClient {
    var socket: String

    /// The supervisor answers from memory; one that takes longer is stuck, and that must be said.
    private static let deadline = Duration.seconds(5)

    /// The body of the answer to a GET. An unhealthy supervisor answers 503, with the same body.
    func text(_ path: String) async throws(ControlError) -> String {
        guard socket.utf8.count <= 107 else {
            throw .noSupervisor(socket: socket, cause: "the path is longer than a socket's may be (107 bytes)")
        }
        let response: HTTPResponse
        do {
            response = try await HTTPClient().send(
                HTTPRequest(method: .get, url: "http://pulse" + path, deadline: Self.deadline, unixSocket: socket))
        } catch {
            switch error {
            case .timedOut: throw .noSupervisor(socket: socket, cause: "no answer within 5 s; its loop is stuck")
            default: throw .noSupervisor(socket: socket, cause: "nothing listens there")
            }
        }
        guard response.status == 200 || response.status == 503 else {
            throw .badAnswer(path: path, cause: "HTTP status \(response.status)")
        }
        return String(decoding: response.body, as: UTF8.self)
    }

    func status() async throws(ControlError) -> StatusDocument {
        let text = try await text("/status")
        do {
            return try JSONDecoder().decode(StatusDocument.self, from: Data(text.utf8))
        } catch {
            throw .badAnswer(path: "/status", cause: "\(error)")
        }
    }
}
