/// What the supervisor of this host says, or why it says nothing.
enum SupervisorFacts {
    case pending
    /// Nobody listens on its socket.
    case absent(socket: String, cause: String)
    /// This user may not ask it.
    case forbidden(socket: String, cause: String)
    case silent(socket: String, cause: String)
    case seen(Seen)

    struct Seen {
        struct Report {
            var isHealthy = false
            /// Why not; nil also while nothing is known.
            var complaint: String?
        }

        struct Slot {
            var name: String
            var state: String
            /// How its last process ended, and its last words.
            var death: String
        }

        var socket = ""
        var pid: Int32 = 0
        var summary = ""
        var services: [Dependency: Report] = [:]
        var failing: [Slot] = []
        var workers = 0
        /// Permission bits of its socket.
        var socketMode: UInt32 = 0o660
    }
}
