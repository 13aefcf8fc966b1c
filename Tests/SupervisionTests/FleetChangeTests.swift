import Testing

@testable import Supervision

/// Restarts, scalings and reloads, step by step.
@Suite struct `Fleet: changes while it runs` {
    private func running(_ workers: Int, _ change: (inout FleetPolicy) -> Void = { _ in }) -> Fleet {
        var fleet = Fleet(workers: workers, change)
        fleet.feed(.start)
        for slot in 0..<workers { fleet.ready(slot) }
        fleet.actions = []
        return fleet
    }

    private func terminated(_ fleet: Fleet) -> [Int] {
        fleet.actions.compactMap { if case .child(let slot, .terminate) = $0 { slot } else { nil } }
    }

    private func reload(_ fleet: Fleet) -> FleetReload {
        FleetReload(policy: fleet.machine.policy, programs: fleet.machine.settings.programs, renewed: [0])
    }

    @Test func `a rolling restart goes one by one, and on only when the new one is ready`() {
        var fleet = running(3)
        fleet.feed(.restart(slots: nil, operation: 1))
        #expect(terminated(fleet) == [0])
        fleet.exit(0, 0)
        #expect(fleet.did(0, .spawn(2)))
        #expect(terminated(fleet) == [0])
        fleet.ready(0)
        #expect(terminated(fleet) == [0, 1])
        fleet.exit(1, 0)
        fleet.ready(1)
        fleet.exit(2, 0)
        #expect(fleet.count(.operationEnded(1, .done)) == 0)
        fleet.ready(2)
        #expect(fleet.count(.operationEnded(1, .done)) == 1)
    }

    @Test func `who asks again before the first is gone shares its restart`() {
        var fleet = running(2)
        fleet.feed(.restart(slots: nil, operation: 1))
        fleet.feed(.restart(slots: nil, operation: 2))
        for slot in [0, 1] {
            fleet.exit(slot, 0)
            fleet.ready(slot)
        }
        #expect(terminated(fleet) == [0, 1])
        #expect(fleet.count(.operationEnded(1, .done)) == 1 && fleet.count(.operationEnded(2, .done)) == 1)
    }

    @Test func `a new process that dies twice ends the rollout, the rest stays`() {
        var fleet = running(3) { $0.restart.base = 0 }
        fleet.feed(.restart(slots: nil, operation: 1))
        fleet.exit(0, 0)
        fleet.exit(0, 1)
        #expect(fleet.machine.rollout != nil)
        fleet.exit(0, 1)
        #expect(fleet.count(.operationEnded(1, .aborted(slot: 0, .exited(1)))) == 1)
        #expect(terminated(fleet) == [0])
    }

    @Test func `new settings of which workers die are taken back everywhere`() {
        var fleet = running(2) { $0.restart.base = 0 }
        fleet.feed(.reload(reload(fleet), operation: 1))
        fleet.exit(0, 0)
        fleet.ready(0)
        #expect(fleet.machine.children[0].edition == 1)
        fleet.exit(1, 0)
        fleet.exit(1, 78)
        #expect(fleet.count(.settingsTakenBack) == 1)
        #expect(fleet.machine.settings.edition == 0)
        #expect(fleet.machine.children[1].edition == 0, "it was started again at once, with the old ones")
        fleet.ready(1)
        #expect(terminated(fleet).last == 0, "and so is the one that had the new ones")
        fleet.exit(0, 0)
        #expect(fleet.count(.announceReloaded) == 0)
        fleet.ready(0)
        #expect(fleet.count(.announceReloaded) == 1)
        #expect(fleet.count(.operationEnded(1, .aborted(slot: 1, .exited(78)))) == 1)
        #expect(fleet.code == nil)
    }

    @Test func `a reload that replaces nobody is over at once`() {
        var fleet = running(2)
        var new = reload(fleet)
        new.renewed = []
        new.policy.stopTimeout = .seconds(5)
        fleet.feed(.reload(new, operation: 1))
        #expect(fleet.actions == [.announceReloading, .operationEnded(1, .done), .announceReloaded])
        #expect(fleet.machine.children[0].policy.stopTimeout == .seconds(5))
    }

    @Test func `scaling down takes those that do not serve, then the idle, then the highest`() {
        var fleet = running(5) { $0.restart.base = .seconds(5) }
        fleet.exit(3, 1)
        fleet.exit(3, 1)
        fleet.feed(.scale(program: 0, count: 2, load: [0: 2, 1: 0, 2: 1, 4: 0], operation: 1))
        #expect(fleet.machine.children[3].state == .stopped)
        #expect(terminated(fleet).sorted() == [1, 4])
        fleet.feed(.scale(program: 0, count: 3, load: [:], operation: 2))
        #expect(fleet.count(.operationEnded(1, .superseded)) == 1)
        #expect(fleet.machine.children.count == 5, "one that drains is taken back instead of a new one")
    }

    @Test func `one worker too old or too large is replaced at a time, and only while all serve`() {
        var fleet = running(3) {
            $0.maxLifetime = .seconds(100)
            $0.maxMemory = 1000
        }
        fleet.now += .seconds(100)
        // Pings keep the watchdog quiet.
        for slot in 0..<3 { fleet.child(slot) { .watchdog(from: $0) } }
        fleet.feed(.deadline)
        #expect(terminated(fleet) == [0])
        fleet.exit(0, 0)
        fleet.ready(0)
        #expect(terminated(fleet) == [0, 1])
        fleet.exit(1, 0)
        fleet.child(0) { .weighed(5000, from: $0) }
        #expect(terminated(fleet) == [0, 1])
        fleet.ready(1)
        #expect(terminated(fleet).count == 3)
    }

    @Test func `a stop ends whatever is under way, and says so`() {
        var fleet = running(2)
        fleet.feed(.restart(slots: nil, operation: 1))
        fleet.feed(.scale(program: 0, count: 3, load: [:], operation: 2))
        fleet.feed(.terminate)
        #expect(fleet.count(.operationEnded(1, .stopped)) == 1)
        #expect(fleet.count(.operationEnded(2, .stopped)) == 1)
        fleet.feed(.restart(slots: nil, operation: 3))
        #expect(fleet.count(.operationEnded(3, .stopped)) == 1)
    }

    @Test func `a process that the kernel keeps does not make the stop spin`() {
        var fleet = running(2)
        fleet.feed(.terminate)
        fleet.now += .seconds(60)
        fleet.feed(.deadline)
        fleet.child(1) { .exited(.killed(signal: 9, coreDumped: false), from: $0) }
        fleet.now += .seconds(5)
        fleet.feed(.deadline)
        #expect(fleet.code == 124)
    }

    @Test func `a reload before READY is announced to nobody, and READY says nothing of it`() {
        var fleet = Fleet(workers: 1)
        fleet.feed(.start)
        fleet.feed(.reload(reload(fleet), operation: 1))
        fleet.feed(.reloadRefused(operation: 2))
        fleet.exit(0, 0)
        fleet.ready(0)
        #expect(fleet.count(.operationEnded(1, .done)) == 1)
        #expect(fleet.count(.operationEnded(2, .refused)) == 1)
        #expect(fleet.count(.announceReloading) == 0 && fleet.count(.announceReloaded) == 0)
        #expect(fleet.count(.announceReady) == 1)
    }

    @Test func `who asked for a restart hears of the restart, whatever becomes of a reload beside it`() {
        var fleet = running(2) { $0.restart.base = 0 }
        fleet.feed(.reload(reload(fleet), operation: 1))
        fleet.feed(.restart(slots: nil, operation: 2))
        fleet.feed(.reload(reload(fleet), operation: 3))
        #expect(fleet.count(.operationEnded(1, .superseded)) == 1)
        #expect(fleet.count(.operationEnded(2, .superseded)) == 0)
        fleet.exit(0, 0)
        fleet.exit(0, 78)
        #expect(fleet.count(.operationEnded(2, .aborted(slot: 0, .exited(78)))) == 1)
        // From here on the former settings are brought back, and that is no fault of this one's.
        fleet.feed(.restart(slots: [1], operation: 4))
        fleet.ready(0)
        fleet.exit(1, 0)
        fleet.ready(1)
        #expect(fleet.count(.operationEnded(4, .done)) == 1)
        #expect(fleet.count(.operationEnded(3, .aborted(slot: 0, .exited(78)))) == 1)
    }

    @Test func `a process that the kernel keeps holds up no rollout`() {
        var fleet = running(2)
        fleet.feed(.reload(reload(fleet), operation: 1))
        for wait in [60, 5] {
            fleet.now += .seconds(UInt64(wait))
            fleet.child(1) { .watchdog(from: $0) }
            fleet.feed(.deadline)
        }
        #expect(fleet.machine.children[0].state.isUnkillable)
        #expect(terminated(fleet) == [0, 1])
        fleet.exit(1, 0)
        fleet.ready(1)
        #expect(fleet.count(.operationEnded(1, .stuck(slot: 0))) == 1)
        #expect(fleet.count(.announceReloaded) == 1)
        fleet.child(0) { .exited(.killed(signal: 9, coreDumped: false), from: $0) }
        #expect(fleet.machine.children[0].edition == 1, "the next life has the new settings all the same")
    }

    @Test func `a new lifetime holds for those who live`() {
        var fleet = running(1)
        fleet.now += .seconds(20)
        var new = reload(fleet)
        new.renewed = []
        new.policy.maxLifetime = .seconds(10)
        fleet.feed(.reload(new, operation: 1))
        fleet.feed(.deadline)
        #expect(terminated(fleet) == [0])
    }

    @Test func `a worker that is large from its start is not replaced again and again`() {
        var fleet = running(1) { $0.maxMemory = 1000 }
        fleet.now += .seconds(29)
        fleet.child(0) { .weighed(5000, from: $0) }
        #expect(terminated(fleet).isEmpty)
        fleet.now += .seconds(1)
        fleet.child(0) { .weighed(5000, from: $0) }
        #expect(terminated(fleet) == [0])
    }

    @Test func `deaths of a larger fleet do not count against a smaller one`() {
        var fleet = running(4) { $0.restart.base = 0 }
        for _ in 0..<8 {
            fleet.exit(0, 1)
            fleet.ready(0)
        }
        fleet.feed(.scale(program: 0, count: 1, load: [:], operation: 1))
        for slot in 1..<4 { fleet.exit(slot, 0) }
        fleet.exit(0, 1)
        #expect(fleet.code == nil && fleet.machine.phase == .running)
        for _ in 0..<5 { fleet.exit(0, 1) }
        #expect(fleet.code == 1)
    }

    @Test func `scaled to a program that cannot run: the answer says so, and the others go on`() {
        var fleet = Fleet(workers: 0, others: 1)
        fleet.feed(.start)
        fleet.now += .seconds(1)
        fleet.feed(.deadline)
        fleet.feed(.scale(program: 0, count: 1, load: [:], operation: 1))
        fleet.exit(1, 78)
        #expect(fleet.count(.operationEnded(1, .aborted(slot: 1, .exited(78)))) == 1)
        #expect(fleet.machine.phase == .running)
    }

    @Test func `who drains while nobody runs gets a moment more`() {
        var fleet = running(1)
        fleet.feed(.restart(slots: nil, operation: 1))
        fleet.now += .seconds(90)
        fleet.feed(.deadline)
        #expect(!fleet.did(0, .kill))
        fleet.now += .seconds(2)
        fleet.feed(.deadline)
        #expect(fleet.did(0, .kill))
    }

    @Test func `startup policy fail ends with the first ready worker`() {
        var fleet = Fleet(workers: 2) { $0.startup = .fail }
        fleet.feed(.start)
        fleet.ready(0)
        #expect(fleet.machine.startupForNextSpawn == .wait)
        fleet.exit(1, 69)
        fleet.now += .seconds(60)
        fleet.feed(.deadline)
        #expect(fleet.code == nil)
    }
}
