/// One whole request.
public struct HTTPRequest: Sendable {
    public var method: String
    /// Without the query: "/status".
    public var path: String
    public var body: [UInt8]
    /// The uid at the other end of a Unix socket; nil on TCP.
    public var peerUser: UInt32?

    public init(method: String, path: String, body: [UInt8] = [], peerUser: UInt32? = nil) {
        self.method = method
        self.path = path
        self.body = body
        self.peerUser = peerUser
    }
}

/// What is answered.
public struct HTTPResponse: Sendable {
    public var status: Int
    public var contentType: String
    public var headers: [(name: String, value: String)]
    public var body: [UInt8]

    public init(
        status: Int, contentType: String = "application/json", headers: [(name: String, value: String)] = [],
        body: [UInt8]
    ) {
        self.status = status
        self.contentType = contentType
        self.headers = headers
        self.body = body
    }

    /// `{"error":"..."}`. The text is ours, never a client's, so it needs no escaping beyond quotes.
    public static func error(
        _ status: Int, _ text: String, headers: [(name: String, value: String)] = []
    ) -> HTTPResponse {
        let safe = text.map { $0 == "\"" || $0 == "\\" ? "'" : $0 }
        return HTTPResponse(status: status, headers: headers, body: Array("{\"error\":\"\(String(safe))\"}\n".utf8))
    }
}

/// What one listener's clients may cost.
public struct HTTPLimits: Sendable {
    /// Connections at once; a newcomer then pushes out the oldest.
    public var connections = 32
    /// From the accept to the end of the answer, in nanoseconds, however busily a client dribbles.
    public var deadline: UInt64 = 10_000_000_000
    /// Largest request body in bytes; a larger one gets 413.
    public var body = 64 * 1024
    /// libmicrohttpd's buffer for one connection (request line and headers, and what is sent), in bytes.
    public var memory = 32 * 1024

    public init() {}
}
