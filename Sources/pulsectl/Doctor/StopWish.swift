import Glibc
import Synchronization

/// Ctrl-C and its like, noted instead of obeyed while there is something to be taken away first.
enum StopWish {
    private static let flag = Atomic(false)

    static var isWished: Bool { flag.load(ordering: .relaxed) }

    /// From now on, until the process ends.
    static func listen() {
        // Made before any signal: a handler must not be the first to touch it.
        flag.store(false, ordering: .relaxed)
        for number in [SIGINT, SIGTERM, SIGHUP] {
            signal(number) { _ in StopWish.flag.store(true, ordering: .relaxed) }
        }
    }
}
