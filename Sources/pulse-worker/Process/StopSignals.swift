import Glibc

/// SIGTERM and SIGINT, taken by a thread of their own.
enum StopSignals {
    /// To be called before any other thread exists: a thread started earlier would still die of the signal.
    static func block() {
        var set = Self.set()
        unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
        // A peer that hangs up must be an error of the write, not our end.
        signal(SIGPIPE, SIG_IGN)
    }

    /// Calls `stop` for each signal that arrives, for as long as the process lives.
    static func watch(_ stop: @escaping @Sendable (StopReason) -> Void) -> Bool {
        PlainThread.start {
            var set = Self.set()
            var number: Int32 = 0
            while true {
                if unsafe sigwait(&set, &number) == 0 { stop(.signal(number)) }
            }
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
