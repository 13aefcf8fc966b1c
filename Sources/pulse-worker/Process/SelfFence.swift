import Glibc

/// Whether a worker that Redis has not confirmed of late keeps from writing. As in every release: it does. In a debug build
/// `PULSETEST_GUARDS_OFF=self-fence`, beside the supervisor's guards, shows what it is for: `scripts/chaos --unfenced`.
enum SelfFence {
    #if DEBUG
        static let holds = !guardsOff.split(separator: ",").contains("self-fence")

        private static let guardsOff =
            unsafe getenv("PULSETEST_GUARDS_OFF").flatMap { unsafe String(validatingCString: $0) } ?? ""
    #else
        static let holds = true
    #endif
}
