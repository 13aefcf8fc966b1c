/// A worker's end of the queue. One instance is one incarnation: register, claim, finish, say goodbye.
///
/// ```mermaid
/// stateDiagram-v2
///     [*] --> queued: RPUSH by any producer
///     queued --> inbox: BLMOVE, while waiting
///     queued --> started: claim
///     inbox --> started: claim
///     inbox --> queued: suspended, stopping, goodbye, reclaim
///     started --> finished: finish(success)
///     started --> failed: finish(failure), third crash
///     started --> scheduled: finish(failure) with an RQ retry
///     started --> queued: giveBack, reclaim (front, old order)
/// ```
///
/// Four connections: one that waits for jobs, one that listens to commands, one that fetches very large data, one for
/// everything else, so that no wait delays a heartbeat.
/// Every method throws `RedisError`; after one, repeat the call: each is safe to repeat.
public actor RedisQueue {
    public nonisolated let configuration: QueueConfiguration
    /// Who this incarnation is; `identity.name` is what `rq info` shows and `PULSE_PREDECESSOR` carries.
    public nonisolated let identity: WorkerIdentity

    nonisolated let commands: RedisConnection
    nonisolated let claims: RedisConnection
    nonisolated let listener: RedisConnection
    nonisolated let largeData: RedisConnection
    private var digests: [Script: String] = [:]
    var unsent: [Waiting] = []
    var isSending = false

    /// Executions in our hands by job id: what an adoption need not report again.
    var held: [String: String] = [:]
    /// Workers whose process is gone and whose end nobody had told when they were last looked at.
    var unexplained: Set<String> = []
    /// A claim's reply was lost: Redis may know of jobs of ours that we do not.
    var mayOwnUnknown = false
    var isStopping = false
    /// Redis knows that this worker is on its way out.
    public internal(set) var hasAnnouncedStop = false
    var claimsUnderWay = 0
    /// The waiting connection's id on the server. Kept here, since that connection's actor is busy while it waits.
    var claimClientID: Int?

    /// When Redis last confirmed that this worker counts as alive (taken before the question was sent). A worker that has
    /// not been confirmed for 10 s may be reclaimed soon and must start no write to the vector store.
    ///
    /// nil too while a buried worker that registered anew does not know which jobs it has lost: it counts as alive then, but
    /// what it has in hand may be another's.
    public var confirmedAlive: ContinuousClock.Instant? { mayHaveLostJobs ? nil : confirmed }
    /// Ask `refresh` which jobs in hand are still ours, now and not when it is next due.
    public internal(set) var mayHaveLostJobs = false
    var confirmed: ContinuousClock.Instant?

    public init(configuration: QueueConfiguration) {
        self.configuration = configuration
        identity = ThisProcess.identity(node: configuration.node, slot: configuration.slot)
        commands = RedisConnection(url: configuration.url, name: identity.name, timeout: configuration.timeout)
        claims = RedisConnection(url: configuration.url, name: "\(identity.name).claim", timeout: configuration.timeout)
        listener = RedisConnection(
            url: configuration.url, name: "\(identity.name).listen", timeout: configuration.timeout)
        largeData = RedisConnection(
            url: configuration.url, name: "\(identity.name).data", timeout: configuration.timeout,
            executor: .background())
    }

    /// Opens both connections. Not needed before other calls, which open what they use; it is the startup check.
    public func connect() async throws(RedisError) {
        try await commands.open()
        try await claims.open()
    }

    /// Asks for a sign of life.
    public func ping() async throws(RedisError) {
        _ = try await repeated { connection throws(RedisError) in try await connection.call(["PING"]) }
    }

    /// Jobs waiting in the queues this worker serves.
    public func lengths() async throws(RedisError) -> Int {
        var total = 0
        for queue in configuration.queues {
            let key = "\(configuration.keyPrefix):queue:\(queue)"
            let reply = try await repeated { connection throws(RedisError) in
                try await connection.call(["LLEN", "\(key)"])
            }
            total += reply.integer ?? 0
        }
        return total
    }

    /// Runs a script on the connection for commands, once more when that connection turns out to have been cut.
    func run(_ script: Script, _ arguments: [RedisCommand.Argument], as worker: String? = nil) async throws(RedisError)
        -> RedisReply
    {
        try await repeated { connection throws(RedisError) in
            try await self.run(script, arguments, as: worker, on: connection, after: nil)
        }
    }

    /// Runs a script, loading it when the server does not know it. `wait` is sent ahead of it in the same write.
    func run(
        _ script: Script, _ arguments: [RedisCommand.Argument], as worker: String? = nil,
        on connection: RedisConnection,
        after wait: RedisCommand?
    ) async throws(RedisError) -> RedisReply {
        let fixed: [RedisCommand.Argument] = [
            "0", "\(configuration.keyPrefix)", "\(configuration.ownPrefix)", "\(worker ?? identity.name)",
        ]
        var ahead = wait.map { [$0] } ?? []
        while true {
            let digest = try await digest(of: script, on: connection)
            let command = RedisCommand(["EVALSHA", "\(digest)"] + fixed + arguments)
            let replies =
                connection === commands && ahead.isEmpty
                ? [try await send(command)] : try await connection.pipeline(ahead + [command])
            guard let reply = replies.last else { throw unexpected("nothing", from: script) }
            // A wait that is refused (an ACL, a Redis without BLMOVE) is over at once, and would be asked for without end.
            if !ahead.isEmpty, case .error(let text)? = replies.first, .replyError(text) != RedisError.Cause.unblocked {
                throw RedisError(.replyError(text), url: connection.address)
            }
            guard case .error(let text) = reply else { return reply }
            let cause = RedisError.Cause.replyError(text)
            guard cause == .noScript else { throw RedisError(cause, url: connection.address) }
            // A restarted server has forgotten its scripts. The wait is over by now; it is not repeated.
            digests[script] = nil
            ahead = []
        }
    }

    func unexpected(_ what: String, from script: Script) -> RedisError {
        RedisError(.unexpectedReply("\(what) from \(script.rawValue)"), url: configuration.url.description)
    }

    private func digest(of script: Script, on connection: RedisConnection) async throws(RedisError) -> String {
        if let known = digests[script] { return known }
        let reply = try await connection.call(["SCRIPT", "LOAD", .bytes(script.source)])
        guard let digest = reply.text else { throw unexpected("no digest", from: script) }
        digests[script] = digest
        return digest
    }

    /// An idle connection learns only by using it that the server was restarted meanwhile.
    ///
    /// - Parameter connection: nil = the one for commands.
    func repeated(
        on connection: RedisConnection? = nil, _ body: (RedisConnection) async throws(RedisError) -> RedisReply
    ) async throws(RedisError) -> RedisReply {
        let connection = connection ?? commands
        do {
            return try await body(connection)
        } catch  where error.cause == .reset {
            return try await body(connection)
        }
    }
}
