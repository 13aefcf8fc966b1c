import BackgroundWork

/// Large bodies are read and made into jobs in the background, one after the other: the pool's few threads go on answering
/// others, and memory holds one of them taken apart, not as many as there are clients.
enum LargeBodies {
    private static let small = 64 << 10
    private static let thread = BackgroundThread()

    static func run<Result: Sendable>(
        bytes: Int, _ work: @escaping @Sendable () -> Result
    ) async -> Result {
        bytes < small ? work() : await thread.value(of: work)
    }
}
