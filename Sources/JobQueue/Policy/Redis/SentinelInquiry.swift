/// What a round of questions to the sentinels has brought to light: whom to ask next, and what to say in the end.
struct SentinelInquiry {
    private let group: SentinelGroup
    private var failures: [RedisError.SentinelFailure] = []
    private var ignorant: [String] = []
    /// Servers that sentinels named, and why they could not be used.
    private var tried: [(master: RedisAddress, cause: RedisError.Cause)] = []

    init(_ group: SentinelGroup) { self.group = group }

    /// A sentinel could not be asked, or answered an error.
    mutating func failed(_ sentinel: RedisAddress, _ cause: RedisError.Cause) {
        failures.append(.init(sentinel: sentinel.description, cause: cause))
    }

    /// What a sentinel answered: the server to try; nil when it knows none, or one that has been tried in vain.
    mutating func answered(_ sentinel: RedisAddress, _ reply: RedisReply) -> RedisAddress? {
        if case .error(let text) = reply {
            failed(sentinel, .replyError(text))
            return nil
        }
        if case .null = reply {
            ignorant.append(sentinel.description)
            return nil
        }
        guard let parts = reply.array, parts.count == 2, let host = parts[0].text, !host.isEmpty,
            let port = parts[1].integer, (1...65_535).contains(port)
        else {
            failed(sentinel, .unexpectedReply("no address of a master"))
            return nil
        }
        let master = RedisAddress.tcp(host: host, port: port)
        return tried.contains { $0.master == master } ? nil : master
    }

    mutating func rejected(_ master: RedisAddress, _ cause: RedisError.Cause) { tried.append((master, cause)) }

    /// Why the round was in vain, and the master it was about.
    var verdict: (cause: RedisError.Cause, master: RedisAddress?) {
        // A server that answered and is a replica says more than one that did not answer.
        if let (master, cause) = tried.first(where: { $0.cause.wantsAnotherServer }) ?? tried.first {
            return (cause, master)
        }
        if !ignorant.isEmpty { return (.unknownMaster(name: group.master, sentinels: ignorant), nil) }
        return (.noSentinel(failures), nil)
    }
}
