/// What the queue is meant to do, in the plainest way: arrays and dictionaries, no Redis.
struct QueueModel {
    struct Job {
        var status = "queued"
        var worker: Int?
        var execution: Int?
        var crashes = 0
        /// When it was first taken, of all takings; it keeps its place by it. nil = never, or begun anew since.
        var taken: Int?
        var retries = 0
        /// The execution whose end is its newest result.
        var result: Int?
        /// The execution that was retried last.
        var retried: Int?
    }

    struct Worker {
        var isStopping = false
        /// By job: execution, and whether a crash counts against it.
        var inflight: [Int: (execution: Int, runs: Bool)] = [:]
    }

    var jobs: [Int: Job] = [:]
    var queue: [Int] = []
    var workers: [Worker] = []
    /// Executions that RQ's started registry shows.
    var started: Set<[Int]> = []
    var isSuspended = false
    /// Who has each document: worker, job and execution.
    private var leases: [Int: [Int]] = [:]
    private var takings = 0
    private var executions = 0

    /// The number of a new worker.
    mutating func hire() -> Int {
        workers.append(Worker())
        return workers.count - 1
    }

    mutating func enqueue(_ id: Int, retries: Int, front: Bool) {
        jobs[id] = Job(retries: retries)
        queue.insert(id, at: front ? 0 : queue.count)
    }

    /// Job and execution of each that is taken.
    mutating func claim(_ worker: Int, upTo count: Int) -> [(job: Int, execution: Int)] {
        guard !workers[worker].isStopping, !isSuspended else { return [] }
        var claimed: [(Int, Int)] = []
        while claimed.count < count, !queue.isEmpty {
            let id = queue.removeFirst()
            guard var job = jobs[id], job.status == "queued" else { continue }
            takings += 1
            executions += 1
            let isSuspect = job.crashes > 0
            workers[worker].inflight[id] = (executions, !(isSuspect && !workers[worker].inflight.isEmpty))
            (job.status, job.worker, job.execution, job.taken) = ("started", worker, executions, job.taken ?? takings)
            jobs[id] = job
            started.insert([id, executions])
            claimed.append((id, executions))
            if isSuspect { break }
        }
        return claimed
    }

    private func owns(_ worker: Int, _ id: Int, _ execution: Int) -> Bool {
        workers[worker].inflight[id]?.execution == execution && jobs[id]?.status == "started"
            && jobs[id]?.worker == worker
    }

    private mutating func drop(_ worker: Int, _ id: Int, _ execution: Int) {
        started.remove([id, execution])
        leases = leases.filter { $0.value != [worker, id, execution] }
        if workers[worker].inflight[id]?.execution == execution { workers[worker].inflight[id] = nil }
    }

    /// Three documents, so that jobs meet.
    static func document(of id: Int) -> Int { id % 3 }

    mutating func begin(_ worker: Int, _ id: Int, _ execution: Int) -> String {
        guard owns(worker, id, execution) else {
            drop(worker, id, execution)
            return "lost"
        }
        let mine = [worker, id, execution]
        let isFree = (leases[Self.document(of: id)] ?? mine) == mine
        workers[worker].inflight[id] = (execution, isFree)
        if isFree { leases[Self.document(of: id)] = mine }
        return isFree ? "runs" : "waits"
    }

    /// "recorded", "retried" or "lost".
    mutating func finish(_ worker: Int, _ id: Int, _ execution: Int, _ outcome: String) -> String {
        defer { drop(worker, id, execution) }
        guard owns(worker, id, execution), var job = jobs[id] else {
            if jobs[id]?.result == execution { return "recorded" }
            return jobs[id]?.retried == execution ? "retried" : "lost"
        }
        (job.crashes, job.taken, job.execution, job.retried) = (0, nil, nil, nil)
        if outcome == "failed", job.retries > 0 {
            (job.retries, job.status, job.worker, job.retried) = (job.retries - 1, "queued", nil, execution)
            jobs[id] = job
            queue.append(id)
            return "retried"
        }
        (job.status, job.result) = (outcome, execution)
        jobs[id] = job
        return "recorded"
    }

    private mutating func putBack(_ id: Int) {
        guard var job = jobs[id] else { return }
        (job.status, job.worker, job.execution) = ("queued", nil, nil)
        jobs[id] = job
        let place = queue.firstIndex { other in jobs[other]?.taken.map { $0 > job.taken ?? 0 } ?? true }
        queue.insert(id, at: place ?? queue.count)
    }

    mutating func giveBack(_ worker: Int, _ id: Int, _ execution: Int) {
        let isOurs = owns(worker, id, execution)
        drop(worker, id, execution)
        if isOurs { putBack(id) }
    }

    /// The worker is gone. What it may still say later counts for nothing.
    mutating func reclaim(_ worker: Int, isCounted: Bool) {
        for (id, entry) in workers[worker].inflight.sorted(by: { $0.key < $1.key }) {
            if owns(worker, id, entry.execution) {
                if isCounted, !workers[worker].isStopping, entry.runs { jobs[id]?.crashes += 1 }
                if let crashes = jobs[id]?.crashes, crashes >= 3 {
                    jobs[id]?.status = "failed"
                    jobs[id]?.crashes = 0
                    jobs[id]?.taken = nil
                    jobs[id]?.retried = nil
                    jobs[id]?.result = entry.execution
                } else {
                    putBack(id)
                }
            }
            drop(worker, id, entry.execution)
        }
        leases = leases.filter { $0.value[0] != worker }
        workers[worker] = Worker()
    }

    mutating func cancel(_ id: Int) {
        guard jobs[id] != nil else { return }
        jobs[id]?.status = "canceled"
        queue.removeAll { $0 == id }
    }

    mutating func delete(_ id: Int) {
        jobs[id] = nil
        queue.removeAll { $0 == id }
    }

    /// From the failed or the cancelled; a cancelled one may still run.
    mutating func requeue(_ id: Int) {
        jobs[id]?.status = "queued"
        queue.append(id)
    }

    var requeueable: [Int] { jobs.filter { ["failed", "canceled"].contains($0.value.status) }.keys.sorted() }
}
