private import Dispatch

/// Where a document is hashed, parsed and packed: a small one at once, a large one on a thread that is there for large ones, one
/// after the other. Part of a second on a thread of the cooperative pool would be that for all documents at work.
enum WorkPlace: Sendable {
    case here, apart

    /// Some milliseconds' work.
    private static let small = 256 << 10
    private static let queue = DispatchQueue(label: "pulse.large-documents")

    /// - Parameter bytes: of the document.
    init(bytes: Int) { self = bytes > Self.small ? .apart : .here }

    func run<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async -> Value {
        switch self {
        case .here: return work()
        case .apart:
            return await withCheckedContinuation { continuation in
                Self.queue.async { continuation.resume(returning: work()) }
            }
        }
    }
}
