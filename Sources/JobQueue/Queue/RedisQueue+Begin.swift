extension RedisQueue {
    /// Asks whether claimed jobs may run, each with the identities of the documents it will write: a document is leased to
    /// one job at a time, anywhere. Leases end with the job, however it ends.
    ///
    /// - Returns: An answer for each, in the same order.
    public func begin(_ jobs: [(job: ClaimedJob, documents: [String])]) async throws(RedisError) -> [BeginResult] {
        guard !jobs.isEmpty else { return [] }
        let arguments: [RedisCommand.Argument] = jobs.flatMap { job, documents in
            ["\(job.id)", "\(job.execution)", "\(documents.count)"] + documents.map { .text($0) }
        }
        let reply = try await run(.begin, arguments)
        guard let answers = reply.array?.compactMap(\.integer), answers.count == jobs.count else {
            throw unexpected("\(reply)", from: .begin)
        }
        return zip(jobs, answers).map { asked, answer in
            if answer > 0 { return .runs }
            if answer == 0 { return .waits }
            if held[asked.job.id] == asked.job.execution { held[asked.job.id] = nil }
            return .lost
        }
    }
}
