import Foundation
import Reporting
import Testing

/// F54-F60: the supervisor itself dies, comes back, or finds somebody in its place.
@Suite struct `Faults: the supervisor's own death` {
    @Test(arguments: [SIGKILL, SIGSEGV]) func `F54 F58 however it ends, its workers learn of it`(number: Int32)
        async throws
    {
        let supervisor = try RunningSupervisor(plan: "ready lifeline=left", environment: ["PULSE_WORKERS": "3"])
        defer { supervisor.remove() }
        try await supervisor.untilAllReady(3)
        let pids = try #require(try supervisor.document()).slots.compactMap(\.pid)
        supervisor.signal(number)
        let code = try await supervisor.exitCode()
        try await supervisor.untilFile("left", lines: 3)
        try await supervisor.until("they are gone") { !pids.contains(where: Kernel.lives) }
        #expect(code == 128 + number)
    }

    @Test func `F55 a new supervisor fills no slot whose worker still drains`() async throws {
        #expect(try await TakeOver.run([:]) == 0)
    }

    @Test func `F56 programs that die with us do not die of our idleness`() async throws {
        // PR_SET_PDEATHSIG follows the thread that spawned: one that a pool retires after 5 s would take the program with it.
        let supervisor = try RunningSupervisor(procfile: "web: exec sleep 600\n")
        defer { supervisor.remove() }
        let web = try await supervisor.untilReady("web.1")
        try await supervisor.until("seven seconds of nothing") { try supervisor.slot("web.1")?.uptimeSeconds ?? 0 > 7 }
        #expect(try supervisor.slot("web.1")?.pid == web)
        supervisor.signal(SIGKILL)
        try await supervisor.until("it dies with us") { !Kernel.lives(web) }
    }

    @Test func `F57 a supervisor that dies while its child starts is missed all the same`() async throws {
        let supervisor = try RunningSupervisor(plan: "touch=begun wait=go lifeline=left")
        defer { supervisor.remove() }
        try await supervisor.untilFile("begun")
        supervisor.signal(SIGKILL)
        try await supervisor.until("it is dead") { !supervisor.isRunning }
        try supervisor.write("go", "")
        try await supervisor.untilFile("left")
    }

    @Test func `F59 a second supervisor leaves with 100 and touches nothing`() async throws {
        let first = try RunningSupervisor(plan: "ready wait")
        defer { first.remove() }
        let worker = try await first.untilReady()
        let second = try RunningSupervisor(plan: "ready wait", in: first.folder)
        #expect(try await second.exitCode() == 100)
        #expect(second.log.contains("held by another pulse-supervisor (pid \(first.pid))"))
        #expect(first.get("/livez")?.status == 200)
        #expect(try first.slot("worker.1")?.pid == worker)
    }

    @Test func `F60 a stale socket and a stale lock are no hindrance`() async throws {
        let first = try RunningSupervisor(plan: "ready lifeline=left")
        defer { first.remove() }
        _ = try await first.untilReady()
        first.signal(SIGKILL)
        try await first.until("it is dead") { !first.isRunning }
        #expect(FileManager.default.fileExists(atPath: first.runtime + "/supervisor.sock"))
        #expect(FileManager.default.fileExists(atPath: first.runtime + "/supervisor.lock"))
        let second = try RunningSupervisor(plan: "ready wait", in: first.folder)
        defer { second.remove() }
        _ = try await second.untilReady()
    }

    @Test func `F60 what is no socket in the socket's place is refused`() async throws {
        let folder = RunningSupervisor.freshFolder()
        try FileManager.default.createDirectory(atPath: folder + "/run", withIntermediateDirectories: true)
        try "precious".write(toFile: folder + "/run/supervisor.sock", atomically: true, encoding: .utf8)
        let supervisor = try RunningSupervisor(plan: "ready wait", in: folder)
        defer { supervisor.remove() }
        #expect(try await supervisor.exitCode() == 78)
        #expect(supervisor.log.contains("supervisor.sock: exists and is not a socket"))
        #expect(supervisor.file("run/supervisor.sock") == "precious")
    }

    @Test func `F60 slots of a larger fleet before us are cleared`() async throws {
        let first = try RunningSupervisor(plan: "onterm=asked:0 ready wait", environment: ["PULSE_WORKERS": "3"])
        defer { first.remove() }
        try await first.untilAllReady(3)
        first.signal(SIGKILL)
        try await first.until("it is dead") { !first.isRunning }
        let second = try RunningSupervisor(plan: "onterm=asked:0 ready wait", in: first.folder)
        defer { second.remove() }
        _ = try await second.untilReady()
        try await second.untilFile("asked", lines: 3)
        #expect(second.logged("held by a process of an earlier supervisor; it is asked to stop") == 2)
        try await second.until("their files are gone") {
            try FileManager.default.contentsOfDirectory(atPath: second.runtime).sorted() == [
                "supervisor.lock", "supervisor.sock", "worker.1.lock", "worker.1.notify",
            ]
        }
    }

    @Test func `F60 who does not go is killed`() async throws {
        let first = try RunningSupervisor(
            plan: "ready wait", plans: ["worker.2": "ignore=15 touch=deaf ready hang"],
            environment: ["PULSE_WORKERS": "2"])
        defer { first.remove() }
        try await first.untilAllReady(2)
        let deaf = try #require(Int32(first.lines(of: "deaf")[0]))
        first.signal(SIGKILL)
        try await first.until("it is dead") { !first.isRunning }
        let second = try RunningSupervisor(
            plan: "ready wait", environment: ["PULSE_STOP_TIMEOUT": "500ms"], in: first.folder)
        defer { second.remove() }
        try await second.until("it is gone") { !Kernel.lives(deaf) }
        try await second.untilLogged("worker.2: the process of an earlier supervisor is gone")
        #expect(second.log.contains("worker.2: the process of an earlier supervisor does not end: SIGKILL"))
        _ = try await second.untilReady()
    }
}

/// A supervisor is killed while its workers hold their slots, and another one starts at once.
enum TakeOver {
    /// What happened, for whoever wants to see it: .cache/takeover.log, and beside it what happens without the slot lock.
    private static func keepLog(
        _ supervisors: [RunningSupervisor], _ environment: [String: String], _ doubled: Int
    ) throws {
        var text = "slots with two processes at once: \(doubled)\n"
        for slot in [1, 2] {
            text +=
                "worker.\(slot) begun by pids \(supervisors[1].lines(of: "begin.\(slot)").joined(separator: ", ")); "
            text += "let go by \(supervisors[1].lines(of: "end.\(slot)").joined(separator: ", "))\n"
        }
        for (name, supervisor) in zip(["the killed supervisor", "its successor"], supervisors) {
            text += "--- \(name), pid \(supervisor.pid)\n\(supervisor.log)"
        }
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../.cache")
        let name = environment.isEmpty ? "takeover.log" : "takeover-without-lock.log"
        try text.write(to: folder.appending(path: name), atomically: true, encoding: .utf8)
    }

    /// - Returns: how many slots ever had two processes at the same time.
    static func run(_ environment: [String: String]) async throws -> Int {
        // Each life writes when it begins to hold its slot and when it lets go; the first ones let go only when told.
        let plans = [1, 2].map { slot in
            "touch=begin.\(slot) onterm=asked ready wait=go touch=end.\(slot) exit=0"
        }
        let settings = ["PULSE_WORKERS": "2", "PULSE_STOP_TIMEOUT": "20s", "PULSE_STARTUP": "wait"]
            .merging(environment) { $1 }
        let first = try RunningSupervisor(
            plan: "hang", plans: ["worker.1": plans[0], "worker.2": plans[1]], environment: settings)
        defer { first.remove() }
        try await first.untilAllReady(2)
        first.signal(SIGKILL)
        try await first.until("it is dead") { !first.isRunning }
        let second = try RunningSupervisor(
            plan: "hang",
            plans: ["worker.1": "touch=begin.1 ready wait", "worker.2": "touch=begin.2 ready wait"],
            environment: settings, in: first.folder)
        defer { second.remove() }
        // Either it waits for the survivors, or it has already begun beside them.
        try await second.until("it waits, or it does not") {
            let states = try second.document()?.slots.map(\.state) ?? []
            return states == ["occupied", "occupied"] && second.lines(of: "asked").count >= 2
                || states == ["ready", "ready"]
        }
        let doubled = [1, 2].count { second.lines(of: "begin.\($0)").count > 1 + second.lines(of: "end.\($0)").count }
        try second.write("go", "")
        try await second.untilAllReady(2)
        try keepLog([first, second], environment, doubled)
        return doubled
    }
}
