/// A request: whole in memory, with its own deadline.
struct HTTPRequest: Sendable {
    enum Method: String, Sendable { case get = "GET", put = "PUT", post = "POST" }

    var method: Method
    /// May hold user and password; only `address` is ever shown.
    var url: String
    var headers: [String] = []
    var body: [UInt8] = []
    /// From now until the last byte of the answer.
    var deadline: Duration
    var connectTimeout: Duration = .seconds(3)
    /// Largest answer that is taken, in bytes.
    var responseLimit = 64 << 20

    var address: SanitizedURL { SanitizedURL(url) }
}
