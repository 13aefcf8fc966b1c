/// Why a worker leaves.
enum StopReason: Equatable, Sendable {
    /// SIGTERM or SIGINT.
    case signal(Int32)
    /// The lifeline reached its end: the supervisor is gone.
    case supervisorGone

    var text: String {
        switch self {
        case .signal(let number): "signal \(number) received"
        case .supervisorGone: "the supervisor is gone"
        }
    }
}
