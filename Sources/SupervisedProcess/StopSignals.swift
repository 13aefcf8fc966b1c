import Glibc
import Synchronization

/// SIGTERM and SIGINT, taken by the main thread.
package enum StopSignals {
    private static let listener = Mutex<(@Sendable (StopReason) -> Void)?>(nil)

    /// To be called before any other thread exists: a thread started earlier would still die of the signal.
    package static func block() {
        var set = Self.set()
        unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
        // A peer that hangs up must be an error of the write, not our end.
        signal(SIGPIPE, SIG_IGN)
    }

    /// Whom to tell of each signal from now on.
    package static func watch(_ stop: @escaping @Sendable (StopReason) -> Void) { listener.withLock { $0 = stop } }

    /// Takes signals for as long as the process lives; one that comes before anybody watches ends it, as nothing is begun.
    package static func serve() -> Never {
        var set = Self.set()
        var number: Int32 = 0
        while true {
            guard unsafe sigwait(&set, &number) == 0 else { continue }
            guard let stop = listener.withLock({ $0 }) else { _exit(0) }
            stop(.signal(number))
        }
    }

    private static func set() -> sigset_t {
        var set = sigset_t()
        unsafe sigemptyset(&set)
        unsafe sigaddset(&set, SIGTERM)
        unsafe sigaddset(&set, SIGINT)
        return set
    }
}
