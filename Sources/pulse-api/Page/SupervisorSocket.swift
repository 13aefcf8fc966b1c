import Indexing

/// The supervisor's own account of itself, asked for over its socket.
struct SupervisorSocket: Sendable {
    let path: String
    private let http = HTTPClient()

    /// It answers from memory; one that takes longer is stuck, and the page says so.
    private static let deadline = Duration.seconds(3)
    /// A fleet's status with all its deaths; more is not read.
    private static let limit = 4 << 20

    init(path: String) { self.path = path }

    /// Why there is no account, in one line.
    struct Silence: Error { let reason: String }

    func read() async -> Result<SupervisorView, Silence> {
        do throws(HTTPFailure) {
            // An unhealthy one answers 503, with the same body.
            let answer = try await http.send(
                Indexing.HTTPRequest(
                    method: .get, url: "http://pulse/status", deadline: Self.deadline, responseLimit: Self.limit,
                    unixSocket: path))
            guard let document = try? JSONParser.parse(answer.body), let view = SupervisorView(document) else {
                return .failure(Silence(reason: "its answer (\(answer.status)) is no status of schema 1"))
            }
            return .success(view)
        } catch {
            return .failure(Silence(reason: Self.words(error)))
        }
    }

    private static func words(_ error: HTTPFailure) -> String {
        switch error {
        case .timedOut: "no answer within 3 s; its loop is stuck"
        case .refused, .unreachable: "nothing listens at its socket"
        default: "\(error)"
        }
    }
}
