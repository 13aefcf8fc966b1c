/// Finds the master by way of its sentinels.
struct MasterDiscovery {
    private let group: SentinelGroup
    private let tls: TLSOptions?
    private let lookup: HostLookup
    /// The one that answered last goes first: it lives.
    private var order: [RedisAddress]

    init(_ group: SentinelGroup, tls: TLSOptions?, lookup: HostLookup) {
        self.group = group
        self.tls = tls
        self.lookup = lookup
        order = group.sentinels
    }

    /// Asks one sentinel after the other until `use` has taken a server that one of them named.
    ///
    /// - Parameter use: Throws when the server is of no use, above all because it is not a master.
    /// - Returns: The cause when none was, and the master it is about.
    mutating func find(
        until limit: TimeLimit, _ use: (RedisAddress, TimeLimit) throws(RedisError.Cause) -> Void
    ) -> (cause: RedisError.Cause, master: RedisAddress?)? {
        var inquiry = SentinelInquiry(group)
        let asked = order
        for (index, sentinel) in asked.enumerated() {
            guard limit.remaining > .zero else { break }
            let reply: RedisReply
            do throws(RedisError.Cause) {
                reply = try ask(sentinel, until: limit.share(of: asked.count - index + 1))
            } catch {
                inquiry.failed(sentinel, error)
                continue
            }
            guard let master = inquiry.answered(sentinel, reply) else { continue }
            order = [sentinel] + order.filter { $0 != sentinel }
            do throws(RedisError.Cause) {
                // Half of the time when others could still name another one.
                try use(master, limit.share(of: index + 1 < asked.count ? 2 : 1))
                return nil
            } catch {
                inquiry.rejected(master, error)
            }
        }
        return inquiry.verdict
    }

    private func ask(_ sentinel: RedisAddress, until limit: TimeLimit) throws(RedisError.Cause) -> RedisReply {
        let wire = try RedisWire(to: sentinel, tls: tls, lookup: lookup, until: limit)
        var commands: [RedisCommand] = []
        if let password = group.password { commands.append(.authentication(user: group.user, password: password)) }
        commands.append(["SENTINEL", "get-master-addr-by-name", "\(group.master)"])
        let replies = try wire.exchange(commands, until: limit)
        for case .error(let text) in replies { throw .replyError(text) }
        return replies.last ?? .null
    }
}
