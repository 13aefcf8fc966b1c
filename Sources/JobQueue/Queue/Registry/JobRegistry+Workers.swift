extension JobRegistry {
    /// Workers that are asked about in one go; a fleet beyond that is counted in part.
    private static let workers = 2000

    /// What the workers of these queues have done, on whatever host and in whatever language they run.
    public func workerTallies(of queues: [String]) async throws(RedisError) -> [WorkerTally] {
        let lists = try await read(queues.map { ["SMEMBERS", "\(keyPrefix):workers:\($0)"] })
        let keys = Set(lists.flatMap { ($0.array ?? []).compactMap(\.text) }).sorted().prefix(Self.workers)
        let replies = try await read(keys.map { ["HMGET", "\($0)", "successful_job_count", "failed_job_count"] })
        let prefix = "\(keyPrefix):worker:"
        return zip(keys, replies).map { key, reply in
            let counts = (reply.array ?? []).map { $0.integer ?? 0 }
            return WorkerTally(
                name: key.hasPrefix(prefix) ? String(key.dropFirst(prefix.count)) : key, finished: counts.first ?? 0,
                failed: counts.count > 1 ? counts[1] : 0)
        }
    }
}
