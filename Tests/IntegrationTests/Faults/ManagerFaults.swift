import Foundation
import Reporting
import Testing

/// F61-F66: what systemd, or whoever stands in for it, gives us and hears from us.
@Suite struct `Faults: the service manager` {
    @Test(arguments: [
        "/nowhere/notify", "@pulse-nobody-listens", "relative", "/" + String(repeating: "x", count: 200), "",
    ])
    func `F61 a manager that is not there keeps us from nothing`(path: String) async throws {
        let supervisor = try RunningSupervisor(
            plan: "ready wait", environment: ["NOTIFY_SOCKET": path, "WATCHDOG_USEC": "200000"])
        defer { supervisor.remove() }
        _ = try await supervisor.untilReady()
        supervisor.signal(SIGTERM)
        #expect(try await supervisor.exitCode() == 0)
    }

    @Test func `F61 a manager that does not read makes us wait for nothing`() async throws {
        let folder = RunningSupervisor.freshFolder()
        // Never read: its queue is full after a few datagrams.
        let ear = try ManagerEar(in: folder)
        let supervisor = try RunningSupervisor(
            plan: "ready wait", environment: ["NOTIFY_SOCKET": ear.path, "WATCHDOG_USEC": "2000"], in: folder)
        defer { supervisor.remove() }
        _ = try await supervisor.untilReady()
        try await supervisor.until("a second of pings") { try supervisor.document()?.supervisor.uptimeSeconds ?? 0 > 1 }
        #expect(supervisor.get("/livez")?.status == 200)
        ear.listen()
        // READY waits for its place in the queue.
        try await supervisor.until("READY") { ear.count("READY=1") == 1 }
    }

    @Test func `F62 a child finds nothing of our manager's, and no descriptor that is not meant for it`() async throws {
        let dump = try await Self.dump([:])
        #expect(dump.descriptors == ["0", "1", "2", "3", "4"])
        #expect(dump.fds["0"] == "/dev/null")
        #expect(dump.fds["1"] == dump.fds["2"] && dump.fds["1"]?.hasPrefix("pipe:") == true)
        #expect(dump.fds["3"]?.hasPrefix("pipe:") == true)
        #expect(dump.fds["4"]?.hasSuffix("/worker.1.lock") == true)
        #expect(dump.group == dump.pid)
        let names = Set(dump.environment.map { String($0.prefix { $0 != "=" }) })
        for name in [
            "WATCHDOG_PID", "LISTEN_FDS", "LISTEN_PID", "FDSTORE", "MAINPID", "INVOCATION_ID", "JOURNAL_STREAM",
            "MANAGERPID", "SYSTEMD_EXEC_PID",
        ] {
            #expect(!names.contains(name), "\(name)")
        }
        #expect(dump.environment.contains("WATCHDOG_USEC=3600000000"))
        #expect(dump.environment.contains { $0.hasPrefix("NOTIFY_SOCKET=") && $0.hasSuffix("/worker.1.notify") })
        #expect(dump.SigBlk == "0000000000000000")
        // Bits 32 and 33 are glibc's own.
        #expect((UInt64(dump.SigIgn, radix: 16) ?? .max) & ~0x1_8000_0000 == 0)
    }

    struct Dump: Decodable {
        let fds: [String: String]
        let environment: [String]
        let pid: Int32
        let group: Int32
        let SigBlk: String
        let SigIgn: String

        var descriptors: [String] { fds.keys.sorted() }
    }

    /// What a worker finds, whose supervisor was started with a descriptor 9 open and much in its environment.
    static func dump(_ environment: [String: String]) async throws -> Dump {
        let manager = [
            "WATCHDOG_PID": "1", "WATCHDOG_USEC": "5000000", "LISTEN_FDS": "1", "LISTEN_PID": "1", "FDSTORE": "1",
            "MAINPID": "1", "INVOCATION_ID": "x", "JOURNAL_STREAM": "1:1", "MANAGERPID": "1", "SYSTEMD_EXEC_PID": "1",
        ]
        let supervisor = try RunningSupervisor(
            plan: "dump=dump ready wait", environment: manager.merging(environment) { $1 },
            launcher: ["/bin/sh", "-c", "exec \"$0\" \"$@\" 9</dev/null"])
        defer { supervisor.remove() }
        _ = try await supervisor.untilReady()
        return try JSONDecoder().decode(Dump.self, from: Data((supervisor.file("dump") ?? "").utf8))
    }

    @Test func `F63 a watchdog that is meant for another process is not fed`() async throws {
        let folder = RunningSupervisor.freshFolder()
        let ear = try ManagerEar(in: folder)
        let supervisor = try RunningSupervisor(
            plan: "ready wait",
            environment: ["NOTIFY_SOCKET": ear.path, "WATCHDOG_USEC": "20000", "WATCHDOG_PID": "1"], in: folder)
        defer { supervisor.remove() }
        _ = try await supervisor.untilReady()
        try await supervisor.until("half a second") { try supervisor.document()?.supervisor.uptimeSeconds ?? 0 > 0.5 }
        #expect(ear.count("WATCHDOG=1") == 0)
        #expect(ear.count("READY=1") == 1)
    }

    @Test func `F64 pings stop once every process is past its whole ladder, and not before`() async throws {
        let folder = RunningSupervisor.freshFolder()
        let ear = try ManagerEar(in: folder)
        let supervisor = try RunningSupervisor(
            plan: "ready ping=100 wait", plans: ["worker.1.1": "unkillable ready ping=100 wait=go hang"],
            environment: [
                "NOTIFY_SOCKET": ear.path, "WATCHDOG_USEC": "100000", "PULSE_WATCHDOG": "500ms",
                "PULSE_REPORT_INTERVAL": "100ms", "PULSE_HANG_GRACE": "100ms",
            ], in: folder)
        defer {
            try? supervisor.write("release", "")
            supervisor.remove()
        }
        _ = try await supervisor.untilReady()
        try supervisor.write("go", "")
        try await supervisor.untilState("killing")
        let pings = ear.count("WATCHDOG=1")
        try await supervisor.until("a restart of the worker may still help") { ear.count("WATCHDOG=1") > pings }
        try await supervisor.untilState("unkillable")
        let last = ear.count("WATCHDOG=1")
        let uptime = try supervisor.document()?.supervisor.uptimeSeconds ?? 0
        try await supervisor.until("a second later") {
            try supervisor.document()?.supervisor.uptimeSeconds ?? 0 > uptime + 1
        }
        // One may have been on its way.
        #expect(ear.count("WATCHDOG=1") <= last + 1)
        try supervisor.write("release", "")
        try await supervisor.until("pings again") { ear.count("WATCHDOG=1") > last + 2 }
    }

    @Test func `F65 a loop that stands still does not ping`() async throws {
        let folder = RunningSupervisor.freshFolder()
        let ear = try ManagerEar(in: folder)
        let supervisor = try RunningSupervisor(
            plan: "ready wait", environment: ["NOTIFY_SOCKET": ear.path, "WATCHDOG_USEC": "20000"], in: folder)
        defer { supervisor.remove() }
        _ = try await supervisor.untilReady()
        try await supervisor.until("pings") { ear.count("WATCHDOG=1") > 3 }
        supervisor.signal(SIGSTOP)
        try await supervisor.until("it stands still") { Kernel.stat(supervisor.pid).first == "T" }
        let pings = ear.count("WATCHDOG=1")
        _ = try await Program.run(["/bin/sleep", "0.3"])
        #expect(ear.count("WATCHDOG=1") == pings)
        supervisor.signal(SIGCONT)
        try await supervisor.until("pings again") { ear.count("WATCHDOG=1") > pings }
    }

    @Test func `F66 READY=1 once, when the quorum is ready; more time is asked for until then`() async throws {
        let folder = RunningSupervisor.freshFolder()
        let ear = try ManagerEar(in: folder)
        let supervisor = try RunningSupervisor(
            plan: "wait=go ready wait", plans: ["worker.1": "ready wait"],
            environment: [
                "NOTIFY_SOCKET": ear.path, "PULSE_WORKERS": "3", "PULSE_READY_QUORUM": "2",
                "PULSE_START_CONCURRENCY": "3",
                "PULSE_STARTUP": "wait",
            ], in: folder)
        defer { supervisor.remove() }
        _ = try await supervisor.untilReady()
        #expect(ear.count("READY=1") == 0)
        // Nothing is said of a reload before there is anything to reload.
        supervisor.signal(SIGHUP)
        try await supervisor.untilLogged("reload: done")
        #expect(ear.count("READY=1") == 0 && ear.count("RELOADING=1") == 0)
        #expect(ear.heard.contains { $0.hasPrefix("EXTEND_TIMEOUT_USEC=") })
        try supervisor.write("go", "")
        try await supervisor.untilAllReady(3)
        try await supervisor.until("READY") { ear.count("READY=1") == 1 }
        kill(try #require(try supervisor.slot("worker.1")?.pid), SIGKILL)
        try await supervisor.until("it is back") { try supervisor.slot("worker.1")?.restarts == 1 }
        try await supervisor.untilAllReady(3)
        #expect(ear.count("READY=1") == 1)
    }
}
