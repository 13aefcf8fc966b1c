extension JobRegistry {
    /// Data beyond this is not fetched to show one job, in bytes.
    private static let dataLimit = 4 << 20
    /// So many of the jobs that wait for one are looked up.
    private static let relatives = 20

    private static let fields: [RedisCommand.Argument] = [
        "timeout", "retries_left", "retry_intervals", "last_heartbeat", "pulse_crashes", "pulse_crash_log",
    ]

    /// Everything about one job; nil when Redis knows of none.
    public func details(of id: String) async throws(RedisError) -> JobDetails? {
        var job = try await summaries([id], queue: "")[0]
        guard job.status != nil else { return nil }
        let key = "\(keyPrefix):job:\(id)"
        let replies = try await read([
            RedisCommand(["HMGET", "\(key)"] + Self.fields),
            ["HSTRLEN", "\(key)", "data"], ["PTTL", "\(key)"],
            ["LPOS", "\(keyPrefix):queue:\(job.queue)", "\(id)"],
            ["ZSCORE", "\(keyPrefix):scheduled:\(job.queue)", "\(id)"],
            ["XREVRANGE", "\(keyPrefix):results:\(id)", "+", "-", "COUNT", "10"],
            ["SMEMBERS", "\(keyPrefix):job::\(id):dependencies"],
            ["SCARD", "\(key):dependents"], ["SRANDMEMBER", "\(key):dependents", "\(Self.relatives)"],
        ])
        let fields = replies[0].array ?? []
        guard fields.count == Self.fields.count else { return nil }
        job.score = replies[4].text.flatMap { Double($0) }
        let stored = try await call(at: key, size: replies[1].integer ?? 0)
        if let stored, job.url == nil, case .success(let payload) = stored.payload {
            job.url = PayloadText.url(of: payload).map(URLCredentials.removed)
        }
        let results = (replies[5].array ?? []).compactMap { entry in
            StoredResult.read(entry).map { result in
                var clean = result
                clean.text = URLCredentials.removed(from: result.text)
                return clean
            }
        }
        job.reason = job.status == "failed" ? results.first.map { ExceptionText.headline($0.text) } : nil
        return JobDetails(
            job: job, function: Self.function(stored, job), payload: Self.payload(stored),
            dataSize: replies[1].integer ?? 0, lastHeartbeat: fields[3].text ?? "", timeout: fields[0].integer,
            retriesLeft: fields[1].integer, retryIntervals: fields[2].text ?? "",
            expiresIn: replies[2].integer.flatMap { $0 < 0 ? nil : Double($0) / 1000 },
            position: replies[3].integer.map { $0 + 1 }, crashes: fields[4].integer ?? 0,
            crashLog: (fields[5].text ?? "").split(separator: "\n").map(String.init),
            dependencies: try await relatives(replies[6]), dependents: try await relatives(replies[8]),
            dependentCount: replies[7].integer ?? 0, results: results)
    }

    private func call(at key: String, size: Int) async throws(RedisError) -> StoredCall? {
        guard size > 0, size <= Self.dataLimit, case .bytes(let data) = try await read([["HGET", "\(key)", "data"]])[0]
        else { return nil }
        return StoredCall(data)
    }

    private func relatives(_ reply: RedisReply) async throws(RedisError) -> [JobDetails.Relative] {
        let ids = (reply.array ?? []).compactMap(\.text).sorted().prefix(Self.relatives)
        let states = try await read(ids.map { ["HGET", "\(keyPrefix):job:\($0)", "status"] })
        return zip(ids, states).map { JobDetails.Relative(id: $0, status: $1.text) }
    }

    private static func function(_ stored: StoredCall?, _ job: JobSummary) -> String {
        if case .success(let call)? = stored?.call { return call.function }
        return String(job.description.prefix { $0 != "(" })
    }

    private static func payload(_ stored: StoredCall?) -> String {
        switch stored?.payload {
        case .success(let payload): PayloadText.text(of: payload)
        case .failure(let refusal): "\(refusal)"
        case nil: "not read: none, or too large to be shown"
        }
    }
}
