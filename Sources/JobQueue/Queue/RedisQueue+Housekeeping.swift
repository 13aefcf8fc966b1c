extension RedisQueue {
    /// How often a queue's registries are cleaned, by whichever worker is first. RQ does it every ten minutes.
    private static let interval = 60

    /// Puts scheduled jobs whose time has come on their queues, unless a scheduler of RQ's own is at work. Due every second.
    @discardableResult
    public func promoteScheduled() async throws(RedisError) -> Int {
        try await run(.promote, configuration.queues.map { .text($0) }).integer ?? 0
    }

    /// Does for the queues what RQ's workers do now and then: trims registries, brings back what dead Python workers took
    /// and never started, and ends what they left running - a job of our functions gets one more attempt, another one
    /// what RQ would do. Cheap when it is not due.
    public func housekeep() async throws(RedisError) -> ReclaimSummary {
        var summary = ReclaimSummary()
        // After an outage everybody's signs of life are late.
        try await commands.open()
        guard hasBeenConnectedLongEnough() else { return summary }
        for queue in configuration.queues {
            let reply = try await run(.housekeep, ["\(queue)", "\(Self.interval)"])
            guard let parts = reply.array, let moved = parts.dropFirst().first?.integer else {
                throw unexpected("\(reply)", from: .housekeep)
            }
            summary.requeued += moved
            let expired = Array(parts.dropFirst(2))
            guard !expired.isEmpty else { continue }
            var arguments: [RedisCommand.Argument] = ["\(queue)"]
            for index in stride(from: 0, to: expired.count - 3, by: 4) {
                guard let member = expired[index].text, let id = expired[index + 1].text else { continue }
                let isOurs =
                    if case .bytes(let data) = expired[index + 2] {
                        RawJob.isOurs(data)
                    } else {
                        // Too large to be read for its name.
                        RawJob.isOurs(description: expired[index + 3].text ?? "")
                    }
                arguments += ["\(member)", "\(id)", isOurs ? "1" : "0", .bytes(Self.storedText(Self.abandoned))]
            }
            let numbers = try await run(.abandon, arguments).array?.compactMap(\.integer) ?? []
            guard numbers.count == 2 else { throw unexpected("\(numbers)", from: .abandon) }
            summary.requeued += numbers[0]
            summary.failed += numbers[1]
        }
        return summary
    }

    /// Whether a worker that is none of Pulse's is registered for one of the queues: it has not left, and RQ has heard of it in the
    /// last minutes.
    public func hasForeignWorkers() async throws(RedisError) -> Bool {
        let reply = try await run(.foreign, configuration.queues.map { .text($0) })
        guard let answer = reply.integer else { throw unexpected("\(reply)", from: .foreign) }
        return answer == 1
    }

    /// RQ's own words, so that tools which look for them find them.
    private static let abandoned =
        "Moved to FailedJobRegistry, due to AbandonedJobError: its worker gave no sign of life"
}
