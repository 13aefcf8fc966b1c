import Dispatch
import Glibc

/// Waiting that holds nothing up.
enum Wait {
    /// Reads files and folders where blocking is no harm: the pool's few threads are for what waits for networks.
    static func offPool<Value: Sendable>(_ read: @escaping @Sendable () -> Value) async -> Value {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(returning: read()) }
        }
    }

    /// Returns when the work is done or the time is up; work that is late is cancelled and not waited for.
    static func race(_ time: Duration, _ work: @escaping @Sendable () async -> Void) async {
        let (ends, end) = AsyncStream.makeStream(of: Void.self)
        let worker = Task {
            await work()
            end.finish()
        }
        let clock = Task {
            try? await Task.sleep(for: time)
            end.finish()
        }
        for await _ in ends {}
        worker.cancel()
        clock.cancel()
    }
}

/// This machine's clock.
enum WallClock {
    /// Seconds since 1970.
    static func now() -> Double {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
