internal import FoundationEssentials
internal import HTTPServing
internal import Reporting

/// From a request to its answer: who may ask what, and which question means which.
struct StatusRouter {
    /// Everything that can be asked for; the supervisor knows the answers.
    struct Answers {
        var status: () -> FleetStatus
        var document: () -> StatusDocument
        /// Of the document's slots, as ``StatusJSON`` takes them.
        var reports: () -> [String?]
        var metrics: () -> String
        var events: () -> HTTPStream
        /// slot (nil = all), how many lines, whether to go on
        var logs: (String?, Int, Bool) -> Result<HTTPStream, Refusal>
        var operation: (Int) -> OperationStatus?
        var order: (Order) -> Result<OperationStatus, Refusal>
    }

    /// What may be changed by POST.
    enum Order: Equatable {
        /// nil = the workers.
        case restart(slot: String?)
        /// Counts by program.
        case scale([String: Int])
        case reload
        case stop
    }

    struct Refusal: Error {
        var status: Int
        var text: String
    }

    /// Shape of `GET /health`.
    private struct HealthDocument: Encodable {
        var status: Health
        /// What is wrong and why, in one line: whoever only asks for health must not have to ask again.
        var summary: String
        var services: [String: ServiceReport.State]
        var workers: WorkerCounts
        var timestamp: Double
    }

    private static let questions = "/health, /livez, /readyz, /status, /metrics, /events, /logs, /operations/ID"
    private static let orders = "/restart, /workers/SLOT/restart, /scale, /reload, /stop"

    /// On the Unix socket: all questions, and orders from those who may give them. Elsewhere questions only, and answers
    /// without what processes print.
    let isLocal: Bool
    /// Whose orders are obeyed, beside root's.
    let owner: UInt32
    let answers: Answers

    func respond(to request: HTTPRequest) -> HTTPReply {
        // All of ours are.
        guard request.path.isASCII else { return .whole(unknown("")) }
        switch request.method {
        case "GET": return question(request)
        case "HEAD":
            guard case .stream(let stream) = question(request) else { return question(request) }
            stream.end()
            return .whole(HTTPResponse(status: 200, contentType: stream.contentType, body: []))
        case "POST": return .whole(order(request))
        default:
            return .whole(.error(405, "only GET, HEAD and POST", headers: [(name: "Allow", value: "GET, HEAD, POST")]))
        }
    }

    // MARK: - Questions

    private func question(_ request: HTTPRequest) -> HTTPReply {
        switch request.path {
        case "/livez": return .whole(Self.text(200, "ok"))
        case "/readyz":
            let status = answers.status()
            return .whole(status.isReady ? Self.text(200, "ready") : Self.text(503, status.summary))
        case "/health": return .whole(health())
        case "/status":
            guard isLocal else { return .whole(Self.json(200, answers.document().forAnybody)) }
            return .whole(Self.json(200) { try StatusJSON.encode(answers.document(), reports: answers.reports()) })
        case "/metrics":
            return .whole(
                HTTPResponse(
                    status: 200, contentType: "text/plain; version=0.0.4; charset=utf-8",
                    body: Array(answers.metrics().utf8)))
        case "/events", "/logs":
            guard isLocal else {
                return .whole(.error(403, "what processes do and print is shown on the Unix socket only"))
            }
            return request.path == "/logs" ? logs(request) : .stream(answers.events())
        default: return .whole(operation(request.path) ?? unknown(request.path))
        }
    }

    private func health() -> HTTPResponse {
        let document = answers.document()
        return Self.json(
            document.status == .unhealthy ? 503 : 200,
            HealthDocument(
                status: document.status, summary: document.summary, services: document.services.mapValues(\.state),
                workers: document.workers, timestamp: document.timestamp))
    }

    private func logs(_ request: HTTPRequest) -> HTTPReply {
        var count = 100
        if let text = request.query["lines"] {
            guard let number = Int(text), (0...100_000).contains(number) else {
                return .whole(.error(400, "lines=\(text.prefix(40)): takes a number from 0 to 100000"))
            }
            count = number
        }
        let follow = request.query["follow"].map { $0 != "0" && $0 != "false" } ?? false
        switch answers.logs(request.query["slot"], count, follow) {
        case .success(let stream): return .stream(stream)
        case .failure(let refusal): return .whole(.error(refusal.status, refusal.text))
        }
    }

    private func operation(_ path: String) -> HTTPResponse? {
        guard path.hasPrefix("/operations/"), let id = Int(path.dropFirst("/operations/".count)) else { return nil }
        guard let status = answers.operation(id) else {
            return .error(404, "no operation \(id); the last 64 are kept, and none of a former supervisor")
        }
        return Self.json(200, isLocal ? status : status.forAnybody)
    }

    private func unknown(_ path: String) -> HTTPResponse {
        Self.order(path) == nil
            ? .error(404, "no such path; GET \(Self.questions); POST \(Self.orders)")
            : .error(405, "only POST", headers: [(name: "Allow", value: "POST")])
    }

    // MARK: - Orders

    private func order(_ request: HTTPRequest) -> HTTPResponse {
        guard let make = Self.order(request.path) else {
            let isQuestion = ["/health", "/livez", "/readyz", "/status", "/metrics", "/events", "/logs"]
                .contains(request.path)
            return isQuestion
                ? .error(405, "only GET and HEAD", headers: [(name: "Allow", value: "GET, HEAD")])
                : .error(404, "no such path; POST \(Self.orders)")
        }
        guard isLocal, let user = request.peerUser, user == 0 || user == owner else {
            return .error(403, "only root and the supervisor's own user may change anything, by the Unix socket")
        }
        do {
            return Self.json(202, try answers.order(make(request.body)).get())
        } catch {
            return .error(error.status, error.text)
        }
    }

    private static func order(_ path: String) -> ((_ body: [UInt8]) throws(Refusal) -> Order)? {
        switch path {
        case "/restart": { _ in .restart(slot: nil) }
        case "/reload": { _ in .reload }
        case "/stop": { _ in .stop }
        case "/scale": { body throws(Refusal) in .scale(try counts(body)) }
        default: slotRestart(path)
        }
    }

    private static func slotRestart(_ path: String) -> ((_ body: [UInt8]) throws(Refusal) -> Order)? {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 4, parts[0].isEmpty, parts[1] == "workers", !parts[2].isEmpty, parts[3] == "restart" else {
            return nil
        }
        let slot = String(parts[2])
        return { _ in .restart(slot: slot) }
    }

    private static func counts(_ body: [UInt8]) throws(Refusal) -> [String: Int] {
        guard let counts = try? JSONDecoder().decode([String: Int].self, from: Data(body)), !counts.isEmpty else {
            throw Refusal(status: 400, text: #"takes counts by program, such as {"worker":8}"#)
        }
        for (program, count) in counts where !(0...Supervisor.mostOfAProgram).contains(count) {
            throw Refusal(
                status: 400,
                text: "\(program.prefix(40)): takes a number from 0 to \(Supervisor.mostOfAProgram), not \(count)")
        }
        return counts
    }

    // MARK: - Forms

    private static func text(_ status: Int, _ text: String) -> HTTPResponse {
        HTTPResponse(status: status, contentType: "text/plain; charset=utf-8", body: Array("\(text)\n".utf8))
    }

    private static func json(_ status: Int, _ value: some Encodable) -> HTTPResponse {
        json(status) { try JSONLine.text(value) }
    }

    private static func json(_ status: Int, _ encode: () throws -> [UInt8]) -> HTTPResponse {
        guard let body = try? encode() else { return .error(500, "the answer cannot be encoded") }
        return HTTPResponse(status: status, body: body + [UInt8(ascii: "\n")])
    }
}
