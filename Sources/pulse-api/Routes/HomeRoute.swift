import HTTPServing
import Reporting

/// `GET /`: the status page for whoever looks with a browser, else what this is.
struct HomeRoute: Sendable {
    /// nil = there is none.
    let page: (@Sendable () -> HTTPResponse)?

    func answer(_ request: HTTPRequest) -> HTTPResponse {
        let vary = (name: "Vary", value: "Accept")
        if let page, MediaType.wantsPage(accept: request.header("Accept")) {
            var response = page()
            response.headers.append(vary)
            return response
        }
        let endpoints = Endpoint.all.map { JSONValue.string("\($0.method) \($0.path)") }
        return .json(
            200,
            [
                "service": "pulse-api", "version": .string(pulseVersion), "openapi": "/openapi.json",
                "endpoints": .array(endpoints),
            ], headers: [vary])
    }
}
