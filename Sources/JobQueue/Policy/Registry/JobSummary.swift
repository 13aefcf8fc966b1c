/// A job as a list shows it. Times are RQ's texts, empty where the moment has not come.
public struct JobSummary: Equatable, Sendable {
    public var id: String
    public var queue: String
    /// nil: a list or registry still names it, but the job itself has expired or was deleted.
    public var status: String?
    /// RQ's: the call as Python would print it, unless the producer gave another.
    public var description = ""
    /// Of the first document, where one can be read.
    public var url: String?
    /// Of its only document, where titles were asked for.
    public var title: String?
    public var worker = ""
    public var createdAt = ""
    public var enqueuedAt = ""
    public var startedAt = ""
    public var endedAt = ""
    /// The sorted set's score: seconds since 1970 when a scheduled job is due, a canceled one was canceled.
    public var score: Double?
    /// Why it failed, in one line.
    public var reason: String?

    public init(id: String, queue: String) {
        self.id = id
        self.queue = queue
    }

    /// When it came to where it stands: what newest first goes by.
    public func since(in state: JobState) -> Double? {
        switch state {
        case .queued, .deferred: Timestamp.seconds(of: enqueuedAt) ?? Timestamp.seconds(of: createdAt)
        case .started: Timestamp.seconds(of: startedAt)
        case .failed, .finished: Timestamp.seconds(of: endedAt)
        case .scheduled, .canceled: score
        }
    }
}
