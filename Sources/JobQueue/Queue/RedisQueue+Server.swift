extension RedisQueue {
    /// Where the queue lives, for logs: without secrets, behind sentinels with the master that answers.
    public nonisolated var address: String { commands.address }

    /// Both connections must end at the same server. After a failover one of them may still hang on a former master that
    /// does not know it was replaced: what it claimed there would be nobody's here.
    func openClaims() async throws(RedisError) {
        try await claims.open()
        guard let here = claims.peer, let there = commands.peer, here.runID != there.runID else { return }
        if here.since < there.since {
            await claims.close()
            try await claims.open()
        } else {
            await commands.close()
        }
    }
}
