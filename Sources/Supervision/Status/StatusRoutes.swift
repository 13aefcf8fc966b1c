internal import FoundationEssentials
internal import HTTPServing
internal import Reporting

/// What the status socket answers. Reads only.
struct StatusRoutes {
    /// Shape of `GET /health`.
    private struct HealthDocument: Encodable {
        var status: Health
        /// What is wrong and why, in one line: whoever only asks for health must not have to ask again.
        var summary: String
        var services: [String: ServiceReport.State]
        var workers: WorkerCounts
        var timestamp: Double
    }

    private static let paths: Set<String> = ["/health", "/livez", "/readyz", "/status"]

    let status: () -> FleetStatus
    let document: () -> StatusDocument

    func respond(to request: HTTPRequest) -> HTTPResponse {
        guard Self.paths.contains(request.path) else {
            return .error(404, "no such path; there are /health, /livez, /readyz and /status")
        }
        guard request.method == "GET" || request.method == "HEAD" else {
            return .error(405, "only GET and HEAD", headers: [(name: "Allow", value: "GET, HEAD")])
        }
        switch request.path {
        case "/livez": return Self.text(200, "ok")
        case "/readyz":
            let status = status()
            return status.isReady ? Self.text(200, "ready") : Self.text(503, status.summary)
        case "/health":
            let document = document()
            let health = HealthDocument(
                status: document.status, summary: document.summary, services: document.services.mapValues(\.state),
                workers: document.workers,
                timestamp: document.timestamp)
            return Self.json(document.status == .unhealthy ? 503 : 200, health)
        default: return Self.json(200, document())
        }
    }

    private static func text(_ status: Int, _ text: String) -> HTTPResponse {
        HTTPResponse(status: status, contentType: "text/plain; charset=utf-8", body: Array("\(text)\n".utf8))
    }

    private static func json(_ status: Int, _ value: some Encodable) -> HTTPResponse {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(value) else { return .error(500, "the status cannot be encoded") }
        return HTTPResponse(status: status, body: Array(data) + [UInt8(ascii: "\n")])
    }
}
