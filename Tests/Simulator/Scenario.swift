import Supervision

/// The fleet that one history is about.
struct Scenario {
    var policy = FleetPolicy()
    var programs: [Program] = []
    /// Editions whose processes die as soon as they are started.
    var badEvery: UInt64 = 0
    /// A slot whose processes die as soon as they are started; nil = none.
    var crashingSlot: Int?
    let seed: UInt64

    init(_ choices: inout Choices) {
        let workers = 1 + Int(choices.below(4))
        let others = Int(choices.below(3))
        policy.startup = choices.chance(1, in: 2) ? .fail : .wait
        policy.startupTimeout = choices.span(5_000, 20_000)
        policy.stopTimeout = choices.span(2_000, 10_000)
        policy.hangGrace = choices.span(0, 6_000)
        policy.startConcurrency = 1 + Int(choices.below(3))
        policy.readyQuorum = choices.chance(1, in: 3) ? 1 : nil
        policy.restartLimit = choices.pick([0, 40, nil])
        policy.restart.base = choices.chance(1, in: 8) ? 0 : 100_000_000
        policy.restart.cap = choices.span(5_000, 30_000)
        policy.restart.healthy = 10_000_000_000
        if choices.chance(1, in: 3) { policy.maxLifetime = choices.span(20_000, 60_000) }
        if choices.chance(1, in: 3) { policy.maxMemory = 1_000 }
        badEvery = choices.below(3)
        if choices.chance(1, in: 8) { crashingSlot = Int(choices.below(4)) }
        let within = choices.span(8_000, 20_000)
        let watchdog = choices.span(3_000, 10_000)
        let hasFront = choices.chance(1, in: 3)
        programs = [
            Program(
                name: "worker", kind: .worker, count: workers, command: ["w"], readiness: .notified(within: within),
                watchdog: watchdog),
            Program(
                name: "web", kind: .procfile(hasOperators: true), count: others, command: ["sh"],
                readiness: .after(1_000_000_000)),
        ]
        if hasFront {
            programs.append(
                Program(
                    name: "api", kind: .api, count: 1, command: ["a"], readiness: .notified(within: within),
                    watchdog: watchdog))
        }
        seed = choices.below(1 << 32)
    }

    /// What a reload may bring; times that a child was promised stay the same.
    func anotherPolicy(_ choices: inout Choices) -> FleetPolicy {
        var policy = policy
        if choices.chance(1, in: 3) { policy.startConcurrency = 1 + Int(choices.below(3)) }
        if choices.chance(1, in: 3) { policy.readyQuorum = choices.pick([1, 2, nil]) }
        if choices.chance(1, in: 3) { policy.restartLimit = choices.pick([0, 10, 40, nil]) }
        if choices.chance(1, in: 3) { policy.maxLifetime = choices.pick([nil, choices.span(20_000, 60_000)]) }
        if choices.chance(1, in: 3) { policy.maxMemory = choices.pick([nil, 1_000]) }
        return policy
    }

    func fleet() -> FleetStateMachine { FleetStateMachine(programs: programs, policy: policy, seed: seed) }

    /// From the end of all faults until every wanted slot must be ready.
    var recovery: Nanoseconds {
        guard case .notified(let within) = programs[0].readiness else { return 0 }
        // What was lost or hung before is found out first: the start's timeout, the last look, the grace, and the next start.
        return policy.restart.cap + within + policy.stopTimeout + policy.hangGrace + 7_000_000_000
    }
}
