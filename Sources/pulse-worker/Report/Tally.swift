import Synchronization

/// What this incarnation has done, counted by every job's task.
final class Tally: Sendable {
    struct Counts: Sendable {
        var done = 0
        var failed = 0
        var retried = 0
    }

    private let counts = Mutex(Counts())

    var now: Counts { counts.withLock { $0 } }

    func count(_ change: (inout Counts) -> Void) { counts.withLock { change(&$0) } }
}
