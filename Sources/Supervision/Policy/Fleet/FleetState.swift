/// Where the fleet as a whole stands.
///
/// ```mermaid
/// stateDiagram-v2
///     idle --> starting: start
///     starting --> running: quorum ready
///     starting --> stopping: TERM, startup timeout, configuration, intensity
///     running --> stopping: TERM, configuration, intensity
///     stopping --> ended: last child reaped
/// ```
package enum FleetPhase: Equatable, Sendable {
    case idle
    /// `deadline`: when startup policy `fail` gives up; nil once a worker was ready, for then every service has answered.
    case starting(deadline: Nanoseconds?)
    case running
    case stopping(FleetStop)
    case ended(code: Int32)
}

/// A stop under way.
package struct FleetStop: Equatable, Sendable {
    package let cause: StopCause
    package var askedAt: Nanoseconds
    /// Somebody wants it: until then the fleet stops of its own accord.
    package var isAsked: Bool
    package var deadline: Nanoseconds
    /// Workers and the front go first: they need the Procfile's programs (their Redis, say) to put back what they hold.
    package var wave: Wave
    /// A child had to be killed.
    package var forced: Bool

    package enum Wave: Equatable, Sendable { case workers, everyone }
}

/// Why the fleet stops; decides the exit code.
package enum StopCause: Equatable, Sendable {
    case asked
    /// The program died more often than `PULSE_RESTART_LIMIT` allows.
    case gaveUp(program: String)
    /// A service is away and startup policy is `fail`; `slot` had said so by its exit, or nil: the timeout passed.
    case unavailable(slot: Int?)
    /// A child's command or settings are wrong.
    case configuration(slot: Int, ExitStatus)

    package func exitCode(forced: Bool) -> Int32 {
        switch self {
        case .asked: forced ? 124 : 0
        case .gaveUp: 1
        case .unavailable: 69
        case .configuration: 78
        }
    }
}

/// A slot as the fleet sees it: whose it is, which number it has, and whether it is still wanted. A slot that was scaled
/// away keeps its entry, so that indices mean the same for ever; scaled up again, it is used again.
package struct Place: Equatable, Sendable {
    package let program: Int
    /// From 1, as in "worker.1".
    package let ordinal: Int
    package var isWanted = true

    package init(program: Int, ordinal: Int) {
        self.program = program
        self.ordinal = ordinal
    }
}

/// Everything a reload may change, and the edition by which it is known.
package struct FleetSettings: Equatable, Sendable {
    package var policy: FleetPolicy
    package var programs: [Program]
    /// Which settings the next process is started with; counts up and is never used again.
    package var edition: Int
}
