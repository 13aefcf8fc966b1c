internal import CLinux
internal import CMicroHTTPD
internal import Glibc

/// HTTP/1.1 over one listening socket, driven by the caller's poll loop: no thread, no waiting.
///
/// libmicrohttpd parses and writes; accepting and deadlines are ours. Left to accept by itself it spins when descriptors run
/// out, lets one byte a second outlive its timeout, and locks everybody out once its limit is reached. Here the newest client
/// is always served: the oldest one makes room.
@safe public final class HTTPServer {
    var listener: Int32
    let limits: HTTPLimits
    private let screen: (HTTPRequest) -> HTTPResponse?
    private let respond: (HTTPRequest) -> HTTPReply
    private var daemon: OpaquePointer?
    var clients: [Int32: HTTPConnection] = [:]
    /// Of bodies of requests that are not yet over.
    private var bytesHeld = 0
    /// Kept free to accept with when descriptors have run out, so that a client can at least be turned away.
    var reserve: Int32 = -1
    /// Nobody can make room: the listener is left alone until then.
    var pausedUntil: UInt64?
    private var isRetiring = false
    /// Clients of streams that have ended since the last turn.
    private var endedStreams: [Int32] = []
    private var wantsTurn = false
    private var turnedAt: UInt64 = 0
    /// No deadline of a client is earlier: the clients are only looked through when it has come.
    private var nextCheck = UInt64.max
    private let epoll: Int32
    private let lingering: LingeringSockets

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
        // libmicrohttpd refuses to stop while a connection sleeps.
        for client in clients.values {
            client.reader?.stream.end()
            client.reader?.wake()
            client.later?.answer(.error(503, "the server is stopping"))
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
        return [nextCheck == .max ? nil : nextCheck, pausedUntil, lingering.deadline].compactMap { $0 }.min()
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
        if isRetiring { letIdleGo() }
    }

    /// Accepts nobody any more, and ends each connection with the answer in hand.
    public func retire() {
        isRetiring = true
        wantsTurn = true
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

    // MARK: - Deadlines

    func enter(_ phase: ClientPhase, _ descriptor: Int32) {
        guard let client = clients[descriptor], client.phase != .shut else { return }
        clients[descriptor]?.phase = phase
        if let deadline = phase.deadline(limits, acceptedAt: client.acceptedAt) { nextCheck = min(nextCheck, deadline) }
    }

    private func checkDeadlines(now: UInt64) {
        nextCheck = .max
        for (descriptor, client) in clients {
            guard let deadline = client.phase.deadline(limits, acceptedAt: client.acceptedAt) else { continue }
            if now < deadline {
                nextCheck = min(nextCheck, deadline)
            } else if let later = client.later {
                later.answer(limits.refusal(503, "the answer took too long", client.exchange?.head ?? .unknown))
            } else {
                cutOff(descriptor, RequestFault(status: 408, text: "the request took too long to arrive"))
            }
        }
    }

    /// Lets go of a client; one whose body is on its way is told why.
    func cutOff(_ descriptor: Int32, _ fault: RequestFault) {
        guard let client = clients[descriptor] else { return }
        if case .body = client.phase, let exchange = client.exchange {
            RawAnswer.send(limits.refusal(fault.status, fault.text, exchange.head), to: descriptor)
        }
        shut(descriptor)
    }

    /// Never `close`: the descriptor is libmicrohttpd's, which notices the end and closes it.
    private func shut(_ descriptor: Int32) {
        clients[descriptor]?.phase = .shut
        shutdown(descriptor, Int32(SHUT_RDWR))
        clients[descriptor]?.reader?.wake()
    }

    private func letIdleGo() {
        for (descriptor, client) in clients {
            switch client.phase {
            // Whose next request has arrived already gets its answer.
            case .idle where pulse_unread(descriptor) == 0: shut(descriptor)
            case .head where client.exchange == nil && pulse_unread(descriptor) == 0: shut(descriptor)
            default: break
            }
        }
    }

    // MARK: - What libmicrohttpd tells

    func began(_ exchange: HTTPExchange) {
        clients[exchange.descriptor]?.exchange = exchange
        if case .idle = clients[exchange.descriptor]?.phase { enter(.head(since: turnedAt), exchange.descriptor) }
    }

    func ended(_ exchange: HTTPExchange) {
        let descriptor = exchange.descriptor
        bytesHeld -= exchange.bytes
        guard let client = clients[descriptor], client.exchange === exchange else { return }
        clients[descriptor]?.exchange = nil
        clients[descriptor]?.later = nil
        if !exchange.isAnswered { clients[descriptor]?.isCutShort = true }
        enter(.idle(since: turnedAt), descriptor)
    }

    func forget(_ descriptor: Int32) {
        pausedUntil = nil
        guard let client = clients.removeValue(forKey: descriptor), client.phase != .shut else { return }
        var isUnfinished = client.isCutShort
        if case .head = client.phase { isUnfinished = true }
        if isUnfinished, pulse_unread(descriptor) > 0 || client.isCutShort { lingering.keep(descriptor, now: turnedAt) }
    }

    func proceed(
        _ exchange: HTTPExchange, _ call: borrowing HTTPCall, on connection: OpaquePointer
    ) -> MHD_Result {
        let descriptor = exchange.descriptor
        guard let client = clients[descriptor] else { return pulse_http_no }
        let before = exchange.bytes
        let step = exchange.proceed(call, from: client.peer, limits: limits, screen: screen, respond: respond)
        switch step {
        case .goOn:
            guard exchange.isReceiving else { return pulse_http_yes }
            return receive(exchange, exchange.bytes - before, client.phase)
        case .turnDown(let response):
            clients[descriptor]?.isCutShort = true
            enter(.sending(response.body.count, now: turnedAt, limits, acceptedAt: client.acceptedAt), descriptor)
            return call.queue(response, closes: true)
        case .cutOff(let fault): return breakOff(exchange, fault)
        case .answer(.whole(let response)):
            clients[descriptor]?.later = nil
            enter(.sending(response.body.count, now: turnedAt, limits, acceptedAt: client.acceptedAt), descriptor)
            return call.queue(response, closes: !limits.keepsAlive || isRetiring)
        case .answer(.later(let later)):
            unsafe MHD_suspend_connection(connection)
            later.wake = { [weak self] in
                unsafe MHD_resume_connection(connection)
                self?.wantsTurn = true
            }
            clients[descriptor]?.later = later
            enter(.answering(since: turnedAt), descriptor)
            return pulse_http_yes
        case .answer(.stream(let stream)):
            let reader = unsafe StreamReader(stream, connection: connection) { [weak self] in self?.wantsTurn = true }
            stream.whenEnded = { [weak self] in
                self?.endedStreams.append(descriptor)
                self?.wantsTurn = true
            }
            clients[descriptor]?.reader = reader
            enter(.streaming(since: client.acceptedAt), descriptor)
            let kept = unsafe Unmanaged.passRetained(reader).toOpaque()
            return unsafe call.queue(stream, context: kept, read: readStream, free: freeStream)
        }
    }

    private func receive(_ exchange: HTTPExchange, _ bytes: Int, _ phase: ClientPhase) -> MHD_Result {
        bytesHeld += bytes
        if case .body(let since, let before) = phase {
            clients[exchange.descriptor]?.phase = .body(since: since, bytes: before + bytes)
        } else {
            enter(.body(since: turnedAt, bytes: 0), exchange.descriptor)
        }
        while bytesHeld > limits.bodies {
            let others = clients.compactMap { descriptor, client -> (descriptor: Int32, since: UInt64)? in
                guard case .body(let since, let bytes) = client.phase, bytes > 0, descriptor != exchange.descriptor
                else {
                    return nil
                }
                return (descriptor, since)
            }
            let fault = RequestFault(status: 503, text: "too many large requests at once; try again later")
            guard let oldest = others.min(by: { $0.since < $1.since }) else { return breakOff(exchange, fault) }
            bytesHeld -= clients[oldest.descriptor]?.exchange?.giveUp() ?? 0
            cutOff(oldest.descriptor, fault)
        }
        return pulse_http_yes
    }

    /// Ends a request in the middle of its body; only from within a call for it.
    private func breakOff(_ exchange: HTTPExchange, _ fault: RequestFault) -> MHD_Result {
        RawAnswer.send(limits.refusal(fault.status, fault.text, exchange.head), to: exchange.descriptor)
        clients[exchange.descriptor]?.isCutShort = true
        return pulse_http_no
    }

    /// An ended stream's rest has a deadline like any other answer.
    private func streamEnded(_ descriptor: Int32) {
        guard case .streaming = clients[descriptor]?.phase else { return }
        let until = turnedAt + (limits.deadline ?? limits.sendDeadline)
        enter(.sending(since: turnedAt, until: until), descriptor)
    }
}
