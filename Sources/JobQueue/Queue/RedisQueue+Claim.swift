extension RedisQueue {
    /// The longest single wait on the server; longer ones are made of these, so that a stop is never far away.
    private static let slice: Duration = .seconds(1)
    /// With several queues there is no command that waits for all of them and names a destination: they are looked at.
    private static let poll: Duration = .milliseconds(100)

    /// Takes up to `count` jobs and reads them.
    ///
    /// Empty when none came in time, while the queue is suspended (`rq suspend`), after `stopClaiming`, or when the task
    /// was cancelled; jobs that come in the very moment of a cancellation go back where they were.
    ///
    /// - Parameters:
    ///   - byteBudget: For the jobs' compressed data together. A larger job is taken only by a worker with nothing in hand.
    ///   - waitMilliseconds: How long to wait for the first job; 0 = only look.
    public func claim(upTo count: Int, byteBudget: Int, waitMilliseconds: Int) async throws(RedisError) -> [ClaimedJob]
    {
        guard count > 0, !isStopping else { return [] }
        claimsUnderWay += 1
        defer { claimsUnderWay -= 1 }
        let deadline = ContinuousClock.now + .milliseconds(waitMilliseconds)
        let arguments: [RedisCommand.Argument] = ["\(min(count, 64))", "\(byteBudget)"]
        // A result, since the handler would forget the error's type.
        let outcome = await withTaskCancellationHandler { () async -> Result<[RawJob], RedisError> in
            do throws(RedisError) {
                return .success(try await rawJobs(arguments, until: deadline))
            } catch {
                return .failure(error)
            }
        } onCancel: {
            Task { await self.unblock() }
        }
        let raw = try outcome.get()
        for job in raw { held[job.id] = job.execution }
        var jobs: [ClaimedJob] = []
        for job in raw { jobs.append(await job.decoded()) }
        guard Task.isCancelled, !jobs.isEmpty else { return jobs }
        try await giveBack(jobs)
        return []
    }

    private func rawJobs(
        _ arguments: [RedisCommand.Argument], until deadline: ContinuousClock.Instant
    ) async throws(RedisError) -> [RawJob] {
        if mayOwnUnknown {
            let adopted = try await read(.adopt, held.flatMap { [.text($0.key), .text($0.value)] }, after: nil)
            mayOwnUnknown = false
            if !adopted.jobs.isEmpty { return adopted.jobs }
        }
        var answer = try await look(arguments)
        while answer.jobs.isEmpty, !isStopping, !Task.isCancelled {
            let pause = min(Self.slice, deadline - .now)
            switch answer.state {
            case "unregistered":
                try await register()
                answer = try await look(arguments)
                if answer.state == "unregistered" { throw unexpected("unregistered after registering", from: .claim) }
                continue
            case "stopping": return []
            case _ where pause < .milliseconds(1): return []
            case "open" where configuration.queues.count == 1:
                answer = try await look(arguments, after: wait(pause))
            case "open":
                await Self.sleep(min(pause, Self.poll))
                answer = try await look(arguments)
            default:
                // Suspended, or the next job does not fit beside those in hand: BLMOVE would take it all the same.
                await Self.sleep(pause)
                answer = try await look(arguments)
            }
        }
        return answer.jobs
    }

    /// One claim, through the queues in an order drawn anew.
    private func look(
        _ arguments: [RedisCommand.Argument], after wait: RedisCommand? = nil
    ) async throws(RedisError) -> (state: String, jobs: [RawJob]) {
        var random = SystemRandomNumberGenerator()
        let order = QueueOrder(queues: configuration.queues, weights: configuration.weights).drawn(using: &random)
        return try await read(.claim, arguments + order.map { .text($0) }, after: wait)
    }

    /// One exchange. A job is never owned by nobody: BLMOVE leaves it in our inbox, the script behind it takes it there.
    private func read(
        _ script: Script, _ arguments: [RedisCommand.Argument], after wait: RedisCommand?
    ) async throws(RedisError) -> (state: String, jobs: [RawJob]) {
        do throws(RedisError) {
            if claims.peer == nil || claimClientID == nil || !claimsMeetCommands {
                try await openClaims()
                claimClientID = await claims.clientID
            }
            let reply = try await run(script, arguments, on: claims, after: wait)
            guard let parts = reply.array, let state = parts.first?.text else {
                throw unexpected("\(reply)", from: script)
            }
            let jobs = parts.dropFirst().compactMap { RawJob($0) }
            guard jobs.count == parts.count - 1 else { throw unexpected("a job in another shape", from: script) }
            return (state, jobs)
        } catch {
            mayOwnUnknown = true
            throw error
        }
    }

    private func wait(_ duration: Duration) -> RedisCommand {
        let queue = "\(configuration.keyPrefix):queue:\(configuration.queues[0])"
        let inbox = "\(configuration.ownPrefix):inbox:\(identity.name)"
        let (seconds, attoseconds) = duration.components
        let milliseconds = max(1, seconds * 1000 + attoseconds / 1_000_000_000_000_000)
        let digits = String(milliseconds % 1000)
        let fraction = String(repeating: "0", count: 3 - digits.count) + digits
        return ["BLMOVE", "\(queue)", "\(inbox)", "LEFT", "RIGHT", "\(milliseconds / 1000).\(fraction)"]
    }

    /// Cut short by a cancellation, which the caller looks at itself.
    private static func sleep(_ duration: Duration) async {
        do { try await Task.sleep(for: duration) } catch { return }
    }
}
