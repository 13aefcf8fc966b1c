internal import Synchronization

/// One connection to Redis. Its calls block, so everything here runs on a serial executor of its own (backed by a thread
/// that is not one of Swift concurrency's), and each call waits at most `timeout`, to connect and to be answered.
///
/// The connection opens itself when it is used; a call that fails on the wire closes it, and so does the answer of a server
/// that turns out to be a replica. The next one starts afresh, behind sentinels with asking them anew.
/// Nothing is sent twice: whether a command whose reply was lost may be repeated, only its sender knows.
actor RedisConnection {
    /// The server that answers, and since when it does so without a break.
    struct Peer: Sendable {
        /// Of the server's process: another one after a restart and after a failover.
        var runID: String
        var since: ContinuousClock.Instant
    }

    private struct Shown {
        var peer: Peer?
        var master: RedisAddress?
    }

    nonisolated let url: RedisURL
    private nonisolated let executor: ThreadExecutor
    private let name: String
    private let timeout: Duration
    private let lookup = HostLookup()
    private var discovery: MasterDiscovery?
    private(set) var wire: RedisWire?
    /// The channel it listens to.
    var subscription: String?
    /// What may be looked at while a call waits.
    private let shown = Mutex(Shown())

    /// Server-side id of this connection, for CLIENT UNBLOCK.
    private(set) var clientID: Int?

    nonisolated var peer: Peer? { shown.withLock { $0.peer } }
    /// The master that sentinels named last.
    nonisolated var master: RedisAddress? { shown.withLock { $0.master } }
    /// For errors and logs: the URL without secrets and, once known, the master behind it.
    nonisolated var address: String { url.description + (master.map { ", master \($0)" } ?? "") }

    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    /// - Parameter executor: nil = a serial queue of its own.
    init(url: RedisURL, name: String, timeout: Duration, executor: ThreadExecutor? = nil) {
        self.url = url
        self.name = name
        self.timeout = timeout
        self.executor = executor ?? .dispatch(label: "pulse.redis.\(name)")
        if case .sentinel(let group) = url.place {
            discovery = MasterDiscovery(group, tls: url.tls, lookup: lookup)
        }
    }

    func close() {
        wire = nil
        subscription = nil
        clientID = nil
        shown.withLock { $0.peer = nil }
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
        guard let wire else { throw error(.closed) }
        let replies: [RedisReply]
        do throws(RedisError.Cause) {
            replies = try wire.exchange(commands, until: TimeLimit(timeout))
        } catch {
            close()
            throw self.error(error)
        }
        for case .error(let text) in replies where RedisError.Cause.replyError(text).wantsAnotherServer { close() }
        return replies
    }

    /// Opens the connection unless it is open: whom to connect to, TCP or socket, TLS, AUTH, SELECT, then who answers.
    func open() throws(RedisError) {
        guard wire == nil else { return }
        let limit = TimeLimit(timeout)
        switch url.place {
        case .tcp(let host, let port): try direct(.tcp(host: host, port: port), limit)
        case .unix(let path): try direct(.unix(path: path), limit)
        case .sentinel: try throughSentinels(limit)
        }
    }

    private func direct(_ address: RedisAddress, _ limit: TimeLimit) throws(RedisError) {
        do throws(RedisError.Cause) {
            try connect(to: address, isNamed: false, until: limit)
        } catch {
            throw self.error(error)
        }
    }

    private func throughSentinels(_ limit: TimeLimit) throws(RedisError) {
        guard var discovery else { throw error(.closed) }
        let failure = discovery.find(until: limit) { (master, limit) throws(RedisError.Cause) in
            try connect(to: master, isNamed: true, until: limit)
        }
        self.discovery = discovery
        guard let failure else { return }
        shown.withLock { $0.master = failure.master }
        throw error(failure.cause)
    }

    /// - Parameter isNamed: Sentinels named this server, and may have been wrong.
    private func connect(to address: RedisAddress, isNamed: Bool, until limit: TimeLimit) throws(RedisError.Cause) {
        let fresh = try RedisWire(to: address, tls: url.tls, lookup: lookup, until: limit)
        let greeting = RedisGreeting(url: url, name: name, asksForRole: isNamed)
        let answer = try greeting.read(try fresh.exchange(greeting.commands, until: limit), from: address)
        wire = fresh
        clientID = answer.clientID
        shown.withLock {
            $0.peer = Peer(runID: answer.runID, since: .now)
            $0.master = isNamed ? address : nil
        }
    }

    func error(_ cause: RedisError.Cause) -> RedisError { RedisError(cause, url: address) }
}
