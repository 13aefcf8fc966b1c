import FoundationEssentials
import Glibc
import Indexing
import Reporting

/// Asks the supervisor over its Unix socket.
struct SupervisorClient: Sendable {
    var socket: String

    /// The supervisor answers from memory; one that takes longer is stuck, and that must be said.
    private static let deadline = Duration.seconds(5)
    private let http = HTTPClient()

    init(socket: String) { self.socket = socket }

    /// The body of the answer to a GET. An unhealthy supervisor answers 503, with the same body.
    func text(_ path: String) async throws(ControlError) -> String {
        let response = try await send(.get, path)
        guard response.status == 200 || response.status == 503 else { throw Self.refusal(path, response) }
        return String(decoding: response.body, as: UTF8.self)
    }

    func status() async throws(ControlError) -> StatusDocument { try await decoded("/status", text("/status")) }

    func operation(_ id: Int) async throws(ControlError) -> OperationStatus {
        let path = "/operations/\(id)"
        return try await decoded(path, text(path))
    }

    /// Asks for a change.
    func order(_ path: String, body: String = "") async throws(ControlError) -> OperationStatus {
        let response = try await send(.post, path, body: Array(body.utf8))
        guard response.status == 202 else { throw Self.refusal(path, response) }
        return try decoded(path, String(decoding: response.body, as: UTF8.self))
    }

    /// Hands over each line of an answer that has no end, until it has one.
    func lines(_ path: String, _ take: @escaping @Sendable (String) -> Void) async throws(ControlError) {
        let assembler = LineBuffer(take)
        let response = try await send(.get, path, deadline: .seconds(365 * 86_400)) { assembler.add($0) }
        guard response.status == 200 else { throw Self.refusal(path, response) }
    }

    private func send(
        _ method: HTTPRequest.Method, _ path: String, body: [UInt8] = [], deadline: Duration = Self.deadline,
        onPiece: (@Sendable ([UInt8]) -> Void)? = nil
    ) async throws(ControlError) -> HTTPResponse {
        guard socket.utf8.count <= 107 else {
            throw .silent(socket: socket, cause: "the path is longer than a socket's may be (107 bytes)")
        }
        do {
            return try await http.send(
                HTTPRequest(
                    method: method, url: "http://pulse" + path, body: body, deadline: deadline, unixSocket: socket,
                    onPiece: onPiece))
        } catch {
            switch error {
            case .timedOut: throw .silent(socket: socket, cause: "no answer within 5 s; its loop is stuck")
            case .reset: throw .noSupervisor(socket: socket, cause: "it has ended while it answered")
            case .refused, .unreachable(_, _, ENOENT), .unreachable(_, _, ENOTDIR):
                throw .noSupervisor(socket: socket, cause: "nothing listens there")
            case .unreachable(_, _, EACCES), .unreachable(_, _, EPERM):
                throw .silent(
                    socket: socket, cause: "this user may not open its socket; become root, the service's user or group"
                )
            case .unreachable(_, let cause, _), .other(_, let cause), .tls(_, let cause):
                throw .silent(socket: socket, cause: cause)
            case .nameNotResolved, .tooLarge, .cancelled: throw .silent(socket: socket, cause: "\(error)")
            }
        }
    }

    /// The supervisor's own words, where it gave some.
    private static func refusal(_ path: String, _ response: HTTPResponse) -> ControlError {
        guard let body = try? JSONDecoder().decode([String: String].self, from: Data(response.body)),
            let text = body["error"]
        else {
            return .badAnswer(path: path, cause: "HTTP status \(response.status)")
        }
        return .refused(text)
    }

    private func decoded<Value: Decodable>(_ path: String, _ text: String) throws(ControlError) -> Value {
        do {
            return try JSONDecoder().decode(Value.self, from: Data(text.utf8))
        } catch {
            throw .badAnswer(path: path, cause: "\(error)")
        }
    }
}
