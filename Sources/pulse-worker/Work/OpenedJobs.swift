import JobQueue
import SupervisedProcess
import Synchronization

/// Opens large jobs beside the work loop, which must not stand still for the time that takes.
final class OpenedJobs: Sendable {
    private let jobs = Mutex<[ClaimedJob]>([])
    private let queue: RedisQueue
    private let bell: Bell
    /// Hears of every attempt that failed.
    private let failed: @Sendable (RedisError) -> Void

    init(queue: RedisQueue, bell: Bell, failed: @escaping @Sendable (RedisError) -> Void) {
        self.queue = queue
        self.bell = bell
        self.failed = failed
    }

    /// Tries until Redis answers, unless it is cancelled: a job that could not be fetched has done nothing wrong.
    func open(_ job: ClaimedJob) async {
        var backoff = ReconnectBackoff()
        while !Task.isCancelled {
            do throws(RedisError) {
                let opened = try await queue.open(job)
                jobs.withLock { $0.append(opened) }
                return bell.ring()
            } catch {
                if Task.isCancelled { return }
                failed(error)
                let pause = backoff.pause(after: error.cause, fraction: .random(in: 0..<1))
                // Cut short by the cancellation that ends the loop.
                try? await Task.sleep(for: pause)
            }
        }
    }

    /// Those that have been opened since.
    func take() -> [ClaimedJob] {
        jobs.withLock { jobs in
            defer { jobs = [] }
            return jobs
        }
    }
}
