import Foundation
import Reporting
import Testing

/// F09-F22: processes die, one by one and together; clocks jump; we stand still.
@Suite struct `Faults: crashes and restarts` {
    private static let unlimited = ["PULSE_RESTART_LIMIT": "0", "PULSE_BACKOFF_BASE": "0"]

    @Test func `F01 after a restart the supervisor sleeps again`() async throws {
        let supervisor = try RunningSupervisor(plan: "ready wait", environment: ["PULSE_BACKOFF_BASE": "0"])
        defer { supervisor.remove() }
        let first = try await supervisor.untilReady()
        kill(first, SIGKILL)
        _ = try await supervisor.untilReplaced(first)
        try await eventually("nothing wakes it for a moment", context: { "; the log:\n\(supervisor.log)" }) {
            #expect(Kernel.lives(supervisor.pid))
            let before = try #require(Kernel.voluntarySwitches(supervisor.pid))
            try await Task.sleep(for: .milliseconds(300))
            return Kernel.voluntarySwitches(supervisor.pid) == before
        }
    }

    @Test func `F09 an unexpected exit 0 is answered by a restart, and counted`() async throws {
        let supervisor = try RunningSupervisor(plan: "ready wait", plans: ["worker.1.1": "ready wait=go exit=0"])
        defer { supervisor.remove() }
        let first = try await supervisor.untilReady()
        try supervisor.write("go", "")
        _ = try await supervisor.untilReplaced(first)
        let slot = try #require(try supervisor.slot("worker.1"))
        #expect(slot.restarts == 1)
        #expect(slot.deaths.map(\.how) == ["exit 0"])
    }

    @Test func `F10 exit 1 for ever: bounded spawns, a reason, exit 1`() async throws {
        let supervisor = try RunningSupervisor(
            plan: "print=boom exit=1", environment: ["PULSE_RESTART_LIMIT": "4", "PULSE_BACKOFF_BASE": "10ms"])
        defer { supervisor.remove() }
        #expect(try await supervisor.exitCode() == 1)
        #expect(supervisor.logged("started pid") == 5)
        #expect(supervisor.log.contains("gave up: worker died more often than PULSE_RESTART_LIMIT allows"))
        #expect(supervisor.log.contains("last exit 1 (boom)"))
    }

    @Test func `F11 exit 78 is not restarted`() async throws {
        let supervisor = try RunningSupervisor(plan: "print=bad_setting exit=78")
        defer { supervisor.remove() }
        #expect(try await supervisor.exitCode() == 78)
        #expect(supervisor.logged("started pid") == 1)
        #expect(supervisor.log.contains("worker.1 cannot run"))
        #expect(supervisor.log.contains("bad_setting"))
    }

    @Test(arguments: [(11, "SIGSEGV"), (6, "SIGABRT"), (7, "SIGBUS")])
    func `F12 a death by signal is told by its name`(number: Int, name: String) async throws {
        let supervisor = try RunningSupervisor(
            plan: "ready wait", plans: ["worker.1.1": "ready print=last_words wait=go raise=\(number)"])
        defer { supervisor.remove() }
        let first = try await supervisor.untilReady()
        try supervisor.write("go", "")
        _ = try await supervisor.untilReplaced(first)
        let death = try #require(try supervisor.slot("worker.1")?.deaths.last)
        #expect(death.how.hasPrefix("killed by \(name)"))
        #expect(death.cause == "signal")
        #expect(death.lastLines == ["last_words"])
    }

    @Test func `F13 SIGKILL from outside is not taken for the out-of-memory killer's`() async throws {
        let supervisor = try RunningSupervisor(plan: "ready wait")
        defer { supervisor.remove() }
        let first = try await supervisor.untilReady()
        kill(first, SIGKILL)
        _ = try await supervisor.untilReplaced(first)
        #expect(try supervisor.slot("worker.1")?.deaths.last?.how == "killed by SIGKILL")
    }

    @Test(.enabled(if: !ControlGroup.lacks("memory"), "needs the memory controller of control groups"))
    func `F13 the out-of-memory killer is named`() async throws {
        let group = try ControlGroup("memory")
        let supervisor = try RunningSupervisor(
            plan: "ready wait", plans: ["worker.1.2": "ready wait=go allocate=256 wait"],
            environment: ["PULSE_WORKERS": "2"])
        defer { supervisor.remove() }
        try await supervisor.untilAllReady(2)
        // As in a container: the group is the supervisor's own, and what it starts from now on is in it.
        try group.limitMemory(to: 64 << 20)
        try group.add(supervisor.pid)
        let (first, other) = (try #require(try supervisor.slot("worker.1")?.pid), try supervisor.slot("worker.2")?.pid)
        kill(first, SIGKILL)
        let second = try await supervisor.untilReplaced(first)
        try supervisor.write("go", "")
        _ = try await supervisor.untilReplaced(second)
        let deaths = try #require(try supervisor.slot("worker.1")?.deaths)
        #expect(deaths.map(\.how) == ["killed by SIGKILL", "killed by SIGKILL (out of memory)"])
        #expect(deaths[1].maxResidentBytes ?? 0 > 8 << 20)
        #expect(try supervisor.slot("worker.2")?.pid == other)
        #expect(supervisor.isRunning)
    }

    @Test func `F14 crashes just after READY are counted like any other`() async throws {
        let supervisor = try RunningSupervisor(
            plan: "ready sleep=30 exit=1", environment: ["PULSE_RESTART_LIMIT": "5", "PULSE_BACKOFF_BASE": "0"])
        defer { supervisor.remove() }
        #expect(try await supervisor.exitCode() == 1)
        #expect(supervisor.logged("ready after") == 6)
    }

    @Test func `F15 sustained health is forgiven: the next death is answered at once`() async throws {
        let supervisor = try RunningSupervisor(
            plan: "exit=1", plans: ["worker.1.4": "ready wait"],
            environment: [
                "PULSE_BACKOFF_BASE": "20ms", "PULSE_BACKOFF_HEALTHY": "20ms", "PULSE_RESTART_LIMIT": "0",
                "PULSE_STARTUP": "wait",
            ])
        defer { supervisor.remove() }
        let fourth = try await supervisor.untilReady()
        // Three deaths: a ceiling of 160 ms, forgiven by at most 320 + 160 + 80 + 40 ms of health.
        try supervisor.write("plan", "ready wait")
        try await supervisor.until("it has been well") { try supervisor.slot("worker.1")?.uptimeSeconds ?? 0 > 3 }
        kill(fourth, SIGKILL)
        _ = try await supervisor.untilReplaced(fourth)
        #expect(supervisor.log.contains("killed by SIGKILL after"))
        let last = supervisor.log.split(separator: "\n").last { $0.contains("killed by SIGKILL after") }
        #expect(last?.hasSuffix("restarting in 0 ms") == true, "\(last ?? "")")
    }

    @Test func `F16 all die in the same instant: none is missed, and no more start at once than allowed`() async throws
    {
        let supervisor = try RunningSupervisor(
            plan: "touch=begun sleep=30 touch=done ready wait",
            environment: ["PULSE_WORKERS": "8", "PULSE_START_CONCURRENCY": "2"].merging(Self.unlimited) { $1 })
        defer { supervisor.remove() }
        try await supervisor.untilAllReady(8)
        let pids = try #require(try supervisor.document()).slots.compactMap(\.pid)
        for pid in pids { kill(pid, SIGKILL) }
        try await supervisor.until("all eight are back") {
            let slots = try supervisor.document()?.slots ?? []
            return slots.allSatisfy { $0.state == "ready" && $0.restarts == 1 }
        }
        #expect(try supervisor.document()?.slots.allSatisfy { $0.deaths.map(\.how) == ["killed by SIGKILL"] } == true)
        // By the log, the order in which they were started and became ready.
        var underWay = 0
        var most = 0
        for line in supervisor.log.split(separator: "\n") {
            if line.contains("started pid") { underWay += 1 }
            if line.contains("ready after") { underWay -= 1 }
            most = max(most, underWay)
        }
        #expect(most == 2)
    }

    @Test func `F16 restarts of those that die together are spread`() async throws {
        let delays = try await Self.delaysOfEight(["PULSE_RESTART_LIMIT": "0"])
        #expect(Set(delays).count > 4, "\(delays)")
    }

    /// Milliseconds that each of eight slots waits after its first death.
    static func delaysOfEight(_ environment: [String: String]) async throws -> [String] {
        let supervisor = try RunningSupervisor(
            plan: "exit=1",
            environment: [
                "PULSE_WORKERS": "8", "PULSE_START_CONCURRENCY": "8", "PULSE_STARTUP": "wait",
                "PULSE_BACKOFF_BASE": "20s",
            ].merging(environment) { $1 })
        defer { supervisor.remove() }
        try await supervisor.untilLogged("restarting in ", times: 8)
        return supervisor.log.components(separatedBy: "restarting in ").dropFirst().map { text in
            String(text.prefix { $0.isNumber })
        }
    }

    @Test func `F17 a crash during the stop is not restarted`() async throws {
        let supervisor = try RunningSupervisor(
            plan: "onterm=asked ready wait", plans: ["worker.1": "onterm=asked ready wait=asked exit=1"],
            environment: ["PULSE_WORKERS": "2", "PULSE_STOP_TIMEOUT": "1s"])
        defer { supervisor.remove() }
        try await supervisor.untilAllReady(2)
        supervisor.signal(SIGTERM)
        // The second one never goes and is killed.
        #expect(try await supervisor.exitCode() == 124)
        #expect(supervisor.logged("worker.1: started pid") == 1)
    }

    @Test func `F18 new processes that die end a rolling restart; the others are left alone`() async throws {
        let supervisor = try RunningSupervisor(
            plan: "ready wait",
            plans: ["worker.1.2": "print=broken exit=1", "worker.1.3": "print=broken exit=1"],
            environment: ["PULSE_WORKERS": "3"].merging(Self.unlimited) { $1 })
        defer { supervisor.remove() }
        try await supervisor.untilAllReady(3)
        let before = try #require(try supervisor.document()).slots.dropFirst().map(\.pid)
        let operation = try await supervisor.ended(try supervisor.order("/restart"))
        #expect(operation.state == .aborted)
        #expect(operation.detail.contains("worker.1") && operation.detail.contains("exit 1 (broken)"), "\(operation)")
        #expect(try supervisor.document()?.slots.dropFirst().map(\.pid) == before)
        _ = try await supervisor.untilReady()
    }

    @Test func `F19 a restart that is asked for does not wait for the backoff`() async throws {
        let supervisor = try RunningSupervisor(
            plan: "ready wait", plans: ["worker.1.1": "exit=1"],
            environment: ["PULSE_BACKOFF_BASE": "8000h", "PULSE_BACKOFF_CAP": "8000h", "PULSE_STARTUP": "wait"])
        defer { supervisor.remove() }
        try await supervisor.untilState("backoff")
        #expect(try await supervisor.ended(try supervisor.order("/workers/worker.1/restart")).state == .done)
        #expect(try supervisor.slot("worker.1")?.state == "ready")
    }

    @Test func `F20 a stop does not wait for the backoff`() async throws {
        let supervisor = try RunningSupervisor(
            plan: "exit=1",
            environment: ["PULSE_BACKOFF_BASE": "8000h", "PULSE_BACKOFF_CAP": "8000h", "PULSE_STARTUP": "wait"])
        defer { supervisor.remove() }
        try await supervisor.untilState("backoff")
        supervisor.signal(SIGTERM)
        #expect(try await supervisor.exitCode() == 0)
    }

    @Test(arguments: [-3600, 3600]) func `F21 a jump of the wall clock moves no deadline`(seconds: Int) async throws {
        let folder = RunningSupervisor.freshFolder()
        let library = try await WallClockJump.library(in: folder)
        let supervisor = try RunningSupervisor(
            plan: "ready ping=50 wait",
            environment: [
                "LD_PRELOAD": library, "PULSE_WATCHDOG": "1s", "PULSE_REPORT_INTERVAL": "200ms",
                "PULSE_BACKOFF_HEALTHY": "1h",
            ], in: folder)
        defer { supervisor.remove() }
        let first = try await supervisor.untilReady()
        let before = try #require(try supervisor.document()?.timestamp)
        try supervisor.write("jump", "\(seconds)")
        try await supervisor.until("the clock jumps") {
            abs((try supervisor.document()?.timestamp ?? before) - before) > 3000
        }
        // Watchdog, backoff and uptime go on as if nothing had happened.
        try await supervisor.until("it has gone on") { try supervisor.slot("worker.1")?.uptimeSeconds ?? 0 > 1.5 }
        #expect(try supervisor.slot("worker.1")?.pid == first)
        #expect(try supervisor.slot("worker.1")?.uptimeSeconds ?? 0 < 60)
        kill(first, SIGKILL)
        _ = try await supervisor.untilReplaced(first)
        #expect(try supervisor.slot("worker.1")?.deaths.last?.uptimeSeconds ?? 0 < 60)
    }

    @Test func `F22 a supervisor that was frozen kills nobody`() async throws {
        #expect(try await Self.survivesFreeze([:]))
    }

    /// Everybody is stopped for longer than the watchdog, as in a frozen container, and goes on.
    /// - Returns: whether the worker is still the same afterwards.
    static func survivesFreeze(_ environment: [String: String]) async throws -> Bool {
        let supervisor = try RunningSupervisor(
            plan: "ready ping=100 wait",
            environment: ["PULSE_WATCHDOG": "2s", "PULSE_REPORT_INTERVAL": "100ms", "PULSE_RESTART_LIMIT": "0"]
                .merging(environment) { $1 })
        defer { supervisor.remove() }
        let worker = try await supervisor.untilReady()
        kill(worker, SIGSTOP)
        try await supervisor.until("the worker stands still") { Kernel.stat(worker).first == "T" }
        // Whatever it still said is heard before this answer: it must not be news after the freeze.
        #expect(supervisor.get("/livez")?.status == 200)
        supervisor.signal(SIGSTOP)
        try await supervisor.until("both stand still") {
            Kernel.stat(worker).first == "T" && Kernel.stat(supervisor.pid).first == "T"
        }
        // Another process measures the time, so that nothing here depends on this one's clock.
        _ = try await Program.run(["/bin/sleep", "4"])
        // The supervisor first: it must not judge before the worker has had its turn.
        supervisor.signal(SIGCONT)
        try await supervisor.until("it answers") { supervisor.get("/livez")?.status == 200 }
        kill(worker, SIGCONT)
        let uptime = try supervisor.slot("worker.1")?.uptimeSeconds ?? 0
        try await supervisor.until("it has had time to judge") {
            guard let slot = try supervisor.slot("worker.1") else { return false }
            return slot.pid != worker || slot.uptimeSeconds ?? 0 > uptime + 5
        }
        return try supervisor.slot("worker.1")?.pid == worker
    }
}

/// A library that shifts the wall clock of a process by what stands in the file "jump" of the test's folder.
enum WallClockJump {
    static func library(in folder: String) async throws -> String {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let source = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "wall-clock-jump.c").path
        let library = folder + "/jump.so"
        let built = try await Program.run(
            ["/usr/bin/env", "cc", "-shared", "-fPIC", "-o", library, source, "-ldl"],
            ["PATH": "/usr/bin:/bin:/opt/swift/usr/bin"])
        #expect(built.status == 0, "\(built.text)")
        return library
    }
}
