import Testing

@testable import Supervision

/// A fleet whose children are moved by hand.
struct Fleet {
    var machine: FleetStateMachine
    var now: Nanoseconds = .seconds(1)
    var actions: [FleetAction] = []
    var code: Int32?

    /// The slots are the workers', then the front's, then the others'.
    init(workers: Int = 2, others: Int = 0, fronts: Int = 0, _ change: (inout FleetPolicy) -> Void = { _ in }) {
        var policy = FleetPolicy()
        policy.startConcurrency = 8
        change(&policy)
        let worker = Program(
            name: "worker", kind: .worker, count: workers, command: ["w"], readiness: .notified(within: .seconds(90)),
            watchdog: .seconds(30))
        let redis = Program(
            name: "redis", kind: .procfile(hasOperators: false), count: others, command: ["r"],
            readiness: .after(.seconds(1)))
        let front = Program(
            name: "api", kind: .api, count: fronts, command: ["a"], readiness: .notified(within: .seconds(90)),
            watchdog: .seconds(30))
        machine = FleetStateMachine(programs: [worker] + (fronts > 0 ? [front] : []) + [redis], policy: policy, seed: 1)
    }

    mutating func feed(_ event: FleetEvent) {
        var events = [event]
        while !events.isEmpty {
            for action in machine.handle(events.removeFirst(), now: now) {
                actions.append(action)
                if case .child(let slot, .spawn) = action {
                    events.append(.child(slot, .spawned(pid: Int32(slot) + 50)))
                }
                if case .exit(let code) = action { self.code = code }
            }
        }
    }

    mutating func child(_ slot: Int, _ event: (Int) -> ChildEvent) {
        feed(.child(slot, event(machine.children[slot].state.incarnation?.number ?? 0)))
    }

    mutating func ready(_ slots: Int...) { for slot in slots { child(slot) { .ready(from: $0) } } }

    mutating func exit(_ slot: Int, _ code: Int32) { child(slot) { .exited(.exited(code), from: $0) } }

    func did(_ slot: Int, _ action: ChildAction) -> Bool { actions.contains(.child(slot, action)) }
    func count(_ action: FleetAction) -> Int { actions.count { $0 == action } }
}

@Suite struct `Fleet state machine` {
    @Test func `READY comes once, when the last worker is ready`() {
        var fleet = Fleet()
        fleet.feed(.start)
        fleet.ready(0)
        #expect(fleet.count(.announceReady) == 0)
        fleet.ready(1)
        #expect(fleet.count(.announceReady) == 1)
        fleet.exit(0, 1)
        fleet.ready(0)
        #expect(fleet.count(.announceReady) == 1)
    }

    @Test func `a quorum is enough`() {
        var fleet = Fleet(workers: 4) { $0.readyQuorum = 2 }
        fleet.feed(.start)
        fleet.ready(2, 3)
        #expect(fleet.count(.announceReady) == 1)
    }

    @Test func `the Procfile's programs must be ready too`() {
        var fleet = Fleet(workers: 1, others: 1)
        fleet.feed(.start)
        fleet.ready(0)
        #expect(fleet.count(.announceReady) == 0)
        fleet.now += .seconds(1)
        fleet.feed(.deadline)
        #expect(fleet.count(.announceReady) == 1)
    }

    @Test func `the startup timeout does not run while a survivor is waited for`() {
        var policy = FleetPolicy()
        policy.startupTimeout = .seconds(30)
        let worker = Program(
            name: "worker", kind: .worker, count: 1, command: ["w"], readiness: .notified(within: .seconds(90)))
        var fleet = FleetStateMachine(programs: [worker], policy: policy, seed: 1)
        _ = fleet.handle(.start, now: 0)
        _ = fleet.handle(.child(0, .occupied), now: 0)
        _ = fleet.handle(.deadline, now: .seconds(30))
        _ = fleet.handle(.child(0, .occupied), now: .seconds(30))
        #expect(fleet.phase == .starting(deadline: .seconds(60)))
        // Killed at 60 s and still there 5 s later: waiting longer would be for ever.
        _ = fleet.handle(.deadline, now: .seconds(70))
        _ = fleet.handle(.child(0, .occupied), now: .seconds(70))
        #expect(fleet.phase == .ended(code: 69))
    }

    @Test func `few workers start at once, and never hold back the Procfile's programs`() {
        var fleet = Fleet(workers: 5, others: 1) { $0.startConcurrency = 2 }
        fleet.feed(.start)
        let started = fleet.actions.count { if case .child(_, .spawn) = $0 { true } else { false } }
        #expect(started == 3)
        #expect(fleet.did(5, .spawn(1)))
        fleet.ready(0)
        #expect(fleet.did(2, .spawn(1)))
    }

    @Test func `TERM drains and ends with 0 at the last death`() {
        var fleet = Fleet()
        fleet.feed(.start)
        fleet.ready(0, 1)
        fleet.feed(.terminate)
        #expect(fleet.did(0, .terminate) && fleet.did(1, .terminate))
        fleet.exit(0, 0)
        #expect(fleet.code == nil)
        fleet.exit(1, 0)
        #expect(fleet.code == 0)
    }

    @Test func `workers go before what they rest on`() {
        var fleet = Fleet(workers: 1, others: 1)
        fleet.feed(.start)
        fleet.ready(0)
        fleet.feed(.terminate)
        #expect(!fleet.did(1, .terminate))
        fleet.exit(0, 0)
        #expect(fleet.did(1, .terminate))
        fleet.exit(1, 0)
        #expect(fleet.code == 0)
    }

    @Test func `the front goes with the workers, before what both rest on`() {
        var fleet = Fleet(workers: 1, others: 1, fronts: 1)
        fleet.feed(.start)
        fleet.ready(0)
        fleet.now += .seconds(1)
        fleet.feed(.deadline)
        #expect(fleet.count(.announceReady) == 0, "producers rest on the front")
        fleet.ready(1)
        #expect(fleet.count(.announceReady) == 1)
        fleet.feed(.terminate)
        #expect(fleet.did(0, .terminate) && fleet.did(1, .terminate) && !fleet.did(2, .terminate))
        fleet.exit(0, 0)
        #expect(!fleet.did(2, .terminate))
        fleet.exit(1, 0)
        #expect(fleet.did(2, .terminate))
        fleet.exit(2, 0)
        #expect(fleet.code == 0)
    }

    @Test func `a front is no worker that could be missed at the start`() {
        var fleet = Fleet(workers: 0, fronts: 1)
        fleet.feed(.start)
        fleet.ready(0)
        #expect(fleet.count(.announceReady) == 1)
        fleet.feed(.restart(slots: nil, operation: 1))
        #expect(fleet.did(0, .terminate), "who asks for a restart means the front as well")
    }

    @Test func `a front that keeps dying takes no worker with it, and is tried again`() {
        var fleet = Fleet(workers: 1, fronts: 1) { $0.restart.base = 0 }
        fleet.feed(.start)
        fleet.ready(0, 1)
        for _ in 0..<20 { fleet.exit(1, 1) }
        #expect(fleet.machine.phase == .running && fleet.did(1, .spawn(21)) && !fleet.did(0, .terminate))
        fleet.exit(1, 78)
        #expect(fleet.machine.phase == .running && fleet.machine.children[1].state == .failed(.exited(78)))
        fleet.feed(.restart(slots: [1], operation: 1))
        #expect(fleet.did(1, .spawn(22)))
    }

    @Test func `READY waits for the front, but not for one that keeps dying`() {
        var fleet = Fleet(workers: 1, fronts: 1) { $0.restart.base = 0 }
        fleet.feed(.start)
        fleet.ready(0)
        for _ in 0..<5 { fleet.exit(1, 1) }
        #expect(fleet.count(.announceReady) == 0)
        fleet.exit(1, 1)
        #expect(fleet.count(.announceReady) == 1 && fleet.code == nil)
    }

    @Test(arguments: [1, 78]) func `a front alone that keeps dying is given up`(status: Int32) {
        var fleet = Fleet(workers: 0, fronts: 1) { $0.restart.base = 0 }
        fleet.feed(.start)
        fleet.ready(0)
        for _ in 0..<6 where fleet.code == nil { fleet.exit(0, status) }
        #expect(fleet.code == status)
    }

    @Test func `a program that dies while the workers drain stays dead`() {
        var fleet = Fleet(workers: 1, others: 1)
        fleet.feed(.start)
        fleet.ready(0)
        fleet.feed(.terminate)
        fleet.exit(1, 1)
        #expect(!fleet.did(1, .spawn(2)))
        fleet.exit(0, 0)
        #expect(fleet.code == 0)
    }

    @Test func `a child that ignores TERM is killed at the deadline, exit 124`() {
        var fleet = Fleet(workers: 1)
        fleet.feed(.start)
        fleet.ready(0)
        fleet.feed(.terminate)
        fleet.now += .seconds(59)
        fleet.feed(.deadline)
        #expect(!fleet.did(0, .kill))
        fleet.now += .seconds(1)
        fleet.feed(.deadline)
        #expect(fleet.did(0, .kill))
        fleet.child(0) { .exited(.killed(signal: 9, coreDumped: false), from: $0) }
        #expect(fleet.code == 124)
    }

    @Test func `a second TERM shortens, its echo does not`() {
        var fleet = Fleet(workers: 1)
        fleet.feed(.start)
        fleet.ready(0)
        fleet.feed(.terminate)
        fleet.now += .milliseconds(300)
        fleet.feed(.terminate)
        #expect(!fleet.did(0, .kill))
        fleet.now += .seconds(1)
        fleet.feed(.terminate)
        #expect(fleet.did(0, .kill))
    }

    @Test func `a process the kernel cannot end does not hold the stop for ever`() {
        var fleet = Fleet(workers: 1)
        fleet.feed(.start)
        fleet.feed(.terminate)
        for _ in 0..<4 {
            fleet.now = max(fleet.now, fleet.machine.deadline ?? fleet.now)
            fleet.feed(.deadline)
        }
        #expect(fleet.code == 124)
    }

    @Test func `startup policy fail gives up with 69 at its timeout`() {
        var fleet = Fleet(workers: 1) { $0.startup = .fail }
        fleet.feed(.start)
        #expect(fleet.machine.startupForNextSpawn == .fail)
        fleet.now += .seconds(30)
        fleet.feed(.deadline)
        #expect(fleet.count(.announceStopping(.unavailable(slot: nil))) == 1)
        fleet.exit(0, 0)
        #expect(fleet.code == 69)
    }

    @Test func `a worker's exit 69 at the first start ends the start`() {
        var fleet = Fleet { $0.startup = .fail }
        fleet.feed(.start)
        fleet.exit(0, 69)
        #expect(fleet.count(.announceStopping(.unavailable(slot: 0))) == 1)
        fleet.exit(1, 69)
        #expect(fleet.code == 69)
    }

    @Test func `after the first READY exit 69 only waits, however often`() {
        var fleet = Fleet(workers: 1) {
            $0.startup = .fail
            $0.restart.base = 0
        }
        fleet.feed(.start)
        #expect(fleet.machine.startupForNextSpawn == .fail)
        fleet.ready(0)
        #expect(fleet.machine.startupForNextSpawn == .wait)
        for _ in 0..<100 { fleet.exit(0, 69) }
        #expect(fleet.code == nil)
        #expect(fleet.did(0, .spawn(101)))
    }

    @Test func `too many deaths end with 1`() {
        var fleet = Fleet(workers: 1) { $0.restart.base = 0 }
        fleet.feed(.start)
        fleet.ready(0)
        for _ in 0..<5 { fleet.exit(0, 1) }
        #expect(fleet.count(.announceStopping(.gaveUp(program: "worker"))) == 0)
        fleet.exit(0, 1)
        #expect(fleet.count(.announceStopping(.gaveUp(program: "worker"))) == 1)
        #expect(fleet.code == 1)
    }

    @Test func `the first TERM to a fleet that stops already does not cut its drain short, the second does`() {
        var fleet = Fleet(workers: 2) { $0.restart.base = 0 }
        fleet.feed(.start)
        fleet.ready(0)
        fleet.ready(1)
        for _ in 0..<11 { fleet.exit(0, 1) }
        #expect(fleet.count(.announceStopping(.gaveUp(program: "worker"))) == 1)
        fleet.now += .seconds(2)
        fleet.feed(.terminate)
        #expect(!fleet.did(1, .kill))
        fleet.now += .milliseconds(500)
        fleet.feed(.terminate)
        #expect(!fleet.did(1, .kill), "an echo of the first")
        fleet.now += .seconds(1)
        fleet.feed(.terminate)
        #expect(fleet.did(1, .kill))
    }

    @Test func `a machine that starts nobody for a while is no reason to give up`() {
        var fleet = Fleet(workers: 1) {
            $0.restartLimit = 1
            $0.startup = .wait
        }
        _ = fleet.machine.handle(.start, now: fleet.now)
        for _ in 0..<20 {
            _ = fleet.machine.handle(.child(0, .spawnFailed(errno: 11)), now: fleet.now)
            fleet.now = fleet.machine.deadline ?? fleet.now
            _ = fleet.machine.handle(.deadline, now: fleet.now)
        }
        #expect(fleet.machine.children[0].number == 21)
        #expect(fleet.machine.phase == .starting(deadline: nil))
    }

    @Test func `wrong configuration at the start ends with 78`() {
        var fleet = Fleet()
        fleet.feed(.start)
        fleet.exit(0, 78)
        fleet.exit(1, 0)
        #expect(fleet.code == 78)
    }

    @Test func `wrong configuration later costs its slot, and the fleet once no slot is left`() {
        var fleet = Fleet()
        fleet.feed(.start)
        fleet.ready(0, 1)
        fleet.exit(0, 78)
        #expect(fleet.code == nil)
        #expect(!fleet.did(0, .spawn(2)))
        fleet.exit(1, 78)
        #expect(fleet.code == 78)
    }

    @Test func `TERM before the first spawn ends with 0 and starts nothing`() {
        var fleet = Fleet()
        fleet.feed(.terminate)
        #expect(fleet.code == 0)
        fleet.feed(.start)
        #expect(!fleet.did(0, .spawn(1)))
    }
}
