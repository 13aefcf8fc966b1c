internal import Glibc

/// CLOCK_MONOTONIC: no wall clock step moves a deadline, and a suspended machine ages nobody (Swift's `ContinuousClock` is
/// CLOCK_BOOTTIME here and would).
enum MonotonicClock {
    static func now() -> Nanoseconds {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return Nanoseconds(time.tv_sec) * 1_000_000_000 + Nanoseconds(time.tv_nsec)
    }
}
