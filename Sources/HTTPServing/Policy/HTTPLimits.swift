/// What one listener's clients may cost. Times are nanoseconds.
public struct HTTPLimits: Sendable {
    /// Connections at once. When they are reached, the oldest that has not sent a whole request makes room.
    public var connections = 32
    /// Whoever came less than this ago does not make room, but is heard first.
    public var grace: UInt64 = 50_000_000
    /// From the accept to the end of the answer, however busily a client dribbles; for a stream, from the accept to its
    /// beginning, and from its end to the last byte. nil = only the deadlines below.
    public var deadline: UInt64? = 10_000_000_000
    /// From the accept, or from the next request's first line, to the end of its headers.
    public var headerDeadline: UInt64 = 5_000_000_000
    /// For the body, beside a second for each `bodyBytesPerSecond` that have arrived.
    public var bodyDeadline: UInt64 = 10_000_000_000
    public var bodyBytesPerSecond = 100_000
    /// For making the answer; then it is 503.
    public var answerDeadline: UInt64 = 60_000_000_000
    /// For sending the answer, beside a second for each `bodyBytesPerSecond` of it.
    public var sendDeadline: UInt64 = 10_000_000_000
    /// Whether a connection may carry several requests, one after the other.
    public var keepsAlive = false
    /// Between two requests of one connection.
    public var idleDeadline: UInt64 = 60_000_000_000
    /// While a server retires: how long a connection without a request is kept for the one that may be on its way. It is
    /// answered, and told that it was the last; closed at once, it would be lost under a client that does nothing wrong.
    public var farewell: UInt64 = 500_000_000
    /// Largest request line and headers in bytes; larger ones get 431.
    public var head = 16 * 1024
    /// Largest request body in bytes; a larger one gets 413.
    public var body = 64 * 1024
    /// Bytes of all bodies at once. When they are reached, the oldest body that is still on its way is given up.
    public var bodies = 2 * 1024 * 1024
    /// Whoever is refused in the middle of a request is listened to for so many bytes more, and so long: closed at once, its
    /// connection would break under its hands before it has read why.
    public var lingerBytes = 8 * 1024 * 1024
    public var lingerTime: UInt64 = 2_000_000_000
    /// libmicrohttpd's buffer for one connection (request line and headers, and what is sent), in bytes.
    public var memory = 32 * 1024
    /// Keeps a descriptor free to turn clients away with.
    public var keepsReserve = true
    /// The answer to a request that is refused here: status, reason, and as much of the request as is known (no body).
    public var refusal: @Sendable (_ status: Int, _ text: String, _ head: HTTPRequest) -> HTTPResponse = {
        status, text, _ in .error(status, text)
    }

    public init() {}
}
