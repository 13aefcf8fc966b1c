internal import Dispatch

/// Runs an actor on a serial dispatch queue. A blocked serial queue holds a thread of its own, so the cooperative pool
/// keeps all of its threads.
final class DispatchQueueExecutor: SerialExecutor {
    private let queue: DispatchQueue

    init(label: String) { queue = DispatchQueue(label: label) }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let executor = unsafe asUnownedSerialExecutor()
        // Kept alive until the job is over: an actor's last job is its own deinit, which lets go of its executor.
        queue.async { [self] in
            withExtendedLifetime(self) { unsafe job.runSynchronously(on: executor) }
        }
    }
}
