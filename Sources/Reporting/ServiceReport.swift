/// How one outside service (redis, qdrant, tei) stands, as one process sees it.
public struct ServiceReport: Codable, Equatable, Sendable {
    /// `unknown` is never shown as healthy: nobody has heard of the service lately.
    public enum State: String, Codable, Sendable { case healthy, unhealthy, unknown }

    public var state: State
    /// What was tried and what came back, in one line, without any secret: "connection refused (http://127.0.0.1:6333)".
    public var reason: String?
    /// What to do about it, in one line.
    public var remedy: String?

    public init(_ state: State, reason: String? = nil, remedy: String? = nil) {
        self.state = state
        self.reason = reason
        self.remedy = remedy
    }
}
