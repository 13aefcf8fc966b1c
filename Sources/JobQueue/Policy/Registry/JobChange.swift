/// What became of one job that somebody ordered to be requeued, cancelled or deleted.
public struct JobChange: Equatable, Sendable {
    public enum Outcome: String, Sendable {
        case done
        /// Its state does not allow it; nothing was changed.
        case refused
        /// There is no such job.
        case gone
    }

    public var id: String
    public var outcome: Outcome
    /// Its status before.
    public var status: String
    public var queue: String
    /// How many other jobs wait for it.
    public var waiting: Int

    public init(id: String, outcome: Outcome, status: String = "", queue: String = "", waiting: Int = 0) {
        self.id = id
        self.outcome = outcome
        self.status = status
        self.queue = queue
        self.waiting = waiting
    }
}

/// How far the emptying of a queue came.
public struct EmptiedQueue: Equatable, Sendable {
    public var deleted = 0
    /// Other jobs that waited for the deleted ones.
    public var waiting = 0

    public init() {}
}

/// Whether RQ's workers take no jobs at all.
public struct Suspension: Equatable, Sendable {
    public var isSuspended: Bool
    /// Seconds until it ends by itself; nil = somebody has to resume.
    public var secondsLeft: Double?

    public init(isSuspended: Bool, secondsLeft: Double? = nil) {
        self.isSuspended = isSuspended
        self.secondsLeft = secondsLeft
    }

    init(exists: Int?, milliseconds: Int?) {
        isSuspended = exists == 1
        secondsLeft = milliseconds.flatMap { $0 < 0 ? nil : Double($0) / 1000 }
    }
}
