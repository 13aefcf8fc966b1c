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
///     draining --> aborting: deadline of one that left by itself
///     aborting --> killing: grace over
///     ready --> backoff: died
///     killing --> backoff: died
///     killing --> pending: died, to be replaced
///     killing --> stopped: died, told to stop
///     draining --> pending: died, to be replaced
///     backoff --> pending: delay over
///     draining --> stopped: died
///     stopped --> pending: wanted again
///     spawning --> failed: configuration
///     failed --> pending: asked to restart
/// ```
package enum ChildState: Equatable, Sendable {
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
    /// SIGKILL sent; only the kernel can keep it now. Nothing waits for it any longer from `giveUpAt` on; nil = that is past.
    case killing(Incarnation, giveUpAt: Nanoseconds?)
    case backoff(until: Nanoseconds)
    case stopped
    /// Will not be started again by itself: its configuration is wrong.
    case failed(ExitStatus)
}

extension ChildState {
    /// The live process, while there is one.
    package var incarnation: Incarnation? {
        switch self {
        case .starting(let life, _), .ready(let life, _), .draining(let life, _), .aborting(let life, _),
            .killing(let life, _):
            life
        case .pending, .spawning, .occupied, .backoff, .stopped, .failed: nil
        }
    }

    /// When the state wants to be looked at again.
    package var deadline: Nanoseconds? {
        switch self {
        case .occupied(let retryAt, _): retryAt
        case .starting(_, let watchdog): watchdog.deadline
        case .draining(_, let deadline), .aborting(_, let deadline): deadline
        case .ready(let life, let watchdog):
            [watchdog?.deadline, life.overdue == nil ? life.expiresAt : nil].compactMap(\.self).min()
        case .killing(_, let giveUpAt): giveUpAt
        case .backoff(let until): until
        case .pending, .spawning, .stopped, .failed: nil
        }
    }

    package var isReady: Bool {
        if case .ready = self { return true }
        return false
    }

    /// Nothing runs here and nothing will.
    package var isDown: Bool {
        switch self {
        case .stopped, .failed: true
        case .pending, .spawning, .occupied, .starting, .ready, .draining, .aborting, .killing, .backoff: false
        }
    }

    /// Its process was killed and is still there: the kernel cannot end it.
    package var isUnkillable: Bool {
        if case .killing(_, nil) = self { return true }
        return false
    }

    /// The word for it in status and logs.
    package var name: String {
        switch self {
        case .pending, .spawning, .starting: "starting"
        case .occupied: "occupied"
        case .ready: "ready"
        case .draining: "draining"
        case .aborting: "killing"
        case .killing: isUnkillable ? "unkillable" : "killing"
        case .backoff: "backoff"
        case .stopped: "stopped"
        case .failed: "failed"
        }
    }
}
