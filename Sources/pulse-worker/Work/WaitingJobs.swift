import JobQueue

/// Claimed jobs that do not run yet. They hold no slot.
struct WaitingJobs {
    /// Workers died of them: each runs alone.
    var suspects: [ClaimedJob] = []
    /// Another job has one of their documents in hand.
    var parked: [ClaimedJob] = []
    /// How many may be parked before nothing more is claimed: they are in memory, and nobody else can take them.
    static let limit = 32

    var count: Int { suspects.count + parked.count }
    var isEmpty: Bool { suspects.isEmpty && parked.isEmpty }
    var areFull: Bool { !suspects.isEmpty || parked.count >= Self.limit }
    var all: [ClaimedJob] { suspects + parked }

    mutating func append(_ job: ClaimedJob) {
        // A suspect that may not run yet is still the next.
        if job.isSuspect { suspects.insert(job, at: 0) } else { parked.append(job) }
    }

    /// What may be tried now: the first suspect once nothing runs, else all that is parked, unless a suspect runs alone.
    mutating func takeNext(running: Int, isAlone: Bool) -> [ClaimedJob] {
        if !suspects.isEmpty { return running == 0 ? [suspects.removeFirst()] : [] }
        if isAlone { return [] }
        defer { parked = [] }
        return parked
    }

    /// Takes out those whose fate has been decided before they could run.
    mutating func takeDecided(_ claims: Claims) -> [ClaimedJob] {
        let decided = all.filter { claims.fate(of: $0).decided != nil }
        guard !decided.isEmpty else { return [] }
        let executions = Set(decided.map(\.execution))
        suspects.removeAll { executions.contains($0.execution) }
        parked.removeAll { executions.contains($0.execution) }
        return decided
    }
}
