internal import CHiredis
internal import Dispatch
internal import Glibc

/// One connection to Redis. hiredis blocks, so everything here runs on a serial queue of its own (backed by a thread that
/// is not one of Swift concurrency's), and each call waits at most `timeout`.
///
/// The connection opens itself when it is used; a call that fails on the wire closes it, so the next one starts afresh.
/// Nothing is sent twice: whether a command whose reply was lost may be repeated, only its sender knows.
@safe actor RedisConnection {
    nonisolated let url: RedisURL
    private nonisolated let queue: DispatchQueueExecutor
    private let name: String
    private let timeout: Duration
    private var context: UnsafeMutablePointer<redisContext>?

    /// Server-side id of this connection, for CLIENT UNBLOCK.
    private(set) var clientID: Int?
    /// The server process that answers, and since when it does so without a break.
    private(set) var peer: (runID: String, since: ContinuousClock.Instant)?
    /// The channel it listens to.
    var subscription: String?

    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe queue.asUnownedSerialExecutor() }

    init(url: RedisURL, name: String, timeout: Duration) {
        self.url = url
        self.name = name
        self.timeout = timeout
        queue = DispatchQueueExecutor(label: "pulse.redis.\(name)")
    }

    isolated deinit { close() }

    func close() {
        if let context = unsafe context { unsafe redisFree(context) }
        unsafe context = nil
        clientID = nil
        peer = nil
        subscription = nil
    }

    /// Sends one command and waits for its reply. An error reply is thrown.
    @discardableResult
    func call(_ command: RedisCommand) throws(RedisError) -> RedisReply {
        let replies = try pipeline([command])
        guard let reply = replies.first else { throw error(.unexpectedReply("no reply")) }
        if case .error(let text) = reply { throw error(.replyError(text)) }
        return reply
    }

    /// Sends commands in one go; error replies stand in the answer.
    func pipeline(_ commands: [RedisCommand]) throws(RedisError) -> [RedisReply] {
        try open()
        guard let context = unsafe context else { throw error(.closed) }
        return try unsafe exchange(commands, on: context)
    }

    /// Opens the connection unless it is open: TCP or socket, AUTH, SELECT, then who answers.
    func open() throws(RedisError) {
        guard unsafe context == nil else { return }
        Self.ignoreBrokenPipes()
        let fresh = try unsafe connected()
        unsafe context = fresh
        do {
            try unsafe greet(fresh)
        } catch {
            close()
            throw error
        }
    }

    private func connected() throws(RedisError) -> UnsafeMutablePointer<redisContext> {
        let limit = timeval(timeout)
        let fresh =
            switch url.place {
            case .tcp(let host, let port): unsafe redisConnectWithTimeout(host, Int32(port), limit)
            case .unix(let path): unsafe redisConnectUnixWithTimeout(path, limit)
            }
        guard let fresh = unsafe fresh else { throw error(.unreachable("no memory for a connection")) }
        guard unsafe fresh.pointee.err == 0 else {
            let cause = unsafe failure(of: fresh, code: errno)
            unsafe redisFree(fresh)
            throw error(cause)
        }
        unsafe redisSetTimeout(fresh, limit)
        if case .tcp = url.place { unsafe redisEnableKeepAlive(fresh) }
        return unsafe fresh
    }

    private func greet(_ context: UnsafeMutablePointer<redisContext>) throws(RedisError) {
        var commands: [RedisCommand] = []
        if let password = url.password {
            commands.append(RedisCommand(["AUTH"] + (url.user.map { [.text($0)] } ?? []) + [.text(password)]))
        }
        if url.database != 0 { commands.append(["SELECT", "\(url.database)"]) }
        commands += [["CLIENT", "SETNAME", "\(name)"], ["CLIENT", "ID"], ["INFO", "server"]]
        let replies = try unsafe exchange(commands, on: context)
        for case .error(let text) in replies { throw error(.replyError(text)) }
        clientID = replies.dropLast().last?.integer
        let info = replies.last?.text ?? ""
        let runID = info.split(whereSeparator: \.isNewline).first { $0.hasPrefix("run_id:") }?.dropFirst(7) ?? ""
        peer = (String(runID), .now)
    }

    private func exchange(
        _ commands: [RedisCommand], on context: UnsafeMutablePointer<redisContext>
    ) throws(RedisError) -> [RedisReply] {
        for command in commands { unsafe HiredisCall.append(command, to: context) }
        var replies: [RedisReply] = []
        for _ in commands {
            var raw: UnsafeMutableRawPointer?
            guard unsafe redisGetReply(context, &raw) == REDIS_OK, let reply = unsafe raw else {
                let cause = unsafe failure(of: context, code: errno)
                close()
                throw error(cause)
            }
            replies.append(unsafe HiredisCall.copy(reply.assumingMemoryBound(to: redisReply.self)))
            unsafe freeReplyObject(reply)
        }
        return replies
    }

    /// A reply that has come without being asked for; nil when none is complete yet.
    func received() throws(RedisError) -> RedisReply? {
        guard let context = unsafe context else { throw error(.closed) }
        var raw: UnsafeMutableRawPointer?
        guard unsafe redisGetReplyFromReader(context, &raw) == REDIS_OK else {
            let cause = unsafe failure(of: context, code: errno)
            close()
            throw error(cause)
        }
        guard let reply = unsafe raw else { return nil }
        defer { unsafe freeReplyObject(reply) }
        return unsafe HiredisCall.copy(reply.assumingMemoryBound(to: redisReply.self))
    }

    /// Waits until bytes have come, and reads them.
    func awaitInput(upTo limit: Duration) throws(RedisError) {
        guard let context = unsafe context else { throw error(.closed) }
        let (seconds, attoseconds) = limit.components
        var watched = unsafe pollfd(fd: context.pointee.fd, events: Int16(POLLIN), revents: 0)
        guard unsafe poll(&watched, 1, Int32(seconds * 1000 + attoseconds / 1_000_000_000_000_000 + 1)) > 0 else {
            return
        }
        guard unsafe redisBufferRead(context) == REDIS_OK else {
            let cause = unsafe failure(of: context, code: errno)
            close()
            throw error(cause)
        }
    }

    private func error(_ cause: RedisError.Cause) -> RedisError { RedisError(cause, url: url.description) }

    /// hiredis tells I/O errors by errno, DNS errors by text alone.
    private func failure(of context: UnsafeMutablePointer<redisContext>, code: Int32) -> RedisError.Cause {
        let text = unsafe HiredisCall.errorText(of: context)
        switch unsafe context.pointee.err {
        case REDIS_ERR_EOF: return .reset
        case REDIS_ERR_PROTOCOL: return .notRedis(text)
        case REDIS_ERR_IO:
            switch code {
            case ECONNREFUSED: return .refused
            case EAGAIN, ETIMEDOUT, EINPROGRESS: return .timedOut(seconds: Int(timeout.components.seconds))
            case ECONNRESET, EPIPE, ECONNABORTED: return .reset
            case ENOENT, EACCES, ENOTSOCK: return .noSocket(text)
            default:
                return text.contains("timed out")
                    ? .timedOut(seconds: Int(timeout.components.seconds)) : .unreachable(text)
            }
        default:
            if case .tcp = url.place { return .unknownHost(text) }
            return .unreachable(text)
        }
    }

    /// hiredis 0.14 writes without MSG_NOSIGNAL: a Redis that went away would end the process. A handler of the
    /// program's own is left alone.
    private static func ignoreBrokenPipes() {
        var current = sigaction()
        guard unsafe sigaction(SIGPIPE, nil, &current) == 0, unsafe current.__sigaction_handler.sa_handler == nil else {
            return
        }
        signal(SIGPIPE, SIG_IGN)
    }
}

extension timeval {
    fileprivate init(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        self.init(tv_sec: Int(seconds), tv_usec: Int(attoseconds / 1_000_000_000_000))
    }
}
