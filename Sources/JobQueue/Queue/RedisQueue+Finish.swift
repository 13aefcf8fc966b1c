extension RedisQueue {
    /// Records how a job ended, exactly as RQ would, unless it is no longer ours.
    ///
    /// - Parameter seconds: How long it ran, for RQ's `total_working_time`.
    public func finish(
        _ job: ClaimedJob, outcome: JobOutcome, seconds: Double = 0
    ) async throws(RedisError) -> FinishResult {
        let kind: String
        let result: [UInt8]
        var mayRetry = false
        switch outcome {
        case .success(let value):
            kind = "success"
            // RQ stores no value for None.
            result = value == .none ? [] : Base64.encode(job.serializer.encode(value))
        case .failure(let text, let retryable):
            kind = "failure"
            mayRetry = retryable
            result = Self.storedText(text)
        case .stopped(let text):
            kind = "stopped"
            result = Self.storedText(text)
        case .routed(let queue):
            kind = "route"
            result = Array(queue.utf8)
        }
        let reply = try await run(
            .finish,
            [
                "\(job.id)", "\(job.execution)", "\(kind)", .bytes(result), "\(Self.decimal(seconds))",
                mayRetry ? "1" : "0",
            ])
        if held[job.id] == job.execution { held[job.id] = nil }
        switch (reply.array?.first?.text, reply.array?.last?.integer) {
        case ("recorded", _): return .recorded
        case ("retried", let seconds): return .retried(afterSeconds: seconds ?? 0)
        case ("lost", _): return .lost
        default: throw unexpected("\(reply)", from: .finish)
        }
    }

    /// Returns jobs to the front of their queues in the order they were taken, uncounted. Returns how many were still ours.
    @discardableResult
    public func giveBack(_ jobs: [ClaimedJob]) async throws(RedisError) -> Int {
        guard !jobs.isEmpty else { return 0 }
        let reply = try await run(.giveBack, jobs.flatMap { ["\($0.id)", "\($0.execution)"] })
        for job in jobs where held[job.id] == job.execution { held[job.id] = nil }
        return reply.integer ?? 0
    }

    /// RQ's exc_string: base64 of deflated UTF-8.
    static func storedText(_ text: String) -> [UInt8] {
        // RQ shows whatever it can inflate; deflating fails only without memory, and then there is no text.
        Base64.encode((try? Zlib.deflate(Array(text.utf8))) ?? [])
    }

    /// Redis's HINCRBYFLOAT takes no exponent of every kind; microseconds are what RQ writes.
    private static func decimal(_ seconds: Double) -> String {
        let micro = Int(max(0, min(seconds.isFinite ? seconds : 0, 1e9)) * 1e6)
        let digits = String(micro % 1_000_000)
        return "\(micro / 1_000_000)." + String(repeating: "0", count: 6 - digits.count) + digits
    }
}
