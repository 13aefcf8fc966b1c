// One race, and beside it a Mutex that threads fight for: the first is to be reported, the second is not.
import Glibc
import Synchronization

final class Counts: Sendable {
    nonisolated(unsafe) private var unguarded = 0
    private let guarded = Mutex(0)

    func count() {
        for _ in 0..<10_000 {
            guarded.withLock { $0 += 1 }
            forgotten()
        }
    }

    private func forgotten() { unguarded += 1 }
}

@main enum Planted {
    static let counts = Counts()
    nonisolated(unsafe) static var allRun = pthread_barrier_t()

    static func main() {
        var threads = [pthread_t](repeating: 0, count: 4)
        pthread_barrier_init(&allRun, nil, UInt32(threads.count))
        for index in threads.indices {
            pthread_create(
                &threads[index], nil,
                { _ in
                    // One that had ended before the next began would be taken for the same.
                    pthread_barrier_wait(&Planted.allRun)
                    Planted.counts.count()
                    return nil
                }, nil)
        }
        for thread in threads { pthread_join(thread, nil) }
    }
}
