/// Why a child of the supervisor leaves.
package enum StopReason: Equatable, Sendable {
    /// SIGTERM or SIGINT.
    case signal(Int32)
    /// The lifeline reached its end: the supervisor is gone.
    case supervisorGone
    /// RQ's `shutdown` command.
    case command
    /// A job's work cannot be stopped, so the process has to go.
    case stuck

    /// What the process exits with.
    package var exitStatus: Int32 { self == .stuck ? 70 : 0 }

    package var text: String {
        switch self {
        case .signal(let number): "signal \(number) received"
        case .supervisorGone: "the supervisor is gone"
        case .command: "shutdown command received"
        case .stuck: "a job cannot be stopped"
        }
    }
}
