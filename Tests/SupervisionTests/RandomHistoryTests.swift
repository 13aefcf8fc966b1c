import Testing

@testable import Supervision

/// A kernel that never fails to answer and children that do as chance says. It checks what must hold at every step.
private struct FakeKernel {
    struct Process {
        var pid: Int32
        var number: Int
        var wasAsked = false
        var isKilled = false
        var isDead = false
    }

    var live: [Int: Process] = [:]
    var nextPid: Int32 = 100
    var spawns = 0
    var isStopping = false
    var readies = 0
    var code: Int32?
    var violations: [String] = []

    mutating func perform(_ action: FleetAction, chance: inout Jitter) -> FleetEvent? {
        switch action {
        case .child(let slot, let action): return perform(action, slot, &chance).map { .child(slot, $0) }
        case .announceReady:
            readies += 1
            if readies > 1 { violations.append("READY twice") }
            if isStopping { violations.append("READY while stopping") }
        case .announceStopping:
            if isStopping { violations.append("STOPPING twice") }
            isStopping = true
        case .stopOthers: break
        case .exit(let code):
            if self.code != nil { violations.append("ended twice") }
            if live.values.contains(where: { !$0.isKilled }) { violations.append("ended with a live child") }
            self.code = code
        }
        return nil
    }

    private mutating func perform(_ action: ChildAction, _ slot: Int, _ chance: inout Jitter) -> ChildEvent? {
        switch action {
        case .spawn(let number):
            if live[slot] != nil { violations.append("two live processes in slot \(slot)") }
            if isStopping { violations.append("spawn after stop") }
            spawns += 1
            switch UInt64.random(in: 0..<20, using: &chance) {
            case 0: return .spawnFailed(errno: 11)
            case 1: return .occupied
            default:
                nextPid += 1
                live[slot] = Process(pid: nextPid, number: number)
                return .spawned(pid: nextPid)
            }
        case .terminate, .abort:
            if live[slot] == nil { violations.append("signal to a reaped process in slot \(slot)") }
            live[slot]?.wasAsked = true
        case .kill:
            if live[slot] == nil { violations.append("KILL to a reaped process in slot \(slot)") }
            if live[slot]?.wasAsked == false { violations.append("KILL before TERM or ABRT in slot \(slot)") }
            live[slot]?.isKilled = true
        case .died, .becameReady, .terminateSurvivor, .killSurvivor: break
        }
        return nil
    }
}

@Suite struct `Fleet: random histories` {
    private static func fleet(seed: UInt64) -> FleetStateMachine {
        var policy = FleetPolicy()
        policy.startup = seed % 2 == 0 ? .wait : .fail
        policy.restartLimit = seed % 3 == 0 ? 0 : 50
        policy.stopTimeout = .seconds(10)
        let worker = Program(
            name: "worker", kind: .worker, count: 3, command: ["w"], readiness: .notified(within: .seconds(20)),
            watchdog: .seconds(5))
        let web = Program(
            name: "web", kind: .procfile(hasOperators: true), count: 1, command: ["sh"],
            readiness: .after(.seconds(1)))
        return FleetStateMachine(programs: [worker, web], policy: policy, seed: seed)
    }

    @Test(arguments: 0..<200 as Range<UInt64>) func `nothing forbidden ever happens`(seed: UInt64) {
        var fleet = Self.fleet(seed: seed)
        var kernel = FakeKernel()
        var chance = Jitter(seed: seed &* 977)
        var now: Nanoseconds = .seconds(1)

        func feed(_ event: FleetEvent) {
            var events = [event]
            while !events.isEmpty {
                for action in fleet.handle(events.removeFirst(), now: now) {
                    if let answer = kernel.perform(action, chance: &chance) { events.append(answer) }
                }
            }
        }
        feed(.start)
        for step in 0..<600 where kernel.code == nil {
            now += .milliseconds(UInt64.random(in: 1...400, using: &chance))
            let slot = Int.random(in: 0..<4, using: &chance)
            let number = kernel.live[slot]?.number ?? 0
            let ghost = max(0, number - 1)
            switch Int.random(in: 0..<14, using: &chance) {
            case 0: feed(.child(slot, .ready(from: number)))
            case 1: feed(.child(slot, .watchdog(from: number)))
            case 2: feed(.child(slot, .stopping(from: number)))
            case 3: feed(.child(slot, .extendTimeout(.seconds(3), from: number)))
            case 4, 5:
                guard kernel.live.removeValue(forKey: slot) != nil else { continue }
                let codes: [Int32] = [0, 1, 69]
                feed(.child(slot, .exited(.exited(codes[step % 3]), from: number)))
            case 6, 7:
                let before = fleet.children
                feed(.child(slot, .ready(from: ghost)))
                feed(.child(slot, .exited(.exited(1), from: ghost)))
                #expect(fleet.children == before, "a former incarnation's word changed something")
            case 8 where step > 400: feed(.terminate)
            default: feed(.deadline)
            }
        }
        // From here on nobody cooperates: the stop must end all the same.
        feed(.terminate)
        for _ in 0..<200 where kernel.code == nil {
            now = max(now + 1, fleet.deadline ?? now + .seconds(1))
            feed(.deadline)
            for (slot, process) in kernel.live where process.isKilled {
                kernel.live[slot] = nil
                feed(.child(slot, .exited(.killed(signal: 9, coreDumped: false), from: process.number)))
            }
        }
        #expect(kernel.code != nil, "the stop did not end")
        #expect(!kernel.live.values.contains { !$0.isKilled }, "someone lives on who was not even killed")
        #expect(kernel.violations.isEmpty, "\(kernel.violations)")
    }

    @Test func `a crash loop's spawns are bounded by its backoff`() {
        var fleet = FleetStateMachine(
            programs: [
                Program(
                    name: "worker", kind: .worker, count: 1, command: ["w"], readiness: .notified(within: .seconds(9)))
            ],
            policy: {
                var policy = FleetPolicy()
                policy.restartLimit = 0
                policy.startup = .wait
                return policy
            }(), seed: 11)
        var now: Nanoseconds = 0
        var spawns = 0
        var events: [FleetEvent] = [.start]
        while now < .seconds(3600) {
            while !events.isEmpty {
                for action in fleet.handle(events.removeFirst(), now: now) {
                    guard case .child(0, .spawn(let number)) = action else { continue }
                    spawns += 1
                    events += [
                        .child(0, .spawned(pid: 9)), .child(0, .exited(.exited(1), from: number)),
                    ]
                }
            }
            now = max(now + 1, fleet.deadline ?? .seconds(3600))
            events = [.deadline]
        }
        // Ceilings of 0.1 s to 30 s, half of it on average: about 240 an hour and a dozen to get there.
        #expect(spawns > 150 && spawns < 400, "\(spawns)")
    }
}
