import Testing

@testable import Supervision

/// Every state meets every event, and each meeting has a result that a person wrote down.
@Suite struct `Child state machine: the table` {
    private static let policy: FleetPolicy = {
        var policy = FleetPolicy()
        policy.restart.base = 0
        policy.maxMemory = 1000
        return policy
    }()
    private static let program = Program(
        name: "worker", kind: .worker, count: 1, command: ["/bin/worker"], readiness: .notified(within: .seconds(90)),
        watchdog: .seconds(30))
    /// How each state is reached from the beginning; all at second 0.
    private static let ways: [(state: String, events: [ChildEvent])] = [
        ("pending", []),
        ("spawning", [start]),
        ("occupied", [start, .occupied]),
        ("starting", [start, .spawned(pid: 7)]),
        ("ready", [start, .spawned(pid: 7), .ready(from: 1)]),
        ("leaving", [start, .spawned(pid: 7), .ready(from: 1), .stopping(from: 1)]),
        ("draining", [start, .spawned(pid: 7), .stop(by: .seconds(60))]),
        ("replaced", [start, .spawned(pid: 7), .replace(by: .seconds(60), .reload)]),
        ("aborting", [start, .spawned(pid: 7)] + Array(repeating: .deadline, count: 5)),
        ("killing", [start, .spawned(pid: 7), .stop(by: 0), .deadline]),
        ("backoff", [start, .spawnFailed(errno: 11)]),
        ("stopped", [.stop(by: 0)]),
        ("failed", [start, .spawnFailed(errno: 2)]),
    ]
    private static let start = ChildEvent.start(edition: 3)
    private static let events: [(name: String, event: ChildEvent)] = [
        ("start", start), ("spawned", .spawned(pid: 8)), ("no memory", .spawnFailed(errno: 12)),
        ("no file", .spawnFailed(errno: 2)), ("occupied", .occupied), ("freed", .freed), ("READY", .ready(from: 1)),
        ("STOPPING", .stopping(from: 1)), ("WATCHDOG", .watchdog(from: 1)),
        ("EXTEND", .extendTimeout(.seconds(500), from: 1)), ("heavy", .weighed(2000, from: 1)),
        ("light", .weighed(1000, from: 1)), ("exit 0", .exited(.exited(0), from: 1)),
        ("exit 1", .exited(.exited(1), from: 1)), ("exit 69", .exited(.exited(69), from: 1)),
        ("exit 78", .exited(.exited(78), from: 1)), ("deadline", .deadline), ("retire", .retire),
        ("stop", .stop(by: .seconds(1000))), ("replace", .replace(by: .seconds(1000), .restart)), ("want", .want),
        ("ghost READY", .ready(from: 0)),
        ("ghost exit", .exited(.exited(1), from: 0)),
    ]

    @Test func `every state meets every event`() {
        var lines: [String] = []
        for way in Self.ways {
            for event in Self.events {
                let result = Self.meet(way.events, event.event)
                // What changes nothing is not listed; the table therefore still covers every pair.
                if result != "nothing" { lines.append("\(way.state) | \(event.name) -> \(result)") }
            }
        }
        #expect(lines.joined(separator: "\n") == Self.table)
    }

    private static func meet(_ way: [ChildEvent], _ event: ChildEvent) -> String {
        var policy = policy
        if way.contains(.spawnFailed(errno: 11)) { policy.restart = RestartPolicy() }
        var machine = ChildStateMachine(program: program, policy: policy)
        var jitter = Jitter(seed: 5)
        // A deadline must be looked at when it passes, not a second later.
        for step in way {
            let now = step == .deadline ? machine.state.deadline ?? 0 : 0
            _ = machine.handle(step, now: now, jitter: &jitter)
        }
        let before = machine
        let now = machine.state.deadline ?? .seconds(90)
        let actions = machine.handle(event, now: now, jitter: &jitter)
        if machine == before, actions.isEmpty { return "nothing" }
        return ([word(machine)] + actions.map(word)).joined(separator: ", ")
    }

    private static func word(_ machine: ChildStateMachine) -> String {
        let state = "\(machine.state)".prefix { $0.isLetter }
        let wish = "\(machine.wish)".prefix { $0.isLetter }
        return "\(state) (\(wish))"
    }

    private static func word(_ action: ChildAction) -> String {
        guard case .died(let death) = action else { return "\(action)" }
        let counts = death.isAbnormal ? ", counted" : ""
        switch death.consequence {
        case .restart(let after): return "died: restart\(after > 0 ? " later" : "")\(counts)"
        case .stopped: return "died: stopped\(counts)"
        case .failed: return "died: failed\(counts)"
        }
    }

    private static let table = """
        pending | start -> spawning (up), spawn(1)
        pending | retire -> stopped (last)
        pending | stop -> stopped (last)
        spawning | spawned -> starting (up)
        spawning | no memory -> backoff (up), died: restart later
        spawning | no file -> failed (up), died: failed
        spawning | occupied -> occupied (up), terminateSurvivor
        spawning | retire -> spawning (last)
        spawning | stop -> spawning (down)
        spawning | replace -> spawning (again)
        occupied | freed -> pending (up)
        occupied | deadline -> occupied (up), probeSurvivor
        occupied | retire -> stopped (last)
        occupied | stop -> stopped (last)
        starting | READY -> ready (up), becameReady
        starting | STOPPING -> draining (up)
        starting | EXTEND -> starting (up)
        starting | exit 0 -> pending (up), died: restart, counted
        starting | exit 1 -> pending (up), died: restart, counted
        starting | exit 69 -> pending (up), died: restart
        starting | exit 78 -> failed (up), died: failed
        starting | deadline -> starting (up)
        starting | retire -> starting (last)
        starting | stop -> draining (down), terminate
        starting | replace -> draining (again), terminate
        ready | STOPPING -> draining (up)
        ready | WATCHDOG -> ready (up)
        ready | heavy -> ready (up)
        ready | exit 0 -> pending (up), died: restart, counted
        ready | exit 1 -> pending (up), died: restart, counted
        ready | exit 69 -> pending (up), died: restart
        ready | exit 78 -> failed (up), died: failed
        ready | deadline -> ready (up)
        ready | retire -> ready (last)
        ready | stop -> draining (down), terminate
        ready | replace -> draining (again), terminate
        leaving | exit 0 -> pending (up), died: restart
        leaving | exit 1 -> pending (up), died: restart, counted
        leaving | exit 69 -> pending (up), died: restart
        leaving | exit 78 -> failed (up), died: failed
        leaving | deadline -> aborting (up), abort
        leaving | retire -> draining (last)
        leaving | stop -> draining (down), terminate
        leaving | replace -> draining (again), terminate
        draining | exit 0 -> stopped (down), died: stopped
        draining | exit 1 -> stopped (down), died: stopped
        draining | exit 69 -> stopped (down), died: stopped
        draining | exit 78 -> stopped (down), died: stopped
        draining | deadline -> killing (down), kill
        draining | stop -> draining (down)
        draining | want -> draining (again)
        replaced | exit 0 -> pending (up), died: restart
        replaced | exit 1 -> pending (up), died: restart
        replaced | exit 69 -> pending (up), died: restart
        replaced | exit 78 -> pending (up), died: restart
        replaced | deadline -> killing (again), kill
        replaced | retire -> draining (down)
        replaced | stop -> draining (down)
        replaced | replace -> draining (again)
        aborting | exit 0 -> pending (up), died: restart, counted
        aborting | exit 1 -> pending (up), died: restart, counted
        aborting | exit 69 -> pending (up), died: restart, counted
        aborting | exit 78 -> failed (up), died: failed
        aborting | deadline -> killing (up), kill
        aborting | retire -> aborting (last)
        aborting | stop -> aborting (down)
        killing | exit 0 -> stopped (down), died: stopped
        killing | exit 1 -> stopped (down), died: stopped
        killing | exit 69 -> stopped (down), died: stopped
        killing | exit 78 -> stopped (down), died: stopped
        killing | deadline -> killing (down)
        killing | stop -> killing (down)
        killing | want -> killing (again)
        backoff | deadline -> pending (up)
        backoff | retire -> stopped (last)
        backoff | stop -> stopped (last)
        backoff | replace -> pending (up)
        stopped | want -> pending (up)
        failed | stop -> stopped (last)
        failed | replace -> pending (up)
        """
}
