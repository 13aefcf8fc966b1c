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
        /// Seconds since it was last heard of.
        var silence: Double?
    }

    var queues: [Queue] = []
    var isSuspended = false
    /// The newest failed jobs, of all queues.
    var failed: [FailedJob] = []
    var workers: [Worker] = []
}
