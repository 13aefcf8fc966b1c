extension RedisQueue {
    /// The same job with its documents, but for their text; one that cannot be read is large no more.
    ///
    /// Very large data is fetched now, on a connection that is there for nothing else: the megabytes of one job would hold
    /// up whatever is asked behind them.
    public nonisolated func open(_ job: ClaimedJob) async throws(RedisError) -> ClaimedJob {
        guard job.isUnread, let large = job.large else { return job }
        if let data = large.data { return await job.opened(data) }
        // It would be read whole to be refused: nothing deflates to more than itself and a few bytes.
        if job.size > Zlib.inflatedLimit + Self.slack {
            return job.refused(.compression(.bomb(limit: Zlib.inflatedLimit)))
        }
        return await job.opened(JobData(bytes: try await fetch(job.id), callbacks: large.callbacks))
    }

    private static let slack = 1 << 20

    /// Empty when the job was deleted meanwhile: whatever is written about it then, Redis answers that it is lost.
    private func fetch(_ id: String) async throws(RedisError) -> [UInt8] {
        let command: RedisCommand = ["HGET", "\(configuration.keyPrefix):job:\(id)", "data"]
        let reply = try await repeated(on: largeData) { connection throws(RedisError) in
            try await connection.call(command)
        }
        if case .bytes(let bytes) = reply { return bytes }
        return []
    }
}
