/// A job in our hands: Redis shows it as started, by us. It may run once `begin` says so.
public struct ClaimedJob: Sendable {
    public var id: String
    /// RQ's execution id; the fence of everything that is written about the job.
    public var execution: String
    /// The queue it was taken from.
    public var queue: String
    /// The function's name, as far as it could be read.
    public var function: String
    /// How its arguments were written; its result is written in the same way.
    public var serializer: JobSerializer
    /// What to do, or why it cannot be done: then `finish` it as failed with the refusal's text, not retryable.
    /// A large job's documents are without their text, which `read` has.
    public var payload: Result<JobPayload, JobRefusal>
    /// RQ's text, e.g. `2026-01-31T12:00:00.000000Z`. With the id the job's generation: `requeue()` keeps it.
    public var createdAt: String
    public var enqueuedAt: String
    /// Of its data, compressed, in bytes.
    public var size: Int
    /// Of its data, inflated, in bytes; 0 when it cannot be inflated.
    public var inflatedSize: Int
    /// What is kept of one that is so large that its data stays deflated until the job runs.
    var large: LargeJob?
    /// It is large, and nothing of it is known yet: to be `opened` before it can begin, which takes as long as to inflate it.
    public internal(set) var isUnread: Bool
    /// nil = no limit.
    public var timeoutSeconds: Int?
    /// How often a worker has died while it ran this job.
    public var crashes: Int
    /// It was claimed beside others although it is a suspect: finish those first, and run it alone.
    public var isHeld: Bool
    public var retriesLeft: Int
    /// Its documents are to be indexed anew although nothing of them has changed.
    public var isForced: Bool

    /// It ran when a worker died: claim nothing beside it.
    public var isSuspect: Bool { crashes > 0 }

    /// Its documents take memory worth counting.
    public var isLarge: Bool { large != nil }

    /// With its documents, but for their text.
    func opened(_ data: JobData) async -> ClaimedJob {
        let head = await LargeJobs.read(data, withoutText: true)
        var job = self
        (job.payload, job.serializer, job.inflatedSize, job.isUnread) = (
            head.payload, head.serializer, head.size, false
        )
        job.function = head.function ?? function
        if case .success = head.payload { job.large?.data = data } else { job.large = nil }
        return job
    }

    /// Nothing of it is read, whatever it holds.
    func refused(_ refusal: JobRefusal) -> ClaimedJob {
        var job = self
        (job.payload, job.large, job.isUnread) = (.failure(refusal), nil, false)
        return job
    }

    /// What to do, with all its text; to be asked for when it is done, and let go of then.
    public func read() async -> Result<JobPayload, JobRefusal> {
        guard let data = large?.data else { return payload }
        return await LargeJobs.read(data, withoutText: false).payload
    }
}

/// How a job ended.
public enum JobOutcome: Sendable {
    /// The function's return value, as Python will read it.
    case success(PickleValue)
    /// The text stands where Python's traceback would. `mayRetry` lets RQ's own retries be spent, if the job has any.
    case failure(String, mayRetry: Bool)
    /// Ended on somebody's command: `stopped`, in the failed registry, and never retried.
    case stopped(String)
    /// Moved whole to another queue, as its producer wrote it.
    case routed(queue: String)
}

/// Whether a claimed job may run.
public enum BeginResult: Equatable, Sendable {
    case runs
    /// Another job has one of its documents in hand; ask again. It is held meanwhile: no crash counts against it.
    case waits
    /// Cancelled, deleted or reclaimed meanwhile.
    case lost
}

/// What became of a `finish`.
public enum FinishResult: Equatable, Sendable {
    case recorded
    /// RQ's retry: queued again (0) or scheduled in so many seconds.
    case retried(afterSeconds: Int)
    /// The job was cancelled, deleted, reclaimed or finished by somebody else meanwhile; nothing was written.
    case lost
}

/// What a reclaim did.
public struct ReclaimSummary: Equatable, Sendable {
    public var requeued = 0
    /// Failed, since this was their last permitted crash.
    public var failed = 0
    /// Of the requeued and failed: those that were running in a crash.
    public var suspects = 0

    public init() {}

    static func += (left: inout ReclaimSummary, right: ReclaimSummary) {
        left.requeued += right.requeued
        left.failed += right.failed
        left.suspects += right.suspects
    }
}
