/// An ``HTTPServer`` on a plain thread of its own: what it hands out is answered by tasks, and no task ever waits for a client.
public final class HTTPService: Sendable {
    private let mailbox: ServiceMailbox

    /// - Parameters:
    ///   - listener: a listening, non-blocking stream socket. The service goes by a copy of the descriptor: this one stays the
    ///     caller's to close.
    ///   - screen: looks at a request before its body is read, on the server's thread: it must not wait. What it returns is
    ///     the answer, and the connection ends with it.
    ///   - respond: answers a whole request; one call for each request, any number at once.
    /// - Throws: ``HTTPServiceError`` when there is no memory, descriptor or thread for it.
    public init(
        listener: Int32, limits: HTTPLimits, screen: @escaping @Sendable (HTTPRequest) -> HTTPResponse? = { _ in nil },
        respond: @escaping @Sendable (HTTPRequest) async -> HTTPResponse
    ) throws(HTTPServiceError) {
        guard let mailbox = ServiceMailbox() else { throw HTTPServiceError(cause: "no descriptor for an event") }
        self.mailbox = mailbox
        let loop = ServiceLoop(listener: listener, mailbox: mailbox, respond: respond)
        guard loop.listener >= 0 else { throw HTTPServiceError(cause: "no descriptor for the listener") }
        let server = HTTPServer(
            listener: loop.listener, limits: limits, screen: screen,
            respond: { [unowned loop] in .later(loop.begin($0)) })
        guard let server else {
            throw HTTPServiceError(cause: "libmicrohttpd could not be started: out of memory or descriptors")
        }
        loop.server = server
        guard loop.start() else { throw HTTPServiceError(cause: "the kernel gave no thread") }
    }

    deinit { mailbox.stop(within: 0, then: nil) }

    /// Accepts nothing more, closes idle connections, lets requests that have begun get their answers, and returns when the
    /// last has gone out or the time is over. Connections that nobody has accepted stay with the listener.
    public func stop(within time: Duration) async {
        let (seconds, attoseconds) = time.components
        let nanoseconds = UInt64(max(0, seconds)) * 1_000_000_000 + UInt64(max(0, attoseconds) / 1_000_000_000)
        await withCheckedContinuation { continuation in
            mailbox.stop(within: nanoseconds, then: continuation)
        }
    }
}

/// Why there is no service.
public struct HTTPServiceError: Error, CustomStringConvertible {
    public let cause: String

    public var description: String {
        "the HTTP service cannot be started: \(cause); is TasksMax, LimitNOFILE or memory too small?"
    }
}
