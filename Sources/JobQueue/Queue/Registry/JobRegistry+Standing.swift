extension JobRegistry {
    /// Where one job stands; nil when Redis knows of none.
    public func standing(of id: String) async throws(RedisError) -> JobStanding? {
        let job = try await summaries([id], queue: "")[0]
        guard let status = job.status else { return nil }
        var standing = JobStanding(
            id: id, status: status, url: job.url, enqueuedAt: job.enqueuedAt, startedAt: job.startedAt,
            endedAt: job.endedAt)
        guard status == "finished" || status == "failed" || status == "stopped" else { return standing }
        let newest = try await read([["XREVRANGE", "\(keyPrefix):results:\(id)", "+", "-", "COUNT", "1"]])[0]
        guard let entry = newest.array?.first else { return standing }
        if status == "finished" {
            standing.result = StoredResult.value(entry)
        } else if let text = StoredResult.read(entry)?.text {
            standing.reason = URLCredentials.removed(from: ExceptionText.headline(text))
        }
        return standing
    }
}
