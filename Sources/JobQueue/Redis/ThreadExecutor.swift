internal import BackgroundWork
internal import Dispatch

/// Runs an actor, one job after the other, where blocking is no harm: the cooperative pool keeps all of its threads.
final class ThreadExecutor: SerialExecutor {
    private let run: @Sendable (@escaping @Sendable () -> Void) -> Void

    private init(_ run: @escaping @Sendable (@escaping @Sendable () -> Void) -> Void) { self.run = run }

    /// On a serial dispatch queue; a blocked one holds a thread of its own.
    static func dispatch(label: String) -> ThreadExecutor {
        let queue = DispatchQueue(label: label)
        return ThreadExecutor { queue.async(execute: $0) }
    }

    /// Where it gives way to everything else.
    static func background() -> ThreadExecutor {
        let thread = BackgroundThread()
        return ThreadExecutor { thread.run($0) }
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let executor = unsafe asUnownedSerialExecutor()
        // Kept alive until the job is over: an actor's last job is its own deinit, which lets go of its executor.
        run { [self] in
            withExtendedLifetime(self) { unsafe job.runSynchronously(on: executor) }
        }
    }
}
