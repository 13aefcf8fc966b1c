import JobQueue
import Logging
import SupervisedProcess
import Synchronization

/// Opens large jobs beside the work loop, which must not stand still for the time that takes, nor wait for it at the end.
final class OpenedJobs: Sendable {
    private struct State {
        var jobs: [ClaimedJob] = []
        var tasks: [Int: Task<Void, Never>] = [:]
        var lastTask = 0
        var isStopped = false
    }

    private let state = Mutex(State())
    private let queue: RedisQueue
    private let bell: Bell
    private let log: Logger
    /// Hears that Redis refuses, which is more than this one job's affair.
    private let refused: @Sendable (RedisError) -> Void

    init(queue: RedisQueue, bell: Bell, log: Logger, refused: @escaping @Sendable (RedisError) -> Void) {
        self.queue = queue
        self.bell = bell
        self.log = log
        self.refused = refused
    }

    /// Returns at once. Tries until Redis answers: a job that could not be fetched has done nothing wrong.
    func open(_ job: ClaimedJob) {
        state.withLock { state in
            guard !state.isStopped else { return }
            state.lastTask += 1
            let number = state.lastTask
            state.tasks[number] = Task {
                await opened(job)
                self.state.withLock { $0.tasks[number] = nil }
            }
        }
    }

    private func opened(_ job: ClaimedJob) async {
        var backoff = ReconnectBackoff()
        var complaint: RedisError?
        while !Task.isCancelled {
            do throws(RedisError) {
                let opened = try await queue.open(job)
                state.withLock { $0.jobs.append(opened) }
                return bell.ring()
            } catch {
                if Task.isCancelled { return }
                if complaint != error {
                    log.warning("job \(job.id): its \(job.size) bytes of data do not come: \(error)")
                }
                complaint = error
                if error.cause.isRefusal { refused(error) }
                let pause = backoff.pause(after: error.cause, fraction: .random(in: 0..<1))
                // Cut short by the cancellation that ends the loop.
                try? await Task.sleep(for: pause)
            }
        }
    }

    /// Those that have been opened since.
    func take() -> [ClaimedJob] {
        state.withLock { state in
            defer { state.jobs = [] }
            return state.jobs
        }
    }

    /// No more are wanted. A fetch that is under way ends with the process.
    func stop() {
        let tasks = state.withLock { state in
            state.isStopped = true
            return state.tasks.values.map(\.self)
        }
        for task in tasks { task.cancel() }
    }
}
