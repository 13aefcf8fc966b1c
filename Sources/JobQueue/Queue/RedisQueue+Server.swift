extension RedisQueue {
    /// Where the queue lives, for logs: without secrets, behind sentinels with the master that answers.
    public nonisolated var address: String { commands.address }

    /// As far as both are connected, they are so to the same server.
    nonisolated var claimsMeetCommands: Bool {
        guard let here = claims.peer, let there = commands.peer else { return true }
        return here.runID == there.runID
    }

    /// Both connections must end at the same server. After a failover one of them may still hang on a former master that
    /// does not know it was replaced: what it claimed there would be nobody's here.
    func openClaims() async throws(RedisError) {
        try await claims.open()
        guard !claimsMeetCommands, let here = claims.peer, let there = commands.peer else { return }
        if here.since < there.since {
            await claims.close()
            try await claims.open()
        } else {
            await commands.close()
        }
    }
}
