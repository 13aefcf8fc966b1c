private import Dispatch
private import Glibc
private import Synchronization

/// Does long work, one piece after the other, on a thread that gives way to everything else: what is short is done in the
/// time it takes, however long the long work goes on.
///
/// The thread lives as long as there is work. It cannot be one of somebody's pool: without privileges a thread that has once
/// lowered its priority never gets it back.
public final class BackgroundThread: Sendable {
    private struct State {
        var waiting: [@Sendable () -> Void] = []
        var isRunning = false
    }

    /// As `nice`: a tenth of a processor that others want, all of one that nobody wants.
    private static let niceness: Int32 = 10

    private let state = Mutex(State())

    public init() {}

    /// Returns at once.
    public func run(_ work: @escaping @Sendable () -> Void) {
        let starts = state.withLock { state in
            state.waiting.append(work)
            defer { state.isRunning = true }
            return !state.isRunning
        }
        guard starts else { return }
        let started = PlainThread.start { [self] in
            // Of this thread only, on Linux. Refused, it would work at the priority of all.
            setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, Self.niceness)
            drain()
        }
        // The kernel gives no thread now. Dispatch waits until it has one.
        if !started { DispatchQueue.global().async { [self] in drain() } }
    }

    /// What comes of the work, when its turn has come and it is done.
    public func value<Value: Sendable>(of work: @escaping @Sendable () -> Value) async -> Value {
        await withCheckedContinuation { continuation in run { continuation.resume(returning: work()) } }
    }

    private func drain() {
        while let work = next() { work() }
    }

    private func next() -> (@Sendable () -> Void)? {
        state.withLock { state in
            guard !state.waiting.isEmpty else {
                state.isRunning = false
                return nil
            }
            return state.waiting.removeFirst()
        }
    }
}
