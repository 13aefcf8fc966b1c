import Foundation
import Reporting
import Testing

/// F47-F53: what children leave behind, and being everybody's parent.
@Suite struct `Faults: grandchildren and orphans` {
    private func pid(_ supervisor: RunningSupervisor, _ file: String) async throws -> Int32 {
        try await supervisor.untilFile(file)
        return try #require(Int32(supervisor.lines(of: file)[0]))
    }

    @Test func `F47 what a dead worker leaves in its group is killed with it`() async throws {
        let supervisor = try RunningSupervisor(
            plan: "ready wait", plans: ["worker.1.1": "fork=ignore=15,touch=left,hang ready wait"])
        defer { supervisor.remove() }
        let first = try await supervisor.untilReady()
        let left = try await pid(supervisor, "left")
        kill(first, SIGKILL)
        _ = try await supervisor.untilReplaced(first)
        #expect(!Kernel.lives(left))
    }

    @Test func `F48 what it leaves in a session of its own is swept, and the slot filled at once`() async throws {
        #expect(try await Self.isSwept([:]))
    }

    /// A worker leaves a daemon that holds its slot and ignores TERM.
    /// - Returns: whether the daemon is gone before the stop timeout would have it killed.
    static func isSwept(_ environment: [String: String]) async throws -> Bool {
        let supervisor = try RunningSupervisor(
            plan: "ready wait", plans: ["worker.1.1": "fork=setsid,ignore=15,touch=left,hang ready wait"],
            environment: ["PULSE_STOP_TIMEOUT": "2s"].merging(environment) { $1 })
        defer { supervisor.remove() }
        let first = try await supervisor.untilReady()
        try await supervisor.untilFile("left")
        let left = try #require(Int32(supervisor.lines(of: "left")[0]))
        kill(first, SIGKILL)
        try await supervisor.until("the daemon is gone") { !Kernel.lives(left) }
        _ = try await supervisor.untilReplaced(first)
        return supervisor.metric("pulse_leftovers_killed_total") == 1
    }

    @Test func `F48 a whole family of daemons is swept, generation by generation`() async throws {
        let supervisor = try RunningSupervisor(
            plan: "ready wait",
            plans: [
                "worker.1.1": "orphan=setsid,touch=left,orphan=setsid,touch=left2,hang,hang ready wait=left ready wait"
            ])
        defer { supervisor.remove() }
        let first = try await supervisor.untilReady()
        let left = try await pid(supervisor, "left")
        kill(first, SIGKILL)
        _ = try await supervisor.untilReplaced(first)
        try await supervisor.until("it is gone") { !Kernel.lives(left) }
    }

    @Test func `F48 nor does a stop leave anybody of the family`() async throws {
        let supervisor = try RunningSupervisor(
            plan: "orphan=setsid,touch=left,orphan=setsid,touch=left,orphan=setsid,touch=left,hang,hang,hang ready wait"
        )
        defer { supervisor.remove() }
        _ = try await supervisor.untilReady()
        try await supervisor.untilFile("left", lines: 3)
        let family = supervisor.lines(of: "left").compactMap { Int32($0) }
        supervisor.signal(SIGTERM)
        #expect(try await supervisor.exitCode() == 0)
        #expect(family.allSatisfy { !Kernel.lives($0) })
        #expect(!FileManager.default.fileExists(atPath: supervisor.runtime))
    }

    @Test func `F49 orphans are reaped and are nobody's worker`() async throws {
        let supervisor = try RunningSupervisor(
            plan: "ready wait", plans: ["worker.1.1": "orphans=5 ready wait"], environment: ["PULSE_LOG_LEVEL": "debug"]
        )
        defer { supervisor.remove() }
        let worker = try await supervisor.untilReady()
        try await supervisor.until("all are reaped") { supervisor.metric("pulse_orphans_reaped_total") == 5 }
        #expect(supervisor.logged(", an orphan") == 5)
        #expect(try supervisor.slot("worker.1")?.pid == worker)
        #expect(Kernel.children(of: supervisor.pid) == [worker])
    }

    @Test func `F50 a thousand orphans leave no zombie and do not keep the loop`() async throws {
        let supervisor = try RunningSupervisor(plan: "ready orphans=1000 touch=done wait")
        defer { supervisor.remove() }
        let worker = try await supervisor.untilReady()
        #expect(supervisor.get("/livez")?.status == 200)
        try await supervisor.untilFile("done")
        try await supervisor.until("all are reaped") { supervisor.metric("pulse_orphans_reaped_total") == 1000 }
        #expect(Kernel.children(of: supervisor.pid) == [worker])
    }

    @Test func `F51 an orphan's exit code means nothing`() async throws {
        let supervisor = try RunningSupervisor(plan: "orphan=exit=78 orphan=exit=69 ready wait")
        defer { supervisor.remove() }
        let worker = try await supervisor.untilReady()
        try await supervisor.until("they are reaped") { supervisor.metric("pulse_orphans_reaped_total") ?? 0 >= 2 }
        #expect(try supervisor.slot("worker.1")?.pid == worker)
        #expect(supervisor.isRunning)
    }

    @Test func `F52 a stranger that keeps a dead worker's stdout open keeps nothing else`() async throws {
        let supervisor = try RunningSupervisor(
            plan: "ready wait",
            plans: ["worker.1.1": "print=first orphan=close=3,close=4,setsid,touch=left,unmark=600 ready wait"])
        defer { supervisor.remove() }
        let first = try await supervisor.untilReady()
        let left = try await pid(supervisor, "left")
        defer { kill(left, SIGKILL) }
        try await supervisor.until("it carries no mark any more") {
            try String(contentsOfFile: "/proc/\(left)/environ", encoding: .utf8).isEmpty
        }
        kill(first, SIGKILL)
        _ = try await supervisor.untilReplaced(first)
        #expect(Kernel.lives(left), "without the mark it is not ours to kill")
        #expect(try supervisor.slot("worker.1")?.deaths.last?.lastLines == ["first"])
        #expect(supervisor.ticks < 100, "reading from a pipe that somebody keeps must not spin")
    }

    @Test(.enabled(if: PIDNamespace.isAllowed, "needs a pid namespace of its own, as root has it"))
    func `F53 as PID 1: TERM is obeyed, orphans are reaped, the exit code is right`() async throws {
        let supervisor = try RunningSupervisor(
            plan: "ready orphans=1000 touch=done wait",
            launcher: PIDNamespace.launcher)
        defer { supervisor.remove() }
        _ = try await supervisor.untilReady()
        #expect(try supervisor.document()?.supervisor.pid == 1)
        try await supervisor.untilFile("done")
        try await supervisor.until("all are reaped") { supervisor.metric("pulse_orphans_reaped_total") == 1000 }
        let inner = try #require(Kernel.children(of: supervisor.pid).first)
        #expect(Kernel.children(of: inner).count == 1, "no zombie")
        kill(inner, SIGTERM)
        #expect(try await supervisor.exitCode() == 0)
    }

    @Test(.enabled(if: PIDNamespace.isAllowed, "needs a pid namespace of its own, as root has it"))
    func `F53 as PID 1: Ctrl-C and wrong settings end it with their codes`() async throws {
        let wrong = try RunningSupervisor(
            plan: "ready wait", environment: ["PULSE_WORKERS": "many"], launcher: PIDNamespace.launcher)
        defer { wrong.remove() }
        #expect(try await wrong.exitCode() == 78)
        let deaf = try RunningSupervisor(
            plan: "onterm=asked ready wait", environment: ["PULSE_STOP_TIMEOUT": "500ms"],
            launcher: PIDNamespace.launcher)
        defer { deaf.remove() }
        _ = try await deaf.untilReady()
        kill(try #require(Kernel.children(of: deaf.pid).first), SIGINT)
        #expect(try await deaf.exitCode() == 124)
    }

    @Test(.enabled(if: PIDNamespace.isAllowed, "needs a pid namespace of its own, as root has it"))
    func `F70 a container's grace: the second TERM ends what drains, and the code says so`() async throws {
        let supervisor = try RunningSupervisor(
            plan: "onterm=asked ready wait",
            launcher: PIDNamespace.launcher)
        defer { supervisor.remove() }
        _ = try await supervisor.untilReady()
        let inner = try #require(Kernel.children(of: supervisor.pid).first)
        kill(inner, SIGTERM)
        try await supervisor.untilFile("asked")
        try await supervisor.until("it ends") {
            kill(inner, SIGTERM)
            return !supervisor.isRunning
        }
        #expect(try await supervisor.exitCode() == 124)
        #expect(supervisor.log.contains("does not end: SIGKILL"))
    }
}

/// What makes the supervisor PID 1, where it may be made.
enum PIDNamespace {
    static let launcher = ["/usr/bin/unshare", "--pid", "--fork", "--kill-child", "--mount-proc"]

    /// Root in a container may not.
    static let isAllowed = (try? SpawnedChild(launcher + ["/bin/true"], environment: []).wait()) == 0
}
