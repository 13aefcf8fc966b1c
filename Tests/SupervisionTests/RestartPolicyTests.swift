import Testing

@testable import Supervision

@Suite struct `A child that says goodbye` {
    private func end(after uptime: Nanoseconds) -> Death? {
        let program = Program(
            name: "worker", kind: .worker, count: 1, command: ["w"], readiness: .notified(within: .seconds(90)))
        var machine = ChildStateMachine(program: program, policy: FleetPolicy())
        var jitter = Jitter(seed: 1)
        for event in [ChildEvent.start(edition: 0), .spawned(pid: 7), .ready(from: 1), .stopping(from: 1)] {
            _ = machine.handle(event, now: 0, jitter: &jitter)
        }
        guard case .died(let death)? = machine.handle(.exited(.exited(0), from: 1), now: uptime, jitter: &jitter).first
        else {
            return nil
        }
        return death
    }

    @Test func `is recycled for free`() {
        #expect(end(after: .seconds(1))?.isAbnormal == false)
        #expect(end(after: .seconds(1))?.consequence == .restart(after: 0))
    }

    @Test func `counts when it does so at once, or it would be a fork storm`() {
        #expect(end(after: .milliseconds(999))?.isAbnormal == true)
    }
}

@Suite struct `Restart policy` {
    private let policy = RestartPolicy()

    @Test func `a child that had served is started again at once`() {
        var backoff = Backoff()
        var jitter = Jitter(seed: 1)
        #expect(backoff.delay(afterHealth: .seconds(12), policy: policy, jitter: &jitter) == 0)
        #expect(backoff.ceiling == policy.base)
    }

    @Test func `a child that never became ready waits`() {
        var backoff = Backoff()
        var jitter = Jitter(seed: 1)
        _ = backoff.delay(afterHealth: nil, policy: policy, jitter: &jitter)
        #expect(backoff.ceiling == 2 * policy.base)
    }

    @Test(arguments: 0..<50 as Range<UInt64>)
    func `delays stay below a ceiling that doubles up to the cap`(seed: UInt64) {
        var backoff = Backoff()
        var jitter = Jitter(seed: seed)
        var ceiling = policy.base
        for _ in 0..<20 {
            let delay = backoff.delay(afterHealth: nil, policy: policy, jitter: &jitter)
            #expect(delay <= ceiling)
            ceiling = min(policy.cap, ceiling * 2)
            #expect(backoff.ceiling == ceiling)
        }
    }

    @Test func `the jitter spreads slots that die together`() {
        var delays: Set<Nanoseconds> = []
        var jitter = Jitter(seed: 7)
        for _ in 0..<100 {
            var backoff = Backoff()
            delays.insert(backoff.delay(afterHealth: nil, policy: policy, jitter: &jitter))
        }
        #expect(delays.count > 90)
    }

    @Test func `sustained health is forgiven step by step`() {
        var backoff = Backoff()
        var jitter = Jitter(seed: 3)
        for _ in 0..<20 { _ = backoff.delay(afterHealth: nil, policy: policy, jitter: &jitter) }
        #expect(backoff.ceiling == .seconds(30))
        // 60 s for the first halving, 30 s for the second; then doubled by this death.
        _ = backoff.delay(afterHealth: .seconds(90), policy: policy, jitter: &jitter)
        #expect(backoff.ceiling == .seconds(15))
        // Ten minutes forgive everything.
        #expect(backoff.delay(afterHealth: .seconds(600), policy: policy, jitter: &jitter) == 0)
        #expect(backoff.ceiling == policy.base)
    }

    @Test func `base 0 turns delays off`() {
        var backoff = Backoff()
        var jitter = Jitter(seed: 3)
        let off = RestartPolicy(base: 0)
        for _ in 0..<10 { #expect(backoff.delay(afterHealth: nil, policy: off, jitter: &jitter) == 0) }
    }

    @Test func `intensity counts inside its window only`() {
        var intensity = RestartIntensity(limit: 3, window: .seconds(10))
        var tooMany = false
        for second in [0, 1, 2] as [UInt64] { tooMany = intensity.record(at: .seconds(second)) }
        #expect(!tooMany)
        tooMany = intensity.record(at: .seconds(12))
        #expect(!tooMany)
        for second in [13, 14, 15] as [UInt64] { tooMany = intensity.record(at: .seconds(second)) }
        #expect(tooMany == true)
        #expect(intensity.deaths.count == 4)
    }

    @Test func `limit 0 never gives up`() {
        var intensity = RestartIntensity(limit: 0, window: .seconds(10))
        for _ in 0..<1000 { if intensity.record(at: 0) { Issue.record("gave up") } }
    }

    @Test(arguments: [
        (Supervision.ExitStatus.exited(0), ExitMeaning.clean, ExitMeaning.clean), (.exited(1), .abnormal, .abnormal),
        (.exited(69), .unavailable, .unavailable), (.exited(78), .configuration, .configuration),
        (.exited(127), .abnormal, .configuration), (.exited(126), .abnormal, .configuration),
        (.killed(signal: 9, coreDumped: false), .abnormal, .abnormal),
        (.notSpawned(errno: 2), .configuration, .configuration), (.notSpawned(errno: 11), .abnormal, .abnormal),
        (.notSpawned(errno: 13), .configuration, .configuration), (.notSpawned(errno: 26), .abnormal, .abnormal),
    ])
    func `what an ending asks for`(status: Supervision.ExitStatus, direct: ExitMeaning, shell: ExitMeaning) {
        #expect(status.meaning(throughShell: false) == direct)
        #expect(status.meaning(throughShell: true) == shell)
    }

    @Test func `endings are named as people know them`() {
        #expect("\(Supervision.ExitStatus.killed(signal: 9, coreDumped: false))" == "killed by SIGKILL")
        #expect("\(Supervision.ExitStatus.killed(signal: 6, coreDumped: true))" == "killed by SIGABRT (core dumped)")
        #expect("\(Supervision.ExitStatus.exited(3))" == "exit 3")
        #expect("\(Supervision.ExitStatus.notSpawned(errno: 13))" == "could not be started: permission denied")
    }

    @Test func `a deadline noticed late says that we were frozen`() {
        var watchdog = Watchdog(interval: .seconds(30), now: 0)
        let early = watchdog.isBroken(at: .seconds(29), guards: .all)
        let afterFreeze = watchdog.isBroken(at: .seconds(90), guards: .all)
        #expect(!early && !afterFreeze)
        #expect(watchdog.deadline == .seconds(120))
    }

    @Test func `a broken promise is looked at again for two seconds, for all may have been frozen until just now`() {
        var watchdog = Watchdog(interval: .seconds(30), now: 0)
        var looks: [Bool] = []
        var now = Nanoseconds.seconds(30)
        while !(looks.last ?? false), looks.count < 10 {
            looks.append(watchdog.isBroken(at: now, guards: .all))
            now = watchdog.deadline
        }
        #expect(looks == [false, false, false, false, true])
        #expect(now == .seconds(32))
    }

    @Test func `a look that comes late does not count, and a word ends the suspicion`() {
        var watchdog = Watchdog(interval: .seconds(30), now: 0)
        var now = Nanoseconds.seconds(30)
        for _ in 0..<3 {
            let isBroken = watchdog.check(at: now)
            #expect(!isBroken)
            now = watchdog.deadline
        }
        let isBroken = watchdog.check(at: now + .milliseconds(200))
        #expect(!isBroken)
        #expect(watchdog.looksLeft == 4)
        watchdog.heard(at: .seconds(33))
        #expect(watchdog.looksLeft == nil && watchdog.deadline == .seconds(63))
    }

    @Test func `without the lag guard a frozen supervisor would kill at once`() {
        var watchdog = Watchdog(interval: .seconds(30), now: 0)
        let isBroken = watchdog.isBroken(at: .seconds(90), guards: .allBut([.lagGuard]))
        #expect(isBroken)
    }
}

extension Watchdog {
    fileprivate mutating func check(at now: Nanoseconds) -> Bool { isBroken(at: now, guards: .all) }
}
