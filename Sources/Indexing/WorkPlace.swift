private import BackgroundWork
private import Synchronization

/// Where a document is hashed, parsed and packed: a small one at once, a large one in the background, one
/// after the other. Part of a second on a thread of the cooperative pool would be that for all documents at work.
enum WorkPlace: Sendable {
    case here, apart

    /// Some milliseconds' work.
    private static let small = 256 << 10
    private static let thread = BackgroundThread()

    /// - Parameter bytes: of the document.
    init(bytes: Int) { self = bytes > Self.small ? .apart : .here }

    /// Whoever is cancelled while others are at work does not wait for its turn; work that has begun comes to its end.
    func run<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async throws(CallFailure) -> Value {
        switch self {
        case .here: return work()
        case .apart:
            let turn = Turn<Value>()
            let value = await withTaskCancellationHandler {
                await withCheckedContinuation { continuation in
                    turn.waits(continuation)
                    Self.thread.run { turn.take()?.resume(returning: work()) }
                    // A cancellation that came before found nobody waiting.
                    if Task.isCancelled { turn.take()?.resume(returning: nil) }
                }
            } onCancel: {
                turn.take()?.resume(returning: nil)
            }
            guard let value else { throw .cancelled }
            return value
        }
    }

    /// Taken by the queue or by a cancellation, whichever comes first.
    private final class Turn<Value: Sendable>: Sendable {
        private let waiting = Mutex<CheckedContinuation<Value?, Never>?>(nil)

        func waits(_ continuation: CheckedContinuation<Value?, Never>) { waiting.withLock { $0 = continuation } }

        func take() -> CheckedContinuation<Value?, Never>? {
            waiting.withLock { waiting in
                defer { waiting = nil }
                return waiting
            }
        }
    }
}
