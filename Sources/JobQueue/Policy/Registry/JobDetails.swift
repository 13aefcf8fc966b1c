/// Everything that can be told of one job.
public struct JobDetails: Sendable {
    /// Another job that this one waits for, or that waits for this one.
    public struct Relative: Equatable, Sendable {
        public var id: String
        /// nil: it has expired or was deleted.
        public var status: String?

        public init(id: String, status: String?) {
            self.id = id
            self.status = status
        }
    }

    public var job: JobSummary
    public var function: String
    /// What it is called with, in a few words, or why that cannot be read.
    public var payload: String
    /// Bytes of its compressed data.
    public var dataSize: Int
    public var lastHeartbeat: String
    /// Seconds; nil = RQ's default of three minutes, negative = none.
    public var timeout: Int?
    public var retriesLeft: Int?
    /// Seconds between retries, RQ's list.
    public var retryIntervals: String
    /// Seconds until the job itself is gone; nil = it stays.
    public var expiresIn: Double?
    /// Place in the queue, from 1.
    public var position: Int?
    /// How often a worker died while it ran this job, and the line each death wrote.
    public var crashes: Int
    public var crashLog: [String]
    public var dependencies: [Relative]
    public var dependents: [Relative]
    /// All of those that wait for it; `dependents` names some.
    public var dependentCount: Int
    /// Newest first.
    public var results: [JobResult]
}
