internal import CLinux
internal import CMicroHTTPD
internal import Glibc

/// HTTP/1.1 over one listening socket, driven by the caller's poll loop: no thread, no waiting.
///
/// libmicrohttpd parses and writes; accepting and deadlines are ours. Left to accept by itself it spins when descriptors run
/// out, lets one byte a second outlive its timeout, and locks everybody out once its limit is reached. Here the newest client
/// is always served: the oldest one makes room.
@safe public final class HTTPServer {
    private struct Client {
        /// From when on its deadline runs; nil while a stream is open.
        var since: UInt64?
        let acceptedAt: UInt64
        let user: UInt32?
        var isShut = false
        var reader: StreamReader?
    }

    private var listener: Int32
    private let limits: HTTPLimits
    private let respond: (HTTPRequest) -> HTTPReply
    private var daemon: OpaquePointer?
    private var clients: [Int32: Client] = [:]
    /// Kept free to accept with when descriptors have run out, so that a client can at least be turned away.
    private var reserve: Int32 = -1
    private var wantsTurn = false
    private var turnedAt: UInt64 = 0

    /// Poll both for reading; call ``turn(now:listenerIsReady:)`` when either is ready or the deadline has passed.
    public var listeningDescriptor: Int32 { listener }
    /// libmicrohttpd's epoll: readable when a client wants something.
    public private(set) var eventsDescriptor: Int32 = -1
    /// Clients of streams that have nothing to read now. Poll them for hanging up (POLLHUP), for libmicrohttpd does not, and
    /// tell ``hungUp(_:)``. One that only has nothing more to ask (half closed) still reads.
    public var sleepers: [Int32] { clients.filter { $0.value.reader?.isAsleep == true }.map(\.key) }

    /// - Parameter listener: a listening, non-blocking stream socket; stays the caller's to close.
    /// - Returns: nil when libmicrohttpd cannot be started (out of memory or descriptors).
    public init?(listener: Int32, limits: HTTPLimits = HTTPLimits(), respond: @escaping (HTTPRequest) -> HTTPReply) {
        self.listener = listener
        self.limits = limits
        self.respond = respond
        if limits.keepsReserve { reserve = Self.openReserve() }
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        unsafe daemon = pulse_http_start(
            handleRequest, handleCompletion, handleConnection, context, UInt32(limits.connections + 8), limits.memory)
        guard let daemon = unsafe daemon else {
            // The reserve is closed by deinit.
            return nil
        }
        eventsDescriptor = unsafe pulse_http_events(daemon)
    }

    deinit {
        // libmicrohttpd refuses to stop while a connection sleeps.
        for client in clients.values {
            client.reader?.stream.end()
            client.reader?.wake()
        }
        runDaemon()
        if let daemon = unsafe daemon { unsafe MHD_stop_daemon(daemon) }
        close(reserve)
    }

    /// From now on accept from another socket; the clients there are stay.
    public func listen(on listener: Int32) { self.listener = listener }

    /// The next moment at which ``turn(now:listenerIsReady:)`` is due without any descriptor being ready.
    public func deadline(now: UInt64) -> UInt64? {
        if wantsTurn { return now }
        return clients.values.filter { !$0.isShut }.compactMap(\.since).min().map { $0 + limits.deadline }
    }

    /// Serves whoever wants something, and lets go of whoever has taken too long. Never waits.
    /// - Parameters:
    ///   - now: monotonic nanoseconds, as ``deadline(now:)`` tells them.
    ///   - listenerIsReady: the listening socket was readable.
    public func turn(now: UInt64, listenerIsReady: Bool) {
        turnedAt = now
        for (descriptor, client) in clients {
            guard !client.isShut, let since = client.since, now >= since + limits.deadline else { continue }
            shut(descriptor)
        }
        if listenerIsReady { acceptAll(now: now) }
        runDaemon()
        // An ended stream's rest has a deadline like any other answer.
        for (descriptor, client) in clients where client.since == nil && client.reader?.stream.isEnded == true {
            clients[descriptor]?.since = now
        }
    }

    /// A sleeping client has gone.
    public func hungUp(_ descriptor: Int32) {
        guard let reader = clients[descriptor]?.reader else { return }
        reader.stream.end()
        shut(descriptor)
    }

    private func runDaemon() {
        guard let daemon = unsafe daemon else { return }
        for _ in 0..<16 {
            wantsTurn = unsafe pulse_http_run(daemon) != 0
            if !wantsTurn { return }
        }
    }

    private func acceptAll(now: UInt64) {
        for _ in 0..<limits.connections {
            let descriptor = pulse_accept(listener)
            if descriptor >= 0 {
                admit(descriptor, now: now)
            } else if errno == EMFILE || errno == ENFILE {
                // The oldest makes room here as well; only when there is none is the newcomer turned away.
                let before = clients.count
                pushOutOldest()
                if clients.count == before {
                    turnAway()
                    return
                }
            } else if errno != EINTR && errno != ECONNABORTED {
                return
            }
        }
    }

    private func admit(_ descriptor: Int32, now: UInt64) {
        if clients.count >= limits.connections { pushOutOldest() }
        guard let daemon = unsafe daemon else { return }
        let user = pulse_peer_uid(descriptor)
        clients[descriptor] = Client(
            since: now, acceptedAt: now, user: user < 0 ? nil : UInt32(truncatingIfNeeded: user))
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let added = unsafe withUnsafeMutablePointer(to: &address) { address in
            unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                unsafe MHD_add_connection(daemon, descriptor, address, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        // It has closed the socket itself if it refused.
        if added != pulse_http_yes { clients[descriptor] = nil }
    }

    private func pushOutOldest() {
        let open = clients.filter { !$0.value.isShut }
        guard let oldest = open.min(by: { $0.value.acceptedAt < $1.value.acceptedAt }) else { return }
        shut(oldest.key)
        runDaemon()
    }

    /// Out of descriptors: the client learns it by a closed connection instead of hanging in the backlog while we spin.
    private func turnAway() {
        guard limits.keepsReserve else { return }
        close(reserve)
        let descriptor = pulse_accept(listener)
        if descriptor >= 0 { close(descriptor) }
        reserve = Self.openReserve()
    }

    private static func openReserve() -> Int32 { unsafe pulse_open("/dev/null", O_RDONLY | O_CLOEXEC, 0) }

    /// Never `close`: the descriptor is libmicrohttpd's, which notices the end and closes it.
    private func shut(_ descriptor: Int32) {
        clients[descriptor]?.isShut = true
        shutdown(descriptor, Int32(SHUT_RDWR))
        clients[descriptor]?.reader?.wake()
    }

    fileprivate func forget(_ descriptor: Int32) { clients[descriptor] = nil }

    fileprivate func user(of descriptor: Int32) -> UInt32? { clients[descriptor]?.user }

    fileprivate func proceed(
        _ exchange: HTTPExchange, _ call: borrowing HTTPCall, on connection: OpaquePointer, isFirst: Bool
    ) -> MHD_Result {
        switch exchange.proceed(call, isFirst: isFirst, limit: limits.body, respond: respond) {
        case .goOn: return pulse_http_yes
        case .answer(.whole(let response)): return call.queue(response)
        case .answer(.stream(let stream)):
            let reader = unsafe StreamReader(stream, connection: connection) { [weak self] in
                self?.wantsTurn = true
            }
            clients[exchange.descriptor]?.reader = reader
            clients[exchange.descriptor]?.since = nil
            let kept = unsafe Unmanaged.passRetained(reader).toOpaque()
            return unsafe call.queue(stream, context: kept, read: readStream, free: freeStream)
        }
    }
}

// MARK: - libmicrohttpd's callbacks, all on the caller's thread inside `turn`

private let handleRequest: MHD_AccessHandlerCallback = {
    context, connection, url, method, _, upload, uploadSize, slot in
    guard let context = unsafe context, let connection = unsafe connection, let url = unsafe url,
        let method = unsafe method, let uploadSize = unsafe uploadSize, let slot = unsafe slot
    else {
        return pulse_http_no
    }
    let server = unsafe Unmanaged<HTTPServer>.fromOpaque(context).takeUnretainedValue()
    let isFirst = unsafe slot.pointee == nil
    let descriptor = unsafe pulse_http_socket(connection)
    if isFirst { unsafe slot.pointee = Unmanaged.passRetained(HTTPExchange(descriptor: descriptor)).toOpaque() }
    guard let kept = unsafe slot.pointee else { return pulse_http_no }
    let exchange = unsafe Unmanaged<HTTPExchange>.fromOpaque(kept).takeUnretainedValue()
    let call = unsafe HTTPCall(
        connection: connection, url: url, method: method, upload: upload, uploadSize: uploadSize,
        peerUser: server.user(of: descriptor))
    return unsafe server.proceed(exchange, call, on: connection, isFirst: isFirst)
}

private let handleCompletion: MHD_RequestCompletedCallback = { _, _, slot, _ in
    guard let slot = unsafe slot, let kept = unsafe slot.pointee else { return }
    unsafe Unmanaged<HTTPExchange>.fromOpaque(kept).release()
    unsafe slot.pointee = nil
}

private let handleConnection: MHD_NotifyConnectionCallback = { context, connection, _, what in
    guard let context = unsafe context, let connection = unsafe connection,
        pulse_http_is_close(what) != 0
    else {
        return
    }
    unsafe Unmanaged<HTTPServer>.fromOpaque(context).takeUnretainedValue().forget(pulse_http_socket(connection))
}
