import Dispatch
import HTTPServing

/// Large bodies are read and made into jobs on a thread of their own, one after the other: the pool's few threads go on
/// answering others, and memory holds one of them taken apart, not as many as there are clients.
enum LargeBodies {
    private static let small = 64 << 10
    private static let queue = DispatchQueue(label: "pulse.api.large")

    static func run<Result: Sendable>(
        bytes: Int, _ work: @escaping @Sendable () -> Result
    ) async -> Result {
        if bytes < small { return work() }
        return await withCheckedContinuation { continuation in
            queue.async { continuation.resume(returning: work()) }
        }
    }
}
