import Indexing
import JobQueue
import Synchronization

/// Has the indexer count the replaced product's points again for as long as somebody else may write them.
final class ForeignWriterWatch: Sendable {
    private let queue: RedisQueue
    private let indexer: Indexer
    private let policy = Mutex(ForeignWriters())

    init(queue: RedisQueue, indexer: Indexer) {
        self.queue = queue
        self.indexer = indexer
    }

    /// Looks when it is due; after a failure it stays due.
    func turn(at now: ContinuousClock.Instant = .now) async throws(RedisError) {
        guard policy.withLock({ $0.isDue(at: now) }) else { return }
        let present = try await queue.hasForeignWorkers()
        if policy.withLock({ $0.saw(present, at: now) }) { indexer.recountOldPoints() }
    }
}
