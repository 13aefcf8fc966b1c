/// One whole request.
public struct HTTPRequest: Sendable {
    /// "GET"
    public var method: String
    /// Without the query: "/status".
    public var path: String
    /// The query's arguments by name, decoded; of two with one name the last.
    public var query: [String: String]
    /// In the order of arrival, names as they were sent.
    public var headers: [(name: String, value: String)]
    public var body: [UInt8]
    /// The uid at the other end of a Unix socket; nil on TCP.
    public var peerUser: UInt32?
    /// The numeric address at the other end of a TCP connection, IPv4 in its own form; nil on a Unix socket.
    public var peerAddress: String?

    public init(
        method: String, path: String, query: [String: String] = [:], headers: [(name: String, value: String)] = [],
        body: [UInt8] = [], peerUser: UInt32? = nil, peerAddress: String? = nil
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
        self.peerUser = peerUser
        self.peerAddress = peerAddress
    }

    /// Of which nothing is known.
    static let unknown = HTTPRequest(method: "", path: "")

    /// The first header of that name, however it is capitalised.
    public func header(_ name: String) -> String? {
        headers.first { HeaderName.equal($0.name, name) }?.value
    }

    /// All headers of that name, however they are capitalised, in the order of arrival.
    public func headers(_ name: String) -> [String] {
        headers.filter { HeaderName.equal($0.name, name) }.map(\.value)
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
