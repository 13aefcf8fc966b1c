extension JobRegistry {
    /// RQ's registries go by expiry, so what ended last is looked for among this many.
    private static let window = 500
    /// Compressed documents that one list may fetch for their URLs, in bytes.
    private static let dataBudget = 4 << 20
    private static let dataLimit = 256 << 10

    /// Jobs of one queue that stand in `state`, in the order of ``JobState/isNewestFirst``.
    ///
    /// - Parameter withTitles: their documents' titles too, which only the jobs' data tell.
    public func jobs(
        _ state: JobState, in queue: String, limit: Int, withTitles: Bool = false
    ) async throws(RedisError) -> [JobSummary] {
        let entries = try await entries(of: state, in: queue, limit: limit)
        var jobs = try await summaries(entries.map(\.id), queue: queue)
        for index in jobs.indices { jobs[index].score = entries[index].score }
        switch state {
        case .queued, .scheduled, .deferred: break
        case .started: jobs.sort { ($0.since(in: state) ?? .infinity) < ($1.since(in: state) ?? .infinity) }
        case .failed, .finished, .canceled:
            jobs.sort { ($0.since(in: state) ?? -.infinity) > ($1.since(in: state) ?? -.infinity) }
        }
        jobs = Array(jobs.prefix(limit))
        try await addDocuments(to: &jobs, all: withTitles)
        if state == .failed { try await addReasons(to: &jobs) }
        return jobs
    }

    private func entries(
        of state: JobState, in queue: String, limit: Int
    ) async throws(RedisError) -> [(id: String, score: Double?)] {
        let key = state.key(prefix: keyPrefix, queue: queue)
        if state == .queued {
            let ids = try await read([["LRANGE", "\(key)", "0", "\(limit - 1)"]]).first?.array ?? []
            return ids.compactMap(\.text).map { ($0, nil) }
        }
        let command = state.isNewestFirst ? "ZREVRANGE" : "ZRANGE"
        let last = max(limit, Self.window) - 1
        let replies = try await read([["TIME"], [.text(command), "\(key)", "0", "\(last)", "WITHSCORES"]])
        let now = Double(replies[0].array?.first?.integer ?? 0)
        let flat = replies[1].array?.compactMap(\.text) ?? []
        var seen: Set<String> = []
        return stride(from: 0, to: flat.count - 1, by: 2).compactMap { index in
            let score = Double(flat[index + 1])
            if state.expires, let score, (0...now).contains(score) { return nil }
            let id = state.jobID(ofEntry: flat[index])
            return seen.insert(id).inserted ? (id, score) : nil
        }
    }

    private static let fields: [RedisCommand.Argument] = [
        "status", "description", "worker_name", "created_at", "enqueued_at", "started_at", "ended_at", "origin",
    ]

    /// The jobs of these ids, without what has to be read out of their data and results.
    func summaries(_ ids: [String], queue: String) async throws(RedisError) -> [JobSummary] {
        let replies = try await read(
            ids.map { RedisCommand(["HMGET", "\(keyPrefix):job:\($0)"] + Self.fields) })
        return zip(ids, replies).map { id, reply in
            let texts = reply.array?.map { $0.text ?? "" } ?? []
            var job = JobSummary(id: id, queue: queue)
            guard texts.count == Self.fields.count, texts.contains(where: { !$0.isEmpty }) else { return job }
            job.status = texts[0].isEmpty ? "created" : texts[0]
            job.description = URLCredentials.removed(from: texts[1])
            job.url = DescribedURL.find(in: texts[1]).map(URLCredentials.removed)
            job.worker = texts[2]
            (job.createdAt, job.enqueuedAt) = (texts[3], texts[4])
            (job.startedAt, job.endedAt) = (texts[5], texts[6])
            if !texts[7].isEmpty { job.queue = texts[7] }
            return job
        }
    }

    /// Where the description does not show the URL, the data does; large ones are not worth a line of a list.
    private func addDocuments(to jobs: inout [JobSummary], all: Bool) async throws(RedisError) {
        let unknown = jobs.indices.filter { jobs[$0].status != nil && (all || jobs[$0].url == nil) }
        let sizes = try await read(unknown.map { ["HSTRLEN", "\(keyPrefix):job:\(jobs[$0].id)", "data"] })
        var left = Self.dataBudget
        let chosen = zip(unknown, sizes).filter { _, size in
            guard let bytes = size.integer, bytes <= min(left, Self.dataLimit) else { return false }
            left -= bytes
            return true
        }.map(\.0)
        let data = try await read(chosen.map { ["HGET", "\(keyPrefix):job:\(jobs[$0].id)", "data"] })
        for (index, reply) in zip(chosen, data) {
            guard case .bytes(let bytes) = reply, case .success(let payload) = StoredCall(bytes).payload else {
                continue
            }
            jobs[index].url = PayloadText.url(of: payload).map(URLCredentials.removed)
            if all { jobs[index].title = PayloadText.title(of: payload).map(URLCredentials.removed) }
        }
    }

    private func addReasons(to jobs: inout [JobSummary]) async throws(RedisError) {
        let newest = try await read(
            jobs.map { ["XREVRANGE", "\(keyPrefix):results:\($0.id)", "+", "-", "COUNT", "1"] })
        for (index, reply) in newest.enumerated() {
            guard let entry = reply.array?.first, let result = StoredResult.read(entry) else { continue }
            let line = ExceptionText.headline(result.text)
            if !line.isEmpty { jobs[index].reason = URLCredentials.removed(from: line) }
        }
    }
}
