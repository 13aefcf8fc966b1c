/// One life in a slot. Numbers count up and are never used again, so a late word of a former life is recognised.
struct Incarnation: Equatable, Sendable {
    let number: Int
    let pid: Int32
    let startedAt: Nanoseconds
    var readyAt: Nanoseconds?
}

/// Where a slot stands. What belongs to a state lives in its case.
///
/// ```mermaid
/// stateDiagram-v2
///     pending --> spawning: start
///     spawning --> starting: spawned
///     spawning --> occupied: slot held by a survivor
///     occupied --> spawning: retry
///     starting --> ready: READY=1
///     starting --> aborting: start timeout
///     ready --> aborting: watchdog
///     ready --> draining: TERM, or its own STOPPING=1
///     draining --> killing: deadline
///     aborting --> killing: grace over
///     ready --> backoff: died
///     killing --> backoff: died
///     backoff --> pending: delay over
///     draining --> stopped: died
///     spawning --> failed: configuration
/// ```
enum ChildState: Equatable, Sendable {
    /// Wants a process; waits for the fleet's leave.
    case pending
    /// The kernel has been asked. `survivorKillAt` while a dead supervisor's child may still hold the slot.
    case spawning(survivorKillAt: Nanoseconds?)
    /// A dead supervisor's child still holds the slot's lock.
    case occupied(retryAt: Nanoseconds, killAt: Nanoseconds)
    /// Alive, not ready. What the deadline means is for the program's readiness to say.
    case starting(Incarnation, deadline: Nanoseconds)
    case ready(Incarnation, watchdog: Watchdog?)
    /// Finishing what it holds, because it was told to or said so.
    case draining(Incarnation, deadline: Nanoseconds)
    /// Hung; SIGABRT sent, so that it can say where.
    case aborting(Incarnation, deadline: Nanoseconds)
    /// SIGKILL sent; only the kernel can keep it now.
    case killing(Incarnation, since: Nanoseconds)
    case backoff(until: Nanoseconds)
    case stopped
    /// Will not be started again: its configuration is wrong.
    case failed(ExitStatus)
}

/// What a slot is meant to do.
enum Wish: Equatable, Sendable {
    case up
    /// Go on, but do not start again.
    case last
    /// Be gone by then.
    case down(by: Nanoseconds)
}

enum ChildEvent: Equatable, Sendable {
    case start
    case spawned(pid: Int32)
    case spawnFailed(errno: Int32)
    case occupied
    case ready(from: Int)
    case stopping(from: Int)
    case watchdog(from: Int)
    case extendTimeout(Nanoseconds, from: Int)
    case exited(ExitStatus, from: Int)
    case deadline
    /// From now on let it be the last life.
    case retire
    case stop(by: Nanoseconds)
}

/// What to do about it; the machine itself does nothing.
enum ChildAction: Equatable, Sendable {
    case spawn(Int)
    /// SIGTERM, then SIGCONT: a stopped process keeps TERM pending until it is continued.
    case terminate
    case abort
    /// SIGKILL to the whole group.
    case kill
    case terminateSurvivor
    case killSurvivor
    case becameReady
    case died(Death)
}

/// One death and what follows from it.
struct Death: Equatable, Sendable {
    enum Consequence: Equatable, Sendable {
        case restart(after: Nanoseconds)
        case stopped
        case failed
    }

    var status: ExitStatus
    var meaning: ExitMeaning
    var uptime: Nanoseconds
    /// Whether it speaks against the program: counts towards the restart intensity.
    var isAbnormal: Bool
    var consequence: Consequence
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
        case .starting(_, let deadline), .draining(_, let deadline), .aborting(_, let deadline): deadline
        case .ready(_, let watchdog): watchdog?.deadline
        case .backoff(let until): until
        case .pending, .spawning, .killing, .stopped, .failed: nil
        }
    }

    /// Nothing runs here and nothing will.
    var isDown: Bool {
        switch self {
        case .stopped, .failed: true
        case .pending, .spawning, .occupied, .starting, .ready, .draining, .aborting, .killing, .backoff: false
        }
    }

    /// The word for it in status and logs.
    var name: String {
        switch self {
        case .pending, .spawning, .occupied, .starting: "starting"
        case .ready: "ready"
        case .draining: "draining"
        case .aborting, .killing: "killing"
        case .backoff: "backoff"
        case .stopped: "stopped"
        case .failed: "failed"
        }
    }
}

extension ChildEvent {
    /// The life an event speaks of; nil when it speaks of the slot.
    var speaker: Int? {
        switch self {
        case .ready(let from), .stopping(let from), .watchdog(let from), .extendTimeout(_, let from),
            .exited(_, let from):
            from
        case .start, .spawned, .spawnFailed, .occupied, .deadline, .retire, .stop: nil
        }
    }
}
