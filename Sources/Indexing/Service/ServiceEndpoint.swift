/// Where a service is and how it is spoken to.
public struct ServiceEndpoint: Sendable {
    /// As in the settings; may hold user and password.
    public var url: String
    public var apiKey: String?
    public var connectTimeout: Duration
    /// For one whole request.
    public var deadline: Duration
    /// For a request that only asks whether the service is there.
    public var probeDeadline: Duration

    public init(
        url: String, apiKey: String? = nil, connectTimeout: Duration = .seconds(3), deadline: Duration = .seconds(60),
        probeDeadline: Duration = .seconds(4)
    ) {
        self.url = url
        self.apiKey = apiKey
        self.connectTimeout = connectTimeout
        self.deadline = deadline
        self.probeDeadline = probeDeadline
    }
}
