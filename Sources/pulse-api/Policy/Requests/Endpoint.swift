/// One thing the API can be asked for. The table is the one place where an endpoint comes into being: routing, 405 and the
/// gate in front go by it, and a test holds the OpenAPI document against it.
struct Endpoint: Equatable, Sendable {
    enum Route: Equatable, Sendable, CaseIterable {
        case index, indexBatch, firecrawl, search, jobs, job, requeue, status, stats
        case openAPI, health, livez, readyz, home, pageStyle, pageScript, pageFile

        /// Answered by what stands in Redis, and by nothing else.
        var asksRedis: Bool { self == .jobs || self == .job || self == .requeue }
    }

    /// Who may ask.
    enum Access: Equatable, Sendable {
        case anyone
        /// Whoever knows the secret; without one, whoever is on this machine and no web page.
        case secret
        /// Whoever signed the body.
        case signature
    }

    let route: Route
    let method: String
    /// "/api/jobs/{job_id}": what stands in braces is any one segment.
    let path: String
    let access: Access
    /// Counts against `PULSE_API_RATE`.
    let isRated: Bool

    static let all: [Endpoint] = [
        Endpoint(route: .index, method: "POST", path: "/api/index", access: .secret, isRated: true),
        Endpoint(route: .indexBatch, method: "POST", path: "/api/index/batch", access: .secret, isRated: true),
        // Its sender never tries again: what it has to say is not turned away for coming often.
        Endpoint(
            route: .firecrawl, method: "POST", path: "/api/webhook/firecrawl", access: .signature, isRated: false),
        Endpoint(route: .search, method: "POST", path: "/api/search", access: .secret, isRated: true),
        Endpoint(route: .jobs, method: "GET", path: "/api/jobs", access: .secret, isRated: true),
        Endpoint(route: .job, method: "GET", path: "/api/jobs/{job_id}", access: .secret, isRated: true),
        Endpoint(route: .requeue, method: "POST", path: "/api/jobs/{job_id}/requeue", access: .secret, isRated: true),
        Endpoint(route: .status, method: "GET", path: "/api/status", access: .secret, isRated: true),
        Endpoint(route: .stats, method: "GET", path: "/api/stats", access: .secret, isRated: true),
        Endpoint(route: .openAPI, method: "GET", path: "/openapi.json", access: .anyone, isRated: true),
        Endpoint(route: .health, method: "GET", path: "/health", access: .anyone, isRated: false),
        Endpoint(route: .livez, method: "GET", path: "/livez", access: .anyone, isRated: false),
        Endpoint(route: .readyz, method: "GET", path: "/readyz", access: .anyone, isRated: false),
        Endpoint(route: .home, method: "GET", path: "/", access: .anyone, isRated: true),
        // The page is seven files: whoever opens it has asked once.
        Endpoint(route: .pageStyle, method: "GET", path: "/page.css", access: .anyone, isRated: false),
        Endpoint(route: .pageScript, method: "GET", path: "/page.js", access: .anyone, isRated: false),
        Endpoint(route: .pageFile, method: "GET", path: "/page/{file}", access: .anyone, isRated: false),
    ]

    /// What a request's method and path ask for.
    enum Match: Equatable {
        /// With what stood in the path's braces.
        case found(Endpoint, argument: String?)
        /// Only these methods are known there.
        case otherMethod(allowed: [String])
        case nothing
    }

    static func match(_ method: String, _ path: String) -> Match {
        var allowed: [String] = []
        for endpoint in all {
            guard let argument = endpoint.argument(in: path) else { continue }
            // Whoever serves GET serves HEAD: the same without the body.
            if endpoint.method == method || (endpoint.method == "GET" && method == "HEAD") {
                return .found(endpoint, argument: argument.isEmpty ? nil : argument)
            }
            allowed += endpoint.method == "GET" ? ["GET", "HEAD"] : [endpoint.method]
        }
        return allowed.isEmpty ? .nothing : .otherMethod(allowed: allowed)
    }

    /// Empty when the path has none; nil when it is not this endpoint's.
    private func argument(in path: String) -> String? {
        // By bytes: texts are compared by their meaning, for which a long run of marks takes seconds.
        if self.path.utf8.elementsEqual(path.utf8) { return "" }
        let slash = UInt8(ascii: "/")
        let mine = self.path.utf8.split(separator: slash, omittingEmptySubsequences: false)
        let given = path.utf8.split(separator: slash, omittingEmptySubsequences: false)
        guard mine.count == given.count else { return nil }
        var argument: String?
        for (segment, text) in zip(mine, given) where !segment.elementsEqual(text) {
            guard segment.first == UInt8(ascii: "{"), !text.isEmpty else { return nil }
            argument = String(Substring(text))
        }
        return argument
    }
}
