/// Where a slot stands. What belongs to a state lives in its case.
///
/// ```mermaid
/// stateDiagram-v2
///     pending --> spawning: start
///     spawning --> starting: spawned
///     spawning --> occupied: slot held by a survivor
///     occupied --> pending: freed
///     starting --> ready: READY=1
///     starting --> aborting: start timeout
///     ready --> aborting: watchdog
///     ready --> draining: TERM, or its own STOPPING=1
///     draining --> killing: deadline
///     aborting --> killing: grace over
///     ready --> backoff: died
///     killing --> backoff: died
///     draining --> pending: died, to be replaced
///     backoff --> pending: delay over
///     draining --> stopped: died
///     stopped --> pending: wanted again
///     spawning --> failed: configuration
///     failed --> pending: asked to restart
/// ```
enum ChildState: Equatable, Sendable {
    /// Wants a process; waits for the fleet's leave.
    case pending
    /// The kernel has been asked.
    case spawning
    /// A dead supervisor's child, or what one left behind, still holds the slot's lock.
    case occupied(retryAt: Nanoseconds, killAt: Nanoseconds)
    /// Alive, not ready. What the watchdog's deadline means is for the program's readiness to say.
    case starting(Incarnation, Watchdog)
    case ready(Incarnation, Watchdog?)
    /// Finishing what it holds, because it was told to or said so.
    case draining(Incarnation, deadline: Nanoseconds)
    /// Hung; SIGABRT sent, so that it can say where.
    case aborting(Incarnation, deadline: Nanoseconds)
    /// SIGKILL sent; only the kernel can keep it now.
    case killing(Incarnation, since: Nanoseconds)
    case backoff(until: Nanoseconds)
    case stopped
    /// Will not be started again by itself: its configuration is wrong.
    case failed(ExitStatus)
}

extension ChildState {
    /// The live process, while there is one.
    var incarnation: Incarnation? {
        switch self {
        case .starting(let life, _), .ready(let life, _), .draining(let life, _), .aborting(let life, _),
            .killing(let life, _):
            life
        case .pending, .spawning, .occupied, .backoff, .stopped, .failed: nil
        }
    }

    /// When the state wants to be looked at again.
    var deadline: Nanoseconds? {
        switch self {
        case .occupied(let retryAt, _): retryAt
        case .starting(_, let watchdog): watchdog.deadline
        case .draining(_, let deadline), .aborting(_, let deadline): deadline
        case .ready(let life, let watchdog):
            [watchdog?.deadline, life.overdue == nil ? life.expiresAt : nil].compactMap(\.self).min()
        case .backoff(let until): until
        case .pending, .spawning, .killing, .stopped, .failed: nil
        }
    }

    var isReady: Bool {
        if case .ready = self { return true }
        return false
    }

    /// Nothing runs here and nothing will.
    var isDown: Bool {
        switch self {
        case .stopped, .failed: true
        case .pending, .spawning, .occupied, .starting, .ready, .draining, .aborting, .killing, .backoff: false
        }
    }

    /// A killed process that is not gone after this hangs in the kernel; nothing waits for it any longer.
    private static let unkillable = Nanoseconds.seconds(5)

    /// From when on its process counts as one that the kernel cannot end; nil while it was not killed.
    var unkillableAt: Nanoseconds? {
        guard case .killing(_, let since) = self else { return nil }
        return since.adding(Self.unkillable)
    }

    func isUnkillable(at now: Nanoseconds) -> Bool { unkillableAt.map { now >= $0 } ?? false }

    /// The word for it in status and logs.
    func name(at now: Nanoseconds) -> String {
        switch self {
        case .pending, .spawning, .starting: "starting"
        case .occupied: "occupied"
        case .ready: "ready"
        case .draining: "draining"
        case .aborting: "killing"
        case .killing: isUnkillable(at: now) ? "unkillable" : "killing"
        case .backoff: "backoff"
        case .stopped: "stopped"
        case .failed: "failed"
        }
    }
}
