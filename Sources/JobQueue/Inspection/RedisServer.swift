/// What a Redis says of itself, as far as it matters to whoever keeps jobs in it.
public struct RedisServer: Sendable {
    public var version = ""
    /// "master" or "slave"
    public var role = ""
    /// Bytes; 0 = no limit.
    public var maxMemory = 0
    public var usedMemory = 0
    public var evictionPolicy = ""
    public var evictedKeys = 0
    public var appendsToFile = false
    /// When snapshots are made, as its configuration says; nil = it does not tell.
    public var savePoints: String?
    public var lastSnapshotFailed = false
    public var lastAppendFailed = false
    /// Seconds by which its clock is ahead of ours, and how wrong that may be.
    public var clockOffset = 0.0
    public var clockError = 0.0
    /// Where it answers, without secrets; behind sentinels the master.
    public var address = ""

    /// - Parameter info: the text of `INFO`.
    init(info: String) {
        var fields: [Substring: Substring] = [:]
        for line in info.split(whereSeparator: \.isNewline) {
            guard let colon = line.firstIndex(of: ":") else { continue }
            fields[line[..<colon]] = line[line.index(after: colon)...]
        }
        func number(_ name: Substring) -> Int { fields[name].flatMap { Int($0) } ?? 0 }
        version = String(fields["redis_version"] ?? "")
        role = String(fields["role"] ?? "")
        (maxMemory, usedMemory) = (number("maxmemory"), number("used_memory"))
        evictionPolicy = String(fields["maxmemory_policy"] ?? "")
        evictedKeys = number("evicted_keys")
        appendsToFile = fields["aof_enabled"] == "1"
        lastSnapshotFailed = fields["rdb_last_bgsave_status"] == "err"
        lastAppendFailed = fields["aof_last_write_status"] == "err"
    }
}

extension JobRegistry {
    /// - Parameter clock: seconds since 1970 by this machine.
    public func server(clock: @Sendable () -> Double) async throws(RedisError) -> RedisServer {
        let replies = try await connection.pipeline([["INFO"], ["CONFIG", "GET", "save"]])
        guard let info = replies.first?.text else {
            if case .error(let text)? = replies.first {
                throw RedisError(.replyError(text), url: connection.url.description)
            }
            throw unexpected("INFO without a text")
        }
        var server = RedisServer(info: info)
        // Not everybody may read the configuration.
        server.savePoints = replies.last?.array?.last?.text
        let before = clock()
        let theirs = try await now()
        let after = clock()
        (server.clockOffset, server.clockError) = (theirs - (before + after) / 2, (after - before) / 2)
        server.address = connection.address
        return server
    }
}
