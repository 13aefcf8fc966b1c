// One race, and beside it a Mutex that threads fight for: the first is to be reported, the second is not.
import Glibc
import Synchronization

final class Counts: Sendable {
    nonisolated(unsafe) var unguarded = 0
    let guarded = Mutex(0)

    func count() {
        for _ in 0..<100_000 { guarded.withLock { $0 += 1 } }
        unguarded += 1
    }
}

@main enum Planted {
    static let counts = Counts()

    static func main() {
        var threads = [pthread_t](repeating: 0, count: 4)
        for index in threads.indices {
            pthread_create(
                &threads[index], nil,
                { _ in
                    Planted.counts.count()
                    return nil
                }, nil)
        }
        for thread in threads { pthread_join(thread, nil) }
        print(counts.guarded.withLock { $0 }, counts.unguarded)
    }
}
