import JobQueue
import SupervisedProcess

/// One job at work. What it comes to is one proposal for its fate among others.
struct JobRun: Sendable {
    private let work: Task<Void, Never>
    private let ended = Bell()
    private let isOver: Flag

    init(_ job: ClaimedJob, _ runner: JobRunner, _ fate: JobFate) {
        let (ended, isOver) = (ended, Flag())
        self.isOver = isOver
        work = Task {
            fate.decide(await runner.run(job))
            isOver.set()
            ended.ring()
        }
    }

    /// Cancels what still runs, and waits for its end. False when it goes on all the same.
    func end(within patience: Duration) async -> Bool {
        work.cancel()
        if !isOver.isSet { await ended.wait(upTo: patience) }
        return isOver.isSet
    }
}
