extension JobRegistry {
    /// Jobs that one script changes at most: Redis serves nobody else meanwhile.
    private static let batch = 500
    /// Where each job is looked for in its queue's whole list.
    private static let searchingBatch = 25
    /// Ids that one reply holds.
    private static let page = 10_000

    /// As RQ's `Job.cancel`: none of them is run any more, and whoever runs one may not write its result.
    public func cancel(_ ids: [String]) async throws(RedisError) -> [JobChange] {
        try await change(.cancel, ids, by: Self.searchingBatch)
    }

    /// As RQ's `Job.delete`, and with them their results.
    public func delete(_ ids: [String]) async throws(RedisError) -> [JobChange] {
        try await change(.delete, ids, by: Self.searchingBatch)
    }

    /// As RQ's `Job.requeue`, to the end of the queue and with a fresh budget of crashes; canceled jobs as well.
    public func requeue(_ ids: [String]) async throws(RedisError) -> [JobChange] {
        try await change(.requeue, ids, before: [""], by: Self.batch)
    }

    /// Requeues what has failed until now, oldest first; what fails meanwhile is left where it is.
    public func requeueAllFailed(in queue: String) async throws(RedisError) -> [JobChange] {
        let key = JobState.failed.key(prefix: keyPrefix, queue: queue)
        var ids: [String] = []
        while true {
            let page = try await read([["ZRANGE", "\(key)", "\(ids.count)", "\(ids.count + Self.page - 1)"]])
            let more = (page.first?.array ?? []).compactMap(\.text)
            ids += more
            if more.count < Self.page { break }
        }
        return try await change(.requeue, ids, before: ["\(queue)"], by: Self.batch)
    }

    /// As RQ's `Queue.empty`: deletes the jobs that wait now; who enqueues meanwhile cannot keep it from ending.
    public func empty(_ queue: String) async throws(RedisError) -> EmptiedQueue {
        let key = JobState.queued.key(prefix: keyPrefix, queue: queue)
        var left = try await read([["LLEN", "\(key)"]]).first?.integer ?? 0
        var total = EmptiedQueue()
        while left > 0 {
            let reply = try await run(.empty, ["\(queue)", "\(min(left, Self.batch))"])
            guard let numbers = reply.array?.compactMap(\.integer), numbers.count == 3 else {
                throw unexpected("\(reply) from empty")
            }
            total.deleted += numbers[1]
            total.waiting += numbers[2]
            left = numbers[0] == 0 ? 0 : left - numbers[0]
        }
        return total
    }

    private func change(
        _ script: RegistryScript, _ ids: [String], before: [RedisCommand.Argument] = [], by size: Int
    ) async throws(RedisError) -> [JobChange] {
        var changes: [JobChange] = []
        for start in stride(from: 0, to: ids.count, by: size) {
            let some = ids[start..<min(start + size, ids.count)]
            let reply = try await run(script, before + some.map { .text($0) })
            guard let answers = reply.array, answers.count == some.count else {
                throw unexpected("\(reply) from \(script.rawValue)")
            }
            for (id, answer) in zip(some, answers) {
                guard let parts = answer.array, parts.count == 4,
                    let outcome = parts[0].text.flatMap(JobChange.Outcome.init)
                else { throw unexpected("\(answer) from \(script.rawValue)") }
                changes.append(
                    JobChange(
                        id: id, outcome: outcome, status: parts[1].text ?? "", queue: parts[2].text ?? "",
                        waiting: parts[3].integer ?? 0))
            }
        }
        return changes
    }
}
