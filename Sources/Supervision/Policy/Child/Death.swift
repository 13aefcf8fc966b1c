/// One death and what follows from it.
package struct Death: Equatable, Sendable {
    package enum Consequence: Equatable, Sendable {
        case restart(after: Nanoseconds)
        case stopped
        case failed
    }

    /// The life that ended, or the spawn that failed.
    package var number: Int
    package var status: ExitStatus
    package var meaning: ExitMeaning
    package var cause: DeathCause
    package var uptime: Nanoseconds
    /// Whether it speaks against the program: counts towards the restart intensity.
    package var isAbnormal: Bool
    package var consequence: Consequence
}

/// Why a life ended, as far as the supervisor can tell: what it was told, or what it did by itself.
public enum DeathCause: String, CaseIterable, Sendable {
    /// Exited by itself, or by a signal that was not ours.
    case exit, signal
    /// Exit 69: a service it needs is away.
    case unavailable
    /// It will end like this every time until a person changes something.
    case configuration
    /// The kernel did not start it.
    case spawn
    /// Broke its watchdog's promise and was killed for it.
    case hang
    /// Said STOPPING=1 by itself and left in good order.
    case goodbye
    /// Told to go, to be replaced by a fresh one.
    case restart, reload, lifetime, memory
    /// Scaled away, and wanted again before it was gone.
    case scale
    /// Told to go for good.
    case stop

    /// Planned ends are no news about the program and stay out of its death tally.
    public var isPlanned: Bool {
        switch self {
        case .goodbye, .restart, .reload, .lifetime, .memory, .scale, .stop: true
        case .exit, .signal, .unavailable, .configuration, .spawn, .hang: false
        }
    }
}
