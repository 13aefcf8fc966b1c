/// What a request is answered with.
public enum HTTPReply {
    case whole(HTTPResponse)
    case stream(HTTPStream)
    /// The answer is yet to be made; until then the connection sleeps.
    case later(HTTPLater)
}

/// An answer that is yet to be made, on the server's own thread like everything else.
public final class HTTPLater {
    private(set) var response: HTTPResponse?
    /// Called when the answer is there; set by the server.
    var wake: (() -> Void)?

    public init() {}

    /// The first answer counts.
    public func answer(_ response: HTTPResponse) {
        guard self.response == nil else { return }
        self.response = response
        wake?()
        wake = nil
    }
}
