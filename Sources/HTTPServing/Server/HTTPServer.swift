internal import CLinux
internal import CMicroHTTPD
internal import Glibc

/// HTTP/1.1 over one listening socket, driven by the caller's poll loop: no thread, no waiting.
///
/// libmicrohttpd parses and writes; accepting and deadlines are ours. Left to accept by itself it spins when descriptors run
/// out, lets one byte a second outlive its timeout, and locks everybody out once its limit is reached. Here the newest client
/// is always served: the oldest one makes room.
@safe public final class HTTPServer {
    private enum Service {
        case open
        /// Connections without a request are kept until then; nil = since this very moment.
        case retiring(until: UInt64?)
        case retired
    }

    var listener: Int32
    let limits: HTTPLimits
    let screen: (HTTPRequest) -> HTTPResponse?
    let respond: (HTTPRequest) -> HTTPReply
    private var daemon: OpaquePointer?
    var clients: [Int32: HTTPConnection] = [:]
    /// Of bodies of requests that are not yet over.
    var bytesHeld = 0
    /// Kept free to accept with when descriptors have run out, so that a client can at least be turned away.
    var reserve: Int32 = -1
    /// Nobody can make room: the listener is left alone until then.
    var pausedUntil: UInt64?
    private var service = Service.open
    /// We are going: who sleeps is still answered, and nobody else is asked for.
    private(set) var isClosing = false
    /// Clients of streams that have ended since the last turn.
    var endedStreams: [Int32] = []
    var wantsTurn = false
    /// The present turn's time.
    var turnedAt: UInt64 = 0
    /// No deadline of a client is earlier: the clients are only looked through when it has come.
    var nextCheck = UInt64.max
    private let epoll: Int32
    let lingering: LingeringSockets

    /// Poll both for reading; call ``turn(now:listenerIsReady:)`` when either is ready or the deadline has passed. Negative
    /// while nobody can be accepted.
    public var listeningDescriptor: Int32 { pausedUntil == nil && !isRetiring ? listener : -1 }
    /// Readable when a client wants something.
    public var eventsDescriptor: Int32 { epoll }
    /// Clients of streams that have nothing to read now. Poll them for hanging up (POLLHUP), for libmicrohttpd does not, and
    /// tell ``hungUp(_:)``. One that only has nothing more to ask (half closed) still reads.
    public var sleepers: [Int32] { clients.filter { $0.value.reader?.isAsleep == true }.map(\.key) }
    /// Connections, whatever they are doing.
    public var connections: Int { clients.count }

    /// - Parameters:
    ///   - listener: a listening, non-blocking stream socket; stays the caller's to close.
    ///   - screen: looks at a request before its body is read; what it returns is the answer, and the connection ends.
    ///   - respond: answers a whole request.
    /// - Returns: nil when libmicrohttpd cannot be started (out of memory or descriptors).
    public init?(
        listener: Int32, limits: HTTPLimits = HTTPLimits(),
        screen: @escaping (HTTPRequest) -> HTTPResponse? = { _ in nil },
        respond: @escaping (HTTPRequest) -> HTTPReply
    ) {
        self.listener = listener
        self.limits = limits
        self.screen = screen
        self.respond = respond
        epoll = pulse_epoll()
        lingering = LingeringSockets(epoll: epoll, limits: limits)
        guard epoll >= 0 else { return nil }
        if limits.keepsReserve { reserve = Self.openReserve() }
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        unsafe daemon = pulse_http_start(
            handleRequest, handleBeginning, handleCompletion, handleConnection, context,
            UInt32(limits.connections + 8), limits.memory)
        // The reserve and the epoll are closed by deinit.
        guard let daemon = unsafe daemon else { return nil }
        guard pulse_epoll_add(epoll, unsafe pulse_http_events(daemon)) == 0 else { return nil }
    }

    deinit {
        isClosing = true
        // libmicrohttpd refuses to stop while a connection sleeps.
        for client in clients.values {
            client.reader?.stream.end()
            client.reader?.wake()
            client.later?.answer(limits.refusal(503, "the server is stopping", client.exchange?.head ?? .unknown))
        }
        runDaemon()
        if let daemon = unsafe daemon { unsafe MHD_stop_daemon(daemon) }
        close(reserve)
        close(epoll)
    }

    /// From now on accept from another socket; the clients there are stay.
    public func listen(on listener: Int32) { self.listener = listener }

    /// The next moment at which ``turn(now:listenerIsReady:)`` is due without any descriptor being ready.
    public func deadline(now: UInt64) -> UInt64? {
        if wantsTurn { return now }
        return [nextCheck == .max ? nil : nextCheck, pausedUntil, farewellDue, lingering.deadline].compactMap { $0 }
            .min()
    }

    /// Serves whoever wants something, and lets go of whoever has taken too long. Never waits.
    /// - Parameters:
    ///   - now: monotonic nanoseconds, as ``deadline(now:)`` tells them.
    ///   - listenerIsReady: the listening socket was readable.
    public func turn(now: UInt64, listenerIsReady: Bool) {
        turnedAt = now
        for descriptor in endedStreams { streamEnded(descriptor) }
        endedStreams = []
        if now >= nextCheck { checkDeadlines(now: now) }
        if let until = pausedUntil, now >= until { pausedUntil = nil }
        if listenerIsReady, !isRetiring { acceptAll(now: now) }
        runDaemon()
        if !lingering.isEmpty { lingering.turn(now: now) }
        proceedToRetire(now: now)
    }

    /// Accepts nobody any more, and ends each connection with the answer in hand.
    public func retire() {
        service = .retiring(until: nil)
        wantsTurn = true
    }

    var isRetiring: Bool {
        if case .open = service { return false }
        return true
    }

    private var farewellDue: UInt64? {
        if case .retiring(let until) = service { return until }
        return nil
    }

    private func proceedToRetire(now: UInt64) {
        switch service {
        case .open: return
        case .retiring(let until):
            let due = until ?? now + limits.farewell
            guard now >= due else {
                service = .retiring(until: due)
                return
            }
            service = .retired
            letIdleGo()
        case .retired: letIdleGo()
        }
    }

    /// A sleeping client has gone.
    public func hungUp(_ descriptor: Int32) {
        guard let reader = clients[descriptor]?.reader else { return }
        reader.stream.end()
        shut(descriptor)
    }

    func runDaemon() {
        guard let daemon = unsafe daemon else { return }
        for _ in 0..<16 {
            wantsTurn = unsafe pulse_http_run(daemon) != 0
            if !wantsTurn { return }
        }
    }

    /// - Returns: whether libmicrohttpd has taken it; it has closed the socket if not.
    func hand(_ descriptor: Int32, _ address: inout sockaddr_storage, _ length: socklen_t) -> Bool {
        guard let daemon = unsafe daemon else { return false }
        return unsafe withUnsafePointer(to: &address) { address in
            unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                unsafe MHD_add_connection(daemon, descriptor, address, length) == pulse_http_yes
            }
        }
    }
}
