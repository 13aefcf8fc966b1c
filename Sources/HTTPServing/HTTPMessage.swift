/// One whole request.
public struct HTTPRequest: Sendable {
    /// "GET"
    public var method: String
    /// Without the query: "/status".
    public var path: String
    /// The query's arguments by name, decoded; of two with one name the last.
    public var query: [String: String]
    public var body: [UInt8]
    /// The uid at the other end of a Unix socket; nil on TCP.
    public var peerUser: UInt32?

    public init(
        method: String, path: String, query: [String: String] = [:], body: [UInt8] = [], peerUser: UInt32? = nil
    ) {
        self.method = method
        self.path = path
        self.query = query
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

    /// `{"error":"..."}`. The text may quote what a client sent: quotes and control characters are taken out of it.
    public static func error(
        _ status: Int, _ text: String, headers: [(name: String, value: String)] = []
    ) -> HTTPResponse {
        let safe = text.unicodeScalars.map { scalar -> Unicode.Scalar in
            if scalar == "\"" || scalar == "\\" { return "'" }
            return scalar.value < 0x20 || scalar.value == 0x7F ? " " : scalar
        }
        let message = String(String.UnicodeScalarView(safe))
        return HTTPResponse(status: status, headers: headers, body: Array("{\"error\":\"\(message)\"}\n".utf8))
    }
}

/// What one listener's clients may cost.
public struct HTTPLimits: Sendable {
    /// Connections at once; a newcomer then pushes out the oldest.
    public var connections = 32
    /// From the accept to the end of the answer, in nanoseconds, however busily a client dribbles; for a stream, from the
    /// accept to its beginning, and from its end to the last byte.
    public var deadline: UInt64 = 10_000_000_000
    /// Largest request body in bytes; a larger one gets 413.
    public var body = 64 * 1024
    /// libmicrohttpd's buffer for one connection (request line and headers, and what is sent), in bytes.
    public var memory = 32 * 1024
    /// Keeps a descriptor free to turn clients away with.
    public var keepsReserve = true

    public init() {}
}
