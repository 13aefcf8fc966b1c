/// A request: whole in memory, with its own deadline.
package struct HTTPRequest: Sendable {
    package enum Method: String, Sendable { case get = "GET", put = "PUT", post = "POST", patch = "PATCH" }

    var method: Method
    /// May hold user and password; only `address` is ever shown.
    var url: String
    var headers: [String] = []
    var body: [UInt8] = []
    /// From now until the last byte of the answer.
    var deadline: Duration
    var connectTimeout: Duration
    /// Largest answer that is taken, in bytes.
    var responseLimit: Int
    /// Takes the body of a successful answer piece by piece instead of having it kept; called on the client's own thread.
    var onPiece: (@Sendable ([UInt8]) -> Void)?
    /// The Unix socket to speak through; the URL's host is then only a name.
    var unixSocket: String?

    package init(
        method: Method, url: String, headers: [String] = [], body: [UInt8] = [], deadline: Duration,
        connectTimeout: Duration = .seconds(3), responseLimit: Int = 64 << 20, unixSocket: String? = nil,
        onPiece: (@Sendable ([UInt8]) -> Void)? = nil
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.deadline = deadline
        self.connectTimeout = connectTimeout
        self.responseLimit = responseLimit
        self.unixSocket = unixSocket
        self.onPiece = onPiece
    }

    var address: SanitizedURL { SanitizedURL(url) }
}
