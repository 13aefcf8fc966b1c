/// The jobs of a Redis as people look at them and change them: queues, RQ's registries, single jobs, and the pause of all.
///
/// Looking changes nothing. RQ's own viewers clean up while they count, and fail jobs by it.
public actor JobRegistry {
    let connection: RedisConnection
    let keyPrefix: String

    public init(url: RedisURL, keyPrefix: String = "rq", timeout: Duration = .seconds(5)) {
        connection = RedisConnection(url: url, name: "pulse-registry", timeout: timeout)
        self.keyPrefix = keyPrefix
    }

    public func close() async { await connection.close() }

    /// Seconds since 1970 by the clock of Redis, which all of RQ's scores and Pulse's times go by.
    public func now() async throws(RedisError) -> Double {
        let parts = try await read([["TIME"]]).first?.array?.compactMap(\.integer) ?? []
        guard parts.count == 2 else { throw unexpected("no time") }
        return Double(parts[0]) + Double(parts[1]) / 1e6
    }

    /// The queues that anybody has ever enqueued on.
    public func queues() async throws(RedisError) -> [String] {
        let prefix = "\(keyPrefix):queue:"
        let members = try await read([["SMEMBERS", "\(keyPrefix):queues"]]).first?.array ?? []
        return members.compactMap(\.text).filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
            .sorted()
    }

    /// How many jobs of a queue stand where, without those whose time in a registry is up.
    public func counts(in queue: String) async throws(RedisError) -> [JobState: Int] {
        let now = Int(try await now())
        var commands: [RedisCommand] = []
        for state in JobState.allCases {
            let key = state.key(prefix: keyPrefix, queue: queue)
            commands.append(state == .queued ? ["LLEN", "\(key)"] : ["ZCARD", "\(key)"])
            commands.append(state.expires ? ["ZCOUNT", "\(key)", "0", "\(now)"] : ["PING"])
        }
        let replies = try await read(commands)
        var counts: [JobState: Int] = [:]
        for (index, state) in JobState.allCases.enumerated() {
            counts[state] = max(0, (replies[2 * index].integer ?? 0) - (replies[2 * index + 1].integer ?? 0))
        }
        return counts
    }

    /// Sends commands in one go. A key that holds something else than RQ would put there reads as nothing.
    func read(_ commands: [RedisCommand]) async throws(RedisError) -> [RedisReply] {
        guard !commands.isEmpty else { return [] }
        var replies = try await answers(to: commands)
        for (index, reply) in replies.enumerated() {
            guard case .error(let text) = reply else { continue }
            guard text.hasPrefix("WRONGTYPE") else {
                throw RedisError(.replyError(text), url: connection.url.description)
            }
            replies[index] = .null
        }
        return replies
    }

    /// Asks once more when the connection turns out to have been cut since it was last used: a question may be repeated.
    private func answers(to commands: [RedisCommand]) async throws(RedisError) -> [RedisReply] {
        do throws(RedisError) {
            return try await connection.pipeline(commands)
        } catch  where error.cause == .reset {
            return try await connection.pipeline(commands)
        }
    }

    /// Sent whole each time: a person's order is one call, and a server that knows it already would save a few KB.
    func run(_ script: RegistryScript, _ arguments: [RedisCommand.Argument]) async throws(RedisError) -> RedisReply {
        let ownPrefix = QueueConfiguration.ownPrefix(beside: keyPrefix)
        // An order is not given twice, so the connection is tried by a question before it.
        _ = try await read([["PING"]])
        return try await connection.call(
            RedisCommand(["EVAL", .bytes(script.source), "0", "\(keyPrefix)", "\(ownPrefix)", ""] + arguments))
    }

    func unexpected(_ what: String) -> RedisError {
        RedisError(.unexpectedReply(what), url: connection.url.description)
    }
}
