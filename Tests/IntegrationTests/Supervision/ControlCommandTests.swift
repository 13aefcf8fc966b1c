import Foundation
import Reporting
import Testing

/// pulsectl's commands for a running fleet.
@Suite struct `pulsectl and a running fleet` {
    private func control(_ supervisor: RunningSupervisor, _ arguments: String...) async throws -> Program.Outcome {
        try await Self.control(in: supervisor.runtime, arguments)
    }

    private static func control(in runtime: String, _ arguments: [String]) async throws -> Program.Outcome {
        try await Program.run([Program.control.path] + arguments, ["PULSE_RUNTIME_DIR": runtime])
    }

    @Test func `restart and scale follow what they asked for to its end`() async throws {
        let supervisor = try RunningSupervisor(plan: "ready wait", environment: ["PULSE_WORKERS": "2"])
        defer { supervisor.remove() }
        try await supervisor.untilAllReady(2)
        let before = try #require(try supervisor.document()).slots.compactMap(\.pid)
        let restart = try await control(supervisor, "restart")
        #expect(restart.status == 0)
        #expect(restart.text.hasSuffix("restart: done\n"))
        let after = try #require(try supervisor.document()).slots.compactMap(\.pid)
        #expect(Set(before).isDisjoint(with: after))
        #expect(try await control(supervisor, "restart", "worker.2").status == 0)
        #expect(try supervisor.slot("worker.1")?.pid == after[0])
        #expect(try supervisor.slot("worker.2")?.pid != after[1])
        #expect(try await control(supervisor, "scale", "worker=4").status == 0)
        #expect(try supervisor.document()?.workers.ready == 4)
        let begun = try await control(supervisor, "scale", "--no-wait", "worker=1")
        #expect(begun.status == 0 && begun.text.contains("begun, operation"))
    }

    @Test(arguments: [
        (["restart", "worker.9"], "no such slot; there are worker.1"), (["restart", "../x"], "is no slot"),
        (["scale", "web=2"], "no such program; there are worker"), (["scale", "worker=many"], "takes program=n"),
        (["scale", "worker=300"], "n from 0 to 256"), (["logs", "nobody"], "no such slot"),
        (["wait", "ready", "--timeout", "soon"], "--timeout takes a duration"), (["top"], "top needs a terminal"),
    ])
    func `what makes no sense is refused in one line`(arguments: [String], words: String) async throws {
        let supervisor = try RunningSupervisor(plan: "ready wait")
        defer { supervisor.remove() }
        _ = try await supervisor.untilReady()
        let outcome = try await Program.run(
            [Program.control.path] + arguments, ["PULSE_RUNTIME_DIR": supervisor.runtime])
        #expect(outcome.status != 0)
        #expect(outcome.text.contains(words), "\(outcome.text)")
    }

    @Test func `an aborted restart is exit status 1 and says of what the new one died`() async throws {
        let supervisor = try RunningSupervisor(
            plan: "ready wait", plans: ["worker.1.2": "print=boom exit=1", "worker.1.3": "print=boom exit=1"],
            environment: ["PULSE_BACKOFF_BASE": "0"])
        defer { supervisor.remove() }
        _ = try await supervisor.untilReady()
        let restart = try await control(supervisor, "restart")
        #expect(restart.status == 1)
        #expect(
            restart.text.contains("restart: aborted: worker.1: the new process died: exit 1 (boom)"), "\(restart.text)")
    }

    @Test func `reload tells what was refused and what waits for a new supervisor`() async throws {
        let folder = RunningSupervisor.freshFolder()
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try "A=1\n".write(toFile: folder + "/env", atomically: true, encoding: .utf8)
        let supervisor = try RunningSupervisor(
            plan: "ready wait", arguments: ["--env-file", folder + "/env"], in: folder)
        defer { supervisor.remove() }
        let first = try await supervisor.untilReady()
        try supervisor.write("env", "PULSE_WORKES=2\n")
        let refused = try await control(supervisor, "reload")
        #expect(refused.status == 1)
        #expect(refused.text.contains("PULSE_WORKES is not a setting of Pulse; did you mean PULSE_WORKERS?"))
        #expect(try supervisor.slot("worker.1")?.pid == first)
        try supervisor.write("env", "A=2\nPULSE_LISTEN=127.0.0.1:1\n")
        let done = try await control(supervisor, "reload")
        #expect(done.status == 0)
        #expect(done.text.contains("note: PULSE_LISTEN changed"))
        #expect(try supervisor.slot("worker.1")?.pid != first)
        let status = try await control(supervisor, "status")
        #expect(status.text.contains("note: PULSE_LISTEN changed"))
    }

    @Test func `wait returns when it is so, or says what keeps it`() async throws {
        let supervisor = try RunningSupervisor(
            plan: "wait=go report=serving:0:50 ready wait", environment: ["PULSE_STARTUP": "wait"])
        defer { supervisor.remove() }
        let early = try await control(supervisor, "wait", "healthy", "--timeout", "300ms")
        #expect(early.status == 1)
        #expect(early.text.contains("not healthy within 300ms"), "\(early.text)")
        let runtime = supervisor.runtime
        async let healthy = Self.control(in: runtime, ["wait", "healthy", "--timeout", "30s"])
        try supervisor.write("go", "")
        #expect(try await healthy.status == 0)
        #expect(try await control(supervisor, "wait", "ready").status == 0)
        async let stopped = Self.control(in: runtime, ["wait", "stopped", "--timeout", "30s"])
        let stop = try await control(supervisor, "stop")
        #expect(stop.status == 0 && stop.text.hasSuffix("stopped\n"), "\(stop.text)")
        #expect(try await stopped.status == 0)
        #expect(try await supervisor.exitCode() == 0)
        #expect(try await control(supervisor, "status").status == 3)
    }

    @Test func `stopped is said only of what has stopped`() async throws {
        let supervisor = try RunningSupervisor(plan: "ready wait")
        defer { supervisor.remove() }
        _ = try await supervisor.untilReady()
        // It cannot answer, and may be well: nobody knows.
        supervisor.signal(SIGSTOP)
        let silent = try await control(supervisor, "wait", "stopped", "--timeout", "20s")
        #expect(silent.status == 3 && silent.text.contains("no answer within 5 s"), "\(silent.text)")
        supervisor.signal(SIGCONT)
        let stopped = try await control(supervisor, "stop")
        #expect(stopped.status == 0 && stopped.text.hasSuffix("stopped\n"), "\(stopped.text)")
        #expect(try await supervisor.exitCode() == 0)
        #expect(try await control(supervisor, "wait", "stopped").text == "stopped\n")
    }

    @Test func `events and logs are lines that a person can read`() async throws {
        let supervisor = try RunningSupervisor(plan: "print=<4>careful ready wait")
        defer { supervisor.remove() }
        let first = try await supervisor.untilReady()
        let logs = try await control(supervisor, "logs", "worker.1")
        #expect(logs.status == 0)
        #expect(logs.text.hasSuffix("  worker.1 warning: careful\n"), "\(logs.text)")
        // The stream ends with the supervisor; until then it tells what it saw.
        let runtime = supervisor.runtime
        async let events = Self.control(in: runtime, ["events"])
        try await supervisor.until("somebody reads") { supervisor.descriptors.count { $0.hasPrefix("socket") } > 2 }
        kill(first, SIGKILL)
        _ = try await supervisor.untilReplaced(first)
        supervisor.signal(SIGTERM)
        let told = try await events
        #expect(told.status == 1)
        #expect(told.text.contains("worker.1 died: killed by SIGKILL after"), "\(told.text)")
        #expect(told.text.contains("the stream has ended"))
    }
}
