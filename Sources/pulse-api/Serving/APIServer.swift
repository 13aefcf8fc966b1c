import HTTPServing
import Logging

/// From a request to its answer: who may ask, what is asked for, and what every answer carries.
struct APIServer: Sendable {
    let gate: Gate
    let origins: CrossOrigins
    let routes: Routes
    let tally: Tally
    let log: Logger

    /// Before a body is read: whoever is not let in need not send it.
    func screen(_ head: HTTPRequest) -> HTTPResponse? {
        guard Self.hasBody(head) else { return nil }
        let early = preflight(head) ?? refusal(of: head, isCounted: true)
        return early.map { finished($0, head) }
    }

    /// The answer to a whole request.
    func respond(_ request: HTTPRequest) async -> HTTPResponse {
        // What has a body has been through the gate, and counts once; whether it may ask is asked again all the same, lest that
        // ever hang on a header.
        let early = preflight(request) ?? refusal(of: request, isCounted: !Self.hasBody(request))
        if let early { return finished(early, request) }
        guard case .found(let endpoint, let argument) = Endpoint.match(request.method, request.path) else {
            return finished(.detail(404, "Not Found"), request)
        }
        return finished(await routes.answer(request, endpoint.route, argument), request)
    }

    /// The answer to what is no proper request.
    func refuse(_ status: Int, _ text: String, _ head: HTTPRequest) -> HTTPResponse {
        finished(.detail(status, text), head)
    }

    private static func hasBody(_ head: HTTPRequest) -> Bool {
        if head.header("Transfer-Encoding") != nil { return true }
        return head.header("Content-Length").map { $0 != "0" } ?? false
    }

    private func preflight(_ request: HTTPRequest) -> HTTPResponse? {
        let answer = origins.preflight(
            method: request.method, origin: request.header("Origin"),
            asks: request.header("Access-Control-Request-Method"),
            wants: request.header("Access-Control-Request-Headers"))
        guard let answer else { return nil }
        return answer.isAllowed
            ? HTTPResponse(status: 200, contentType: "text/plain", headers: answer.headers, body: Array("OK".utf8))
            : .detail(400, "Disallowed CORS origin", headers: answer.headers)
    }

    private func refusal(of request: HTTPRequest, isCounted: Bool) -> HTTPResponse? {
        switch Endpoint.match(request.method, request.path) {
        case .found(let endpoint, _): gate.refusal(of: request, endpoint, isCounted: isCounted)
        case .otherMethod(let allowed):
            .detail(405, "Method Not Allowed", headers: [("Allow", allowed.joined(separator: ", "))])
        case .nothing: .detail(404, "Not Found")
        }
    }

    private func finished(_ response: HTTPResponse, _ request: HTTPRequest) -> HTTPResponse {
        var response = response
        let id =
            RequestID.sane(request.header(RequestID.header))
            ?? RequestID.fresh(.random(in: 0 ... .max), .random(in: 0 ... .max))
        response.headers.append((RequestID.header, id))
        response.headers.append(("X-Content-Type-Options", "nosniff"))
        let named = Set(response.headers.map(\.name))
        for header in origins.headers(for: request.header("Origin"))
        where header.name == "Vary" || !named.contains(header.name) {
            response.headers.append(header)
        }
        tally.answered(route(of: request), response.status)
        log.debug("\(request.method) \(request.path) \(response.status)", metadata: ["request": "\(id)"])
        return response
    }

    private func route(of request: HTTPRequest) -> Endpoint.Route? {
        guard case .found(let endpoint, _) = Endpoint.match(request.method, request.path) else { return nil }
        return endpoint.route
    }
}
