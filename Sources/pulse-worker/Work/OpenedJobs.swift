import JobQueue
import SupervisedProcess
import Synchronization

/// Opens large jobs beside the work loop, which must not stand still for the time that takes.
final class OpenedJobs: Sendable {
    private let jobs = Mutex<[ClaimedJob]>([])
    private let bell: Bell

    init(bell: Bell) { self.bell = bell }

    func open(_ job: ClaimedJob) async {
        let opened = await job.opened()
        jobs.withLock { $0.append(opened) }
        bell.ring()
    }

    /// Those that have been opened since.
    func take() -> [ClaimedJob] {
        jobs.withLock { jobs in
            defer { jobs = [] }
            return jobs
        }
    }
}
