import Testing

@testable import Supervision

@Suite struct `Telling of a change of health` {
    private var alert = HealthAlert(AlertPolicy())

    init() { _ = alert.handle(.switched(on: true), now: 0) }

    /// - Parameter second: since the start.
    private mutating func see(_ level: HealthLevel, at second: UInt64, patience: UInt64 = 0) -> [HealthAlert.Action] {
        alert.handle(.observed(level, patience: .seconds(patience)), now: .seconds(second))
    }

    private mutating func handle(_ event: HealthAlert.Event, at second: UInt64) -> [HealthAlert.Action] {
        alert.handle(event, now: .seconds(second))
    }

    @Test mutating func `nobody is told at the start that all is well`() {
        #expect(see(.healthy, at: 0).isEmpty)
        #expect(alert.deadline == nil)
        #expect(see(.healthy, at: 3_600).isEmpty)
    }

    @Test(arguments: [HealthLevel.degraded, .unhealthy])
    mutating func `what is wrong from the start is told once it has held`(level: HealthLevel) {
        #expect(see(level, at: 5).isEmpty)
        #expect(alert.deadline == .seconds(15))
        #expect(handle(.deadline, at: 14).isEmpty)
        #expect(see(level, at: 15) == [.start(level, previous: .healthy)])
        #expect(alert.deadline == .seconds(45), "the program's own")
    }

    @Test mutating func `what passes is not told`() {
        for second in stride(from: UInt64(0), to: 600, by: 10) {
            #expect(see(.degraded, at: second).isEmpty)
            #expect(see(.healthy, at: second + 9).isEmpty)
        }
    }

    @Test mutating func `swinging between two bad healths is told as the better of them`() {
        for second in stride(from: UInt64(0), to: 10, by: 2) {
            #expect(see(.unhealthy, at: second).isEmpty)
            #expect(see(.degraded, at: second + 1).isEmpty)
        }
        #expect(see(.degraded, at: 10) == [.start(.degraded, previous: .healthy)])
    }

    @Test mutating func `worse tidings come faster than better ones`() {
        _ = see(.degraded, at: 0)
        #expect(see(.degraded, at: 10) == [.start(.degraded, previous: .healthy)])
        _ = handle(.ended, at: 11)
        #expect(see(.healthy, at: 20).isEmpty)
        #expect(see(.healthy, at: 49).isEmpty)
        #expect(see(.healthy, at: 50) == [.start(.healthy, previous: .degraded)])
    }

    @Test mutating func `while processes are replaced, worse health has longer`() {
        #expect(see(.unhealthy, at: 0, patience: 90).isEmpty)
        #expect(see(.unhealthy, at: 40, patience: 90).isEmpty)
        // The change is done and all is well: that it was bad for longer than usual is not held against it.
        #expect(see(.healthy, at: 60).isEmpty)
        #expect(see(.unhealthy, at: 70).isEmpty)
        #expect(see(.unhealthy, at: 80) == [.start(.unhealthy, previous: .healthy)])
    }

    @Test mutating func `while somebody is being told, the newest health waits and those between are left out`() {
        _ = see(.degraded, at: 0)
        _ = see(.degraded, at: 10)
        #expect(see(.unhealthy, at: 11).isEmpty)
        #expect(see(.unhealthy, at: 21).isEmpty)
        #expect(see(.healthy, at: 22).isEmpty)
        #expect(handle(.ended, at: 39).isEmpty, "unhealthy is over, healthy has not held")
        #expect(see(.healthy, at: 52) == [.start(.healthy, previous: .degraded)])
    }

    @Test mutating func `what is back where it was told is not told again`() {
        _ = see(.degraded, at: 0)
        _ = see(.degraded, at: 10)
        _ = see(.unhealthy, at: 11)
        _ = see(.unhealthy, at: 21)
        _ = see(.degraded, at: 22)
        #expect(see(.degraded, at: 60).isEmpty)
        #expect(handle(.ended, at: 61).isEmpty)
        #expect(see(.degraded, at: 300).isEmpty)
    }

    @Test mutating func `a program that takes too long is asked to end, then killed`() {
        _ = see(.degraded, at: 0)
        _ = see(.degraded, at: 10)
        #expect(handle(.deadline, at: 39).isEmpty)
        #expect(handle(.deadline, at: 40) == [.terminate])
        #expect(alert.deadline == .seconds(45))
        #expect(handle(.deadline, at: 44).isEmpty)
        #expect(handle(.deadline, at: 45) == [.kill])
        #expect(alert.deadline == nil)
        #expect(handle(.ended, at: 46).isEmpty, "it is not run again for the same")
    }

    @Test mutating func `a stop ends whoever tells, and nothing is told after it`() {
        _ = see(.degraded, at: 0)
        _ = see(.degraded, at: 10)
        #expect(handle(.stop, at: 12) == [.terminate])
        #expect(handle(.deadline, at: 17) == [.kill])
        #expect(handle(.ended, at: 18).isEmpty)
        #expect(handle(.switched(on: true), at: 19).isEmpty)
        #expect(see(.unhealthy, at: 20).isEmpty)
        #expect(see(.unhealthy, at: 100).isEmpty)
    }

    @Test mutating func `switched on, it tells what has been wrong for long`() {
        _ = see(.degraded, at: 0)
        _ = see(.degraded, at: 10)
        _ = handle(.ended, at: 11)
        #expect(handle(.switched(on: false), at: 12).isEmpty)
        #expect(see(.unhealthy, at: 50).isEmpty)
        #expect(see(.degraded, at: 100).isEmpty && alert.deadline == nil)
        #expect(see(.degraded, at: 200).isEmpty)
        #expect(handle(.switched(on: true), at: 201) == [.start(.degraded, previous: .healthy)])
    }
}

@Suite struct `What became of telling` {
    @Test func `a program of its own accord, by its time, or by our stop`() {
        #expect(AlertOutcome(.exited(0), isEnded: false, isStopping: false) == .told)
        #expect(AlertOutcome(.exited(1), isEnded: false, isStopping: true) == .failed(.exited(1)))
        let killed = ExitStatus.killed(signal: 15, coreDumped: false)
        #expect(AlertOutcome(killed, isEnded: true, isStopping: false) == .timedOut)
        #expect(AlertOutcome(killed, isEnded: true, isStopping: true) == .stopped)
    }

    @Test func `every failure has a cause and a remedy`() {
        let failures: [AlertOutcome] = [
            .timedOut, .failed(.exited(1)), .failed(.exited(127)), .failed(.notSpawned(errno: 2)),
            .failed(.killed(signal: 9, coreDumped: false)),
        ]
        for way in AlertWay.allCases {
            for outcome in failures {
                let account = outcome.account(way, last: "the last word", limit: .seconds(30))
                #expect(account.cause.contains("the last word") && account.remedy?.isEmpty == false)
            }
            #expect(AlertOutcome.told.account(way, last: nil, limit: 1).remedy == nil)
        }
    }
}
