import CLinux
import Foundation
import Reporting
import Testing

/// F23-F31: processes that live and do nothing, and what they say meanwhile.
@Suite struct `Faults: hangs and heartbeats` {
    private static let quick = [
        "PULSE_WATCHDOG": "500ms", "PULSE_REPORT_INTERVAL": "100ms", "PULSE_HANG_GRACE": "200ms",
        "PULSE_RESTART_LIMIT": "0",
    ]

    /// - Parameters:
    ///   - plan: the first process', which hangs once it may `go`.
    ///   - check: asked when the next one has taken its place, and told how it died.
    private func afterHanging(_ plan: String, _ check: (RunningSupervisor, DeathRecord) throws -> Void)
        async throws
    {
        let supervisor = try RunningSupervisor(
            plan: "ready ping=100 wait", plans: ["worker.1.1": plan], environment: Self.quick)
        defer { supervisor.remove() }
        let first = try await supervisor.untilReady()
        try supervisor.write("go", "")
        _ = try await supervisor.untilReplaced(first)
        try check(supervisor, #require(try supervisor.slot("worker.1")?.deaths.last))
    }

    @Test func `F23 a process that says nothing gets ABRT, then KILL, and is replaced`() async throws {
        try await afterHanging("ignore=6 print=last_words ready ping=100 wait=go hang") { supervisor, death in
            let abort = try #require(supervisor.log.range(of: "hung: not heard from in time; SIGABRT"))
            let kill = try #require(supervisor.log.range(of: "does not end: SIGKILL"))
            #expect(abort.upperBound < kill.lowerBound)
            #expect(death.cause == "hang")
            #expect(death.lastLines == ["last_words"])
            #expect(supervisor.metric("pulse_restarts_total{program=\"worker\",cause=\"hang\"}") == 1)
        }
    }

    @Test func `F24 a stopped process is found like a hung one`() async throws {
        try await afterHanging("ready ping=100 wait=go raise=19 wait") { _, death in
            #expect(death.cause == "hang")
        }
    }

    @Test func `F25 reports alone are no sign of life: the promise is the work loop's`() async throws {
        try await afterHanging("ready ping=100 report=serving:0:50 wait=go ping=0 wait") { _, death in
            #expect(death.cause == "hang")
        }
    }

    @Test func `F26 a long job is no hang as long as it is heard from`() async throws {
        let supervisor = try RunningSupervisor(
            plan: "ready ping=100 report=serving:1:100 wait", environment: Self.quick)
        defer { supervisor.remove() }
        let first = try await supervisor.untilReady()
        try await supervisor.until("six watchdogs long") { try supervisor.slot("worker.1")?.uptimeSeconds ?? 0 > 3.5 }
        #expect(try supervisor.slot("worker.1")?.pid == first)
    }

    @Test func `F26 a slow start is no hang as long as it asks for more time`() async throws {
        let supervisor = try RunningSupervisor(
            plan: "say=EXTEND_TIMEOUT_USEC=60000000 sleep=4000 ready wait",
            environment: ["PULSE_START_TIMEOUT": "500ms", "PULSE_STARTUP_TIMEOUT": "500ms", "PULSE_STARTUP": "wait"])
        defer { supervisor.remove() }
        _ = try await supervisor.untilReady()
        #expect(try supervisor.slot("worker.1")?.restarts == 0)
    }

    @Test func `F27 who never becomes ready is ended at the start's deadline, and that counts`() async throws {
        let supervisor = try RunningSupervisor(
            plan: "wait",
            environment: [
                "PULSE_START_TIMEOUT": "300ms", "PULSE_STARTUP_TIMEOUT": "300ms", "PULSE_STARTUP": "wait",
                "PULSE_RESTART_LIMIT": "1", "PULSE_BACKOFF_BASE": "0",
            ])
        defer { supervisor.remove() }
        #expect(try await supervisor.exitCode() == 1)
        #expect(supervisor.logged("killed by SIGABRT") >= 2)
    }

    @Test func `F28 nobody waits for a supervisor that does not read`() async throws {
        let supervisor = try RunningSupervisor(plan: "ready wait=go say=WATCHDOG=1 touch=talked wait")
        defer { supervisor.remove() }
        _ = try await supervisor.untilReady()
        supervisor.signal(SIGSTOP)
        try await supervisor.until("it stands still") { Kernel.stat(supervisor.pid).first == "T" }
        // Far more than the socket's queue takes.
        let sender = try #require(NotifySender(path: supervisor.runtime + "/worker.1.notify"))
        for _ in 0..<2_000 { sender.send("WATCHDOG=1") }
        #expect(sender.dropped > 0)
        try supervisor.write("go", "")
        try await supervisor.untilFile("talked")
        supervisor.signal(SIGCONT)
        try await supervisor.until("it answers") { supervisor.get("/livez")?.status == 200 }
    }

    @Test func `F29 rubbish on the notify socket is ignored and counted`() async throws {
        let supervisor = try RunningSupervisor(
            plan: "garbage=100 garbage=4000 garbage=60000 say=X_PULSE_REPORT={\"v\":99} say=X_PULSE_REPORT=nonsense "
                + "say=READY=yes say==== report=serving ready wait")
        defer { supervisor.remove() }
        _ = try await supervisor.untilReady()
        #expect(supervisor.metric("pulse_notify_messages_ignored_total{reason=\"garbled\"}") == 2)
        #expect(try supervisor.slot("worker.1")?.report != nil)
    }

    @Test func `F29 no report of a child's can end us or spoil our answers`() async throws {
        let counts = #"v":1,"worker":"w","activity":"serving","services":{},"failed":0,"retried":0,"in_flight":0"#
        let rest = #","current":[],"unlisted":0"#
        let supervisor = try RunningSupervisor(
            plan: #"say=X_PULSE_REPORT={"\#(counts),"done":9223372036854775807\#(rest)} "#
                + #"say=X_PULSE_REPORT={"\#(counts),"done":-5\#(rest)} "#
                + #"say=X_PULSE_REPORT={"\#(counts),"done":7\#(rest),"news":--1.2.3} ready wait"#,
            environment: ["PULSE_WORKERS": "2"])
        defer { supervisor.remove() }
        try await supervisor.untilAllReady(2)
        #expect(supervisor.metric("pulse_notify_messages_ignored_total{reason=\"garbled\"}") ?? 0 >= 4)
        kill(try #require(try supervisor.slot("worker.1")?.pid), SIGKILL)
        try await supervisor.until("it is back") { try supervisor.slot("worker.1")?.restarts == 1 }
        try await supervisor.untilAllReady(2)
        // A document that can be read, whatever was let through.
        let status = try #require(supervisor.get("/status")).body
        #expect((try? JSONSerialization.jsonObject(with: Data(status.utf8))) != nil)
        #expect(!status.contains("--1.2.3"))
        #expect(supervisor.get("/metrics")?.status == 200)
    }

    @Test func `F29 whoever does not live in the slot is not believed`() async throws {
        #expect(try await Self.believesStrangers([:]) == false)
    }

    /// - Returns: whether READY=1 from another process makes a starting worker ready.
    static func believesStrangers(_ environment: [String: String]) async throws -> Bool {
        let supervisor = try RunningSupervisor(
            plan: "ping=20 wait", environment: ["PULSE_STARTUP": "wait"].merging(environment) { $1 })
        defer { supervisor.remove() }
        try await supervisor.untilState("starting")
        let end = pulse_unix_socket(2)
        defer { close(end) }
        #expect(unsafe pulse_connect_unix(end, supervisor.runtime + "/worker.1.notify") == 0)
        let forged = Array("READY=1".utf8)
        #expect(unsafe send(end, forged, forged.count, 0) == forged.count)
        let ignored = "pulse_notify_messages_ignored_total{reason=\"forged\"}"
        try await supervisor.until("it is judged") {
            try supervisor.metric(ignored) == 1 || supervisor.slot("worker.1")?.state == "ready"
        }
        return try supervisor.slot("worker.1")?.state == "ready"
    }

    @Test func `F30 a watchdog that every healthy worker would break is refused`() async throws {
        let supervisor = try RunningSupervisor(
            plan: "ready wait", environment: ["PULSE_WATCHDOG": "2s", "PULSE_REPORT_INTERVAL": "2s"])
        defer { supervisor.remove() }
        #expect(try await supervisor.exitCode() == 78)
        #expect(supervisor.log.contains("PULSE_WATCHDOG must be longer than PULSE_REPORT_INTERVAL"))
    }

    @Test func `F31 a death that a debugger keeps to itself is waited for, and not in a busy loop`() async throws {
        let supervisor = try RunningSupervisor(
            plan: "ready wait", plans: ["worker.1.1": "debugged ready wait"])
        defer {
            try? supervisor.write("release", "")
            supervisor.remove()
        }
        let first = try await supervisor.untilReady()
        kill(first, SIGKILL)
        try await supervisor.until("it is dead") { !Kernel.lives(first) }
        let before = supervisor.ticks
        _ = try await Program.run(["/bin/sleep", "1"])
        #expect(supervisor.ticks - before < 30, "half of a second is a busy loop")
        #expect(try supervisor.slot("worker.1")?.pid == first)
        try supervisor.write("release", "")
        _ = try await supervisor.untilReplaced(first)
    }

    @Test func `F31 a process that the kernel cannot end is named, not doubled, and does not hold the stop`()
        async throws
    {
        let supervisor = try RunningSupervisor(
            plan: "ready ping=100 wait", plans: ["worker.1.1": "unkillable ready ping=100 wait=go hang"],
            environment: Self.quick.merging(["PULSE_STOP_TIMEOUT": "1s"]) { $1 })
        defer {
            try? supervisor.write("release", "")
            supervisor.remove()
        }
        let first = try await supervisor.untilReady()
        try supervisor.write("go", "")
        try await supervisor.untilState("unkillable")
        #expect(supervisor.logged("does not end: SIGKILL") == 1)
        #expect(try supervisor.slot("worker.1")?.pid == first)
        supervisor.signal(SIGTERM)
        #expect(try await supervisor.exitCode() == 124)
        #expect(supervisor.logged("started pid") == 1)
    }
}
