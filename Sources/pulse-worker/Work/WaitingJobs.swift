import JobQueue

/// Claimed jobs that do not run yet. They hold no slot.
struct WaitingJobs {
    /// Workers died of them: each runs alone.
    var suspects: [ClaimedJob] = []
    /// Another job has one of their documents in hand.
    var parked: [ClaimedJob] = []
    /// Large ones that wait for room in memory, in the order they were claimed. Nobody overtakes the first of them but
    /// small jobs, so that the largest is not kept waiting by others that fit.
    var large: [ClaimedJob] = []
    /// Large ones that are being opened.
    var unread: [ClaimedJob] = []
    /// How many may wait before nothing more is claimed: they are in memory, and nobody else can take them.
    static let limit = 32

    var count: Int { suspects.count + parked.count + large.count + unread.count }
    var isEmpty: Bool { count == 0 }
    var areFull: Bool { !suspects.isEmpty || parked.count + large.count + unread.count >= Self.limit }
    var all: [ClaimedJob] { suspects + parked + large + unread }

    mutating func append(_ job: ClaimedJob) {
        if job.isUnread { return unread.append(job) }
        // A suspect that may not run yet is still the next.
        if job.isSuspect {
            suspects.insert(job, at: 0)
        } else if job.isLarge {
            large.append(job)
        } else {
            parked.append(job)
        }
    }

    /// One has been opened. False when it does not wait any more.
    mutating func open(_ job: ClaimedJob) -> Bool {
        guard let index = unread.firstIndex(where: { $0.execution == job.execution }) else { return false }
        unread.remove(at: index)
        append(job)
        return true
    }

    /// What may be tried now: the first suspect once nothing runs, else all that is parked and the large ones that there is
    /// room for, unless a suspect runs alone.
    mutating func takeNext(running: Int, isAlone: Bool, room: MemoryRoom) -> [ClaimedJob] {
        if !suspects.isEmpty { return running == 0 ? [suspects.removeFirst()] : [] }
        if isAlone { return [] }
        defer { parked = [] }
        return parked + takeLarge(room)
    }

    private mutating func takeLarge(_ room: MemoryRoom) -> [ClaimedJob] {
        var room = room
        let fitting = large.prefix { room.take($0.inflatedSize) }
        large.removeFirst(fitting.count)
        return Array(fitting)
    }

    /// Takes out those whose fate has been decided before they could run.
    mutating func takeDecided(_ claims: Claims) -> [ClaimedJob] {
        let decided = all.filter { claims.fate(of: $0).decided != nil }
        guard !decided.isEmpty else { return [] }
        let executions = Set(decided.map(\.execution))
        suspects.removeAll { executions.contains($0.execution) }
        parked.removeAll { executions.contains($0.execution) }
        large.removeAll { executions.contains($0.execution) }
        unread.removeAll { executions.contains($0.execution) }
        return decided
    }
}
