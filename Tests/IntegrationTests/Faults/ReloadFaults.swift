import Foundation
import Reporting
import Testing

/// F40, F41, F67: new settings for a running fleet.
@Suite struct `Faults: reloads` {
    /// A supervisor with an env file and somebody who listens as systemd would.
    private static func start(
        _ settings: String, plan: String = "ready wait", plans: [String: String] = [:], workers: Int? = 2
    ) async throws -> (RunningSupervisor, ManagerEar) {
        let folder = RunningSupervisor.freshFolder()
        let ear = try ManagerEar(in: folder)
        try settings.write(toFile: folder + "/env", atomically: true, encoding: .utf8)
        let supervisor = try RunningSupervisor(
            plan: plan, plans: plans,
            environment: [
                // Empty = not set.
                "PULSE_WORKERS": workers.map { "\($0)" } ?? "", "NOTIFY_SOCKET": ear.path, "PULSE_BACKOFF_BASE": "0",
                "PULSE_RESTART_LIMIT": "0",
            ], arguments: ["--env-file", folder + "/env"], in: folder)
        try await supervisor.untilAllReady(workers ?? 2)
        return (supervisor, ear)
    }

    private static func pids(_ supervisor: RunningSupervisor) throws -> [Int32] {
        try #require(try supervisor.document()).slots.compactMap(\.pid)
    }

    @Test func `F40 a bad file changes nothing, says so, and ends the reload`() async throws {
        let (supervisor, ear) = try await Self.start("A=1\n")
        defer { supervisor.remove() }
        let before = try Self.pids(supervisor)
        try supervisor.write("env", "A=2\nPULSE_STOP_TIMEOUT=soon\n")
        supervisor.signal(SIGHUP)
        try await supervisor.until("the reload is over") { ear.count("READY=1") == 2 }
        #expect(try Self.pids(supervisor) == before)
        #expect(supervisor.log.contains("reload refused, nothing changes: PULSE_STOP_TIMEOUT: 'soon' is not allowed"))
        #expect(try supervisor.document()?.supervisor.notes.first?.contains("PULSE_STOP_TIMEOUT") == true)
        let operation = try await supervisor.ended(try supervisor.order("/reload"))
        #expect(operation.state == .refused)
        #expect(operation.detail.contains("PULSE_STOP_TIMEOUT"))
    }

    @Test func `F41 five HUPs bring the new settings to each worker once`() async throws {
        let (supervisor, ear) = try await Self.start("A=1\n")
        defer { supervisor.remove() }
        try supervisor.write("env", "A=2\n")
        for _ in 0..<5 { supervisor.signal(SIGHUP) }
        try await supervisor.until("the reload is over") {
            ear.listen()
            return ear.count("READY=1") >= 2 && ear.count("READY=1") == ear.count("RELOADING=1") + 1
        }
        try await supervisor.untilAllReady(2)
        #expect(supervisor.logged("started pid") == 4)
    }

    @Test func `F67 RELOADING=1 with the monotonic time, then READY=1; changed settings reach the workers`()
        async throws
    {
        let (supervisor, ear) = try await Self.start("A=1\n", plan: "dump=dump ready wait", workers: 1)
        defer { supervisor.remove() }
        #expect(supervisor.file("dump")?.contains("\"A=1\"") == true)
        try supervisor.write("env", "A=2\n")
        #expect(try await supervisor.ended(try supervisor.order("/reload")).state == .done)
        #expect(supervisor.file("dump")?.contains("\"A=2\"") == true)
        try await supervisor.until("READY again") { ear.count("READY=1") == 2 }
        let message = try #require(ear.messages.first { $0.hasPrefix("RELOADING=1\nMONOTONIC_USEC=") })
        #expect(UInt64(message.dropFirst("RELOADING=1\nMONOTONIC_USEC=".count)) != nil)
        let reloading = try #require(ear.heard.firstIndex(of: "RELOADING=1"))
        #expect(try #require(ear.heard.lastIndex(of: "READY=1")) > reloading)
    }

    @Test func `F67 settings of which workers die are taken back`() async throws {
        let (supervisor, ear) = try await Self.start(
            "A=1\n", plan: "dump=dump ready wait",
            plans: ["worker.1.2": "exit=1", "worker.1.3": "exit=1"])
        defer { supervisor.remove() }
        let other = try supervisor.slot("worker.2")?.pid
        try supervisor.write("env", "A=2\n")
        let operation = try await supervisor.ended(try supervisor.order("/reload"))
        #expect(operation.state == .aborted)
        #expect(operation.detail.contains("worker.1: the new process died: exit 1"))
        try await supervisor.untilAllReady(2)
        #expect(supervisor.file("dump")?.contains("\"A=1\"") == true)
        #expect(try supervisor.slot("worker.2")?.pid == other)
        #expect(try supervisor.document()?.supervisor.notes.last?.contains("taken back") == true)
        #expect(ear.count("READY=1") == 2)
        // The same file is news again: it is not in force.
        try FileManager.default.removeItem(atPath: supervisor.folder + "/plan.worker.1.2")
        #expect(try await supervisor.ended(try supervisor.order("/reload")).state == .done)
        #expect(supervisor.file("dump")?.contains("\"A=2\"") == true)
    }

    @Test func `F67 back to what a reload had brought while the fleet was still starting`() async throws {
        let folder = RunningSupervisor.freshFolder()
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try "A=0\n".write(toFile: folder + "/env", atomically: true, encoding: .utf8)
        let supervisor = try RunningSupervisor(
            plan: "dump=dump wait=go ready wait", plans: ["worker.1.3": "exit=1", "worker.1.4": "exit=1"],
            environment: ["PULSE_STARTUP": "wait", "PULSE_BACKOFF_BASE": "0", "PULSE_RESTART_LIMIT": "0"],
            arguments: ["--env-file", folder + "/env"], in: folder)
        defer { supervisor.remove() }
        try await supervisor.untilFile("dump")
        try supervisor.write("env", "A=1\n")
        let first = try supervisor.order("/reload")
        try await supervisor.until("it is brought") { supervisor.file("dump")?.contains("\"A=1\"") == true }
        try supervisor.write("go", "")
        #expect(try await supervisor.ended(first).state == .done)
        try supervisor.write("env", "A=2\n")
        #expect(try await supervisor.ended(try supervisor.order("/reload")).state == .aborted)
        try await supervisor.untilAllReady(1)
        #expect(supervisor.file("dump")?.contains("\"A=1\"") == true)
        try supervisor.write("env", "A=0\n")
        #expect(try await supervisor.ended(try supervisor.order("/reload")).state == .done)
        #expect(supervisor.file("dump")?.contains("\"A=0\"") == true, "what is in force is not what was at the start")
    }

    @Test func `F67 so is their number of workers, and no secret is told of a file that cannot be used`() async throws {
        let (supervisor, _) = try await Self.start(
            "A=1\n", plans: ["worker.1.2": "exit=1", "worker.1.3": "exit=1"], workers: nil)
        defer { supervisor.remove() }
        try supervisor.write("env", "A=2\nPULSE_WORKERS=4\n")
        #expect(try await supervisor.ended(try supervisor.order("/reload")).state == .aborted)
        try await supervisor.until("two are left") {
            let slots = try supervisor.document()?.slots ?? []
            return slots.count == 2 && slots.allSatisfy { $0.state == "ready" }
        }
        try supervisor.write("env", "PULSE_REDIS_URL=reds://user:hunter2@h\n")
        let refused = try await supervisor.ended(try supervisor.order("/reload"))
        #expect(refused.detail.contains("PULSE_REDIS_URL: '...@h' is not allowed"))
        #expect(!supervisor.log.contains("hunter2"))
        #expect(supervisor.get("/status")?.body.contains("hunter2") == false)
    }

    @Test func `what only the supervisor goes by replaces nobody; what needs a new one is named`() async throws {
        let (supervisor, _) = try await Self.start("A=1\n", plan: "onterm=asked ready wait")
        defer { supervisor.remove() }
        let before = try Self.pids(supervisor)
        try supervisor.write("env", "A=1\nPULSE_HANG_GRACE=1s\nPULSE_LISTEN=127.0.0.1:1\n")
        #expect(try await supervisor.ended(try supervisor.order("/reload")).state == .done)
        #expect(try Self.pids(supervisor) == before)
        let notes = try #require(try supervisor.document()).supervisor.notes
        #expect(notes.count == 1 && notes[0].hasPrefix("PULSE_LISTEN changed: a new supervisor is needed"))
    }

    @Test func `another number of workers in the file is a scaling`() async throws {
        let folder = RunningSupervisor.freshFolder()
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try "PULSE_WORKERS=1\n".write(toFile: folder + "/env", atomically: true, encoding: .utf8)
        let supervisor = try RunningSupervisor(
            environment: [:],
            arguments: ["--env-file", folder + "/env", "--worker", RunningSupervisor.misbehavingChild],
            unset: ["PULSE_WORKERS"], in: folder)
        defer { supervisor.remove() }
        try await supervisor.untilAllReady(1)
        try supervisor.write("env", "PULSE_WORKERS=3\n")
        supervisor.signal(SIGHUP)
        try await supervisor.untilAllReady(3)
        #expect(supervisor.logged("started pid") == 3)
    }
}
