/// What has happened since the supervisor's start, as far as no slot remembers it.
struct FleetCounters {
    /// Processes that ended and are started again, by program and cause.
    private(set) var restarts: [String: [DeathCause: Int]] = [:]
    /// From a death to its successor's readiness.
    var recovery = Histogram()
    /// Datagrams from somebody who does not live in the slot.
    var forged = 0
    /// Reports that could not be understood.
    var garbled = 0
    /// Processes that children left behind outside their groups, killed.
    var swept = 0
    /// Orphans that fell to us and ended by themselves.
    var strangers = 0

    /// Changes of health that somebody was told of, or should have been.
    private(set) var alerts: [AlertWay: [AlertOutcome.Kind: Int]] = [:]

    mutating func countAlert(_ way: AlertWay, _ outcome: AlertOutcome) {
        alerts[way, default: [:]][outcome.kind, default: 0] += 1
    }

    mutating func countRestart(of program: String, _ cause: DeathCause) {
        restarts[program, default: [:]][cause, default: 0] += 1
    }
}
