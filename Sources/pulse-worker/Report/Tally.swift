import Synchronization

/// What this incarnation has done, counted by every job's task, and what waits to be done.
final class Tally: Sendable {
    struct Counts: Sendable {
        var done = 0
        var failed = 0
        var retried = 0
        /// Jobs in the queues when Redis was last asked.
        var queued: Int?
    }

    private let counts = Mutex(Counts())

    var now: Counts { counts.withLock { $0 } }

    func count(_ change: (inout Counts) -> Void) { counts.withLock { change(&$0) } }
}
