import JobQueue
import Synchronization

/// One job at work, beside its time limit: both only propose a fate.
struct JobRun: Sendable {
    /// How long work may go on after its cancellation before its process is given up.
    static let patience = Duration.seconds(10)

    private let work: Task<Void, Never>
    private let limit: Task<Void, Never>?
    private let ended = Bell()
    private let isOver: Flag

    private final class Flag: Sendable {
        let value = Atomic(false)
    }

    init(_ job: ClaimedJob, _ runner: JobRunner, _ fate: JobFate) {
        let (ended, isOver) = (ended, Flag())
        self.isOver = isOver
        work = Task {
            fate.decide(await runner.run(job))
            isOver.value.store(true, ordering: .releasing)
            ended.ring()
        }
        limit = job.timeoutSeconds.map { seconds in
            Task {
                do { try await Task.sleep(for: .seconds(seconds)) } catch { return }
                fate.decide(runner.overdue(seconds))
            }
        }
    }

    /// Cancels what still runs. False when it goes on all the same.
    func end(within patience: Duration) async -> Bool {
        limit?.cancel()
        work.cancel()
        if !isOver.value.load(ordering: .acquiring) { await ended.wait(upTo: patience) }
        return isOver.value.load(ordering: .acquiring)
    }
}
