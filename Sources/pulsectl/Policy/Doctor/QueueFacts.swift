/// What the queues hold, and who is there to take it.
struct QueueFacts {
    struct Queue {
        var name: String
        var queued = 0
        var started = 0
        var failed = 0
        /// Seconds that the first in line has waited.
        var oldestAge: Double?
    }

    struct Worker {
        var name: String
        var queues: [String] = []
        var isAlive = true
        var isPython = false
        /// RQ's word for what it does.
        var state = ""
        /// Seconds since it was last heard of.
        var silence: Double?

        /// Registered, and no more than that: while jobs wait, one of Python's that lives is busy or has just been.
        /// (Ours say by themselves what they wait for.)
        var isInert: Bool { isPython && state != "busy" && (silence ?? 0) > 10 }
    }

    var queues: [Queue] = []
    var isSuspended = false
    /// The newest failed jobs, of all queues.
    var failed: [FailedJob] = []
    var workers: [Worker] = []
}
