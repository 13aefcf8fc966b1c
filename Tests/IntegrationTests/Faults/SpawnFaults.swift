import CLinux
import CTesting
import Foundation
import Reporting
import Testing

/// F01-F08: starting a process fails, or takes its time.
@Suite struct `Faults: spawning` {
    /// A copy of the misbehaving child that a test may spoil.
    private static func copy(in folder: String, named name: String = "worker") throws -> String {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let path = "\(folder)/\(name)"
        try FileManager.default.copyItem(atPath: RunningSupervisor.misbehavingChild, toPath: path)
        return path
    }

    private static func supervisor(
        of worker: String, in folder: String, _ environment: [String: String] = [:]
    ) throws -> RunningSupervisor {
        try RunningSupervisor(
            environment: ["PULSE_WORKERS": "1"].merging(environment) { $1 }, arguments: ["--worker", worker],
            in: folder)
    }

    @Test func `F01 an executable that is gone ends the fleet with its name and 78`() async throws {
        let folder = RunningSupervisor.freshFolder()
        let worker = try Self.copy(in: folder)
        let supervisor = try Self.supervisor(of: worker, in: folder)
        defer { supervisor.remove() }
        let first = try await supervisor.untilReady()
        try FileManager.default.removeItem(atPath: worker)
        kill(first, SIGKILL)
        #expect(try await supervisor.exitCode() == 78)
        #expect(supervisor.log.contains("\(worker) could not be started: no such file or directory; not restarted"))
        #expect(supervisor.log.contains("worker.1 cannot run: \(worker)"))
    }

    @Test(arguments: [("no program at all", "not an executable"), ("#!/nowhere/sh\n", "no such file")])
    func `F02 what is no executable is a configuration error`(text: String, words: String) async throws {
        let folder = RunningSupervisor.freshFolder()
        let worker = try Self.copy(in: folder)
        let supervisor = try Self.supervisor(of: worker, in: folder)
        defer { supervisor.remove() }
        let first = try await supervisor.untilReady()
        try FileManager.default.removeItem(atPath: worker)
        try text.write(toFile: worker, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: worker)
        kill(first, SIGKILL)
        #expect(try await supervisor.exitCode() == 78)
        #expect(supervisor.log.contains("could not be started: \(words)"), "\(supervisor.log)")
    }

    @Test func `F02 64 failed spawns leak no descriptor`() async throws {
        let folder = RunningSupervisor.freshFolder()
        let worker = try Self.copy(in: folder)
        let supervisor = try Self.supervisor(
            of: worker, in: folder, ["PULSE_BACKOFF_BASE": "0", "PULSE_RESTART_LIMIT": "0"])
        defer { supervisor.remove() }
        let first = try await supervisor.untilReady()
        let before = supervisor.descriptors.filter { !$0.hasPrefix("socket") }
        // A fresh file, since the running one cannot be opened for writing; open for writing it is busy, which passes.
        try FileManager.default.removeItem(atPath: worker)
        _ = try Self.copy(in: folder)
        let writer = try #require(FileHandle(forWritingAtPath: worker))
        kill(first, SIGKILL)
        let failures = "pulse_restarts_total{program=\"worker\",cause=\"spawn\"}"
        try await supervisor.until("64 failures") { supervisor.metric(failures) ?? 0 >= 64 }
        #expect(try supervisor.slot("worker.1")?.deaths.last?.how.contains("text file busy") == true)
        try writer.close()
        _ = try await supervisor.untilReplaced(first)
        try await supervisor.until("what was open before, \(before), not \(supervisor.descriptors)") {
            // Sockets come and go with whoever asks.
            supervisor.descriptors.filter { !$0.hasPrefix("socket") } == before
        }
    }

    @Test(.enabled(if: !ControlGroup.lacks("pids"), "needs the pids controller of control groups"))
    func `F03 no process to be had: it is tried again, and the others go on`() async throws {
        let group = try ControlGroup("pids")
        let supervisor = try RunningSupervisor(
            plan: "ready wait", environment: ["PULSE_WORKERS": "2", "PULSE_RESTART_LIMIT": "0"])
        defer { supervisor.remove() }
        try await supervisor.untilAllReady(2)
        let (first, second) = (try #require(try supervisor.slot("worker.1")?.pid), try supervisor.slot("worker.2")?.pid)
        try group.add(supervisor.pid)
        try group.limitProcesses(to: "1")
        kill(first, SIGKILL)
        try await supervisor.until("it says why") {
            try supervisor.slot("worker.1")?.deaths.last?.how.contains("no process to be had") == true
        }
        #expect(supervisor.get("/health")?.body.contains("worker.1 in backoff after could not be started") == true)
        try group.limitProcesses(to: "max")
        _ = try await supervisor.untilReplaced(first)
        #expect(try supervisor.slot("worker.2")?.pid == second)
    }

    @Test func `F04 out of descriptors: clients are turned away, not kept waiting, and it recovers`() async throws {
        let supervisor = try RunningSupervisor(plan: "ready wait")
        defer { supervisor.remove() }
        _ = try await supervisor.untilReady()
        let (limit, client) = try await Descriptors.exhaust(supervisor)
        defer { close(client) }
        // A closed connection, which is an answer; without the reserve it would hang in the backlog.
        #expect(Descriptors.isTurnedAway(supervisor))
        pulse_set_descriptor_limit(supervisor.pid, limit)
        try await supervisor.until("it answers") { supervisor.get("/livez")?.status == 200 }
    }

    @Test(.enabled(if: !ControlGroup.lacks("pids"), "needs the pids controller of control groups"))
    func `F05 forks refused for a while: no busy loop, nobody harmed`() async throws {
        let group = try ControlGroup("pids")
        let supervisor = try RunningSupervisor(
            plan: "ready wait", environment: ["PULSE_WORKERS": "2", "PULSE_RESTART_LIMIT": "2"])
        defer { supervisor.remove() }
        try await supervisor.untilAllReady(2)
        let second = try supervisor.slot("worker.2")?.pid
        try group.add(supervisor.pid)
        try group.limitProcesses(to: "1")
        kill(try #require(try supervisor.slot("worker.1")?.pid), SIGKILL)
        let before = supervisor.ticks
        try await supervisor.untilLogged("could not be started: no process to be had", times: 5)
        #expect(supervisor.ticks - before < 50, "half a second of work for five attempts is a busy loop")
        #expect(try supervisor.slot("worker.2")?.pid == second)
        #expect(supervisor.get("/readyz")?.status == 503)
        try group.limitProcesses(to: "max")
    }

    @Test func `F06 an exec that hangs stops the pings, and nothing else ends us`() async throws {
        let folder = RunningSupervisor.freshFolder()
        let worker = try Self.copy(in: folder)
        let ear = try ManagerEar(in: folder)
        let supervisor = try Self.supervisor(
            of: worker, in: folder, ["NOTIFY_SOCKET": ear.path, "WATCHDOG_USEC": "100000"])
        defer { supervisor.remove() }
        let first = try await supervisor.untilReady()
        try await supervisor.until("pings") { ear.count("WATCHDOG=1") > 0 }
        // While it cannot answer, the worker dies and its file gets a lease: whoever opens it, to run it as well, waits until
        // the lease is given back. A disk that does not answer looks the same.
        supervisor.signal(SIGSTOP)
        try await supervisor.until("it stands still") { Kernel.stat(supervisor.pid).first == "T" }
        kill(first, SIGKILL)
        try await supervisor.until("the worker is dead") { !Kernel.lives(first) }
        let lease = unsafe pulse_lease(worker)
        defer { close(lease) }
        #expect(lease >= 0)
        supervisor.signal(SIGCONT)
        try await supervisor.until("the loop hangs in the exec") { Kernel.stat(supervisor.pid).first == "D" }
        let pings = ear.count("WATCHDOG=1")
        // Nothing answers, nothing pings: systemd's watchdog is there for this.
        _ = try await Program.run(["/bin/sleep", "0.5"])
        #expect(ear.count("WATCHDOG=1") == pings)
        #expect(supervisor.isRunning)
        pulse_end_lease(lease)
        _ = try await supervisor.untilReplaced(first)
        try await supervisor.until("pings again") { ear.count("WATCHDOG=1") > pings }
    }

    @Test func `F07 a process that is gone at once is seen exactly once, with its status`() async throws {
        let supervisor = try RunningSupervisor(
            plan: "exit=3", environment: ["PULSE_BACKOFF_BASE": "0", "PULSE_RESTART_LIMIT": "20"])
        defer { supervisor.remove() }
        #expect(try await supervisor.exitCode() == 1)
        #expect(supervisor.logged("started pid") == 21)
        #expect(supervisor.logged("worker.1 warning: exit 3 after") == 21)
    }

    @Test func `F08 a program that is replaced is used from the next start on`() async throws {
        let folder = RunningSupervisor.freshFolder()
        let worker = try Self.copy(in: folder)
        let supervisor = try Self.supervisor(of: worker, in: folder)
        defer { supervisor.remove() }
        let first = try await supervisor.untilReady()
        try "#!/bin/sh\nexec \(RunningSupervisor.misbehavingChild) touch=new ready wait\n".write(
            toFile: worker + ".new", atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: worker + ".new")
        #expect(unsafe rename(worker + ".new", worker) == 0)
        kill(first, SIGKILL)
        _ = try await supervisor.untilReplaced(first)
        #expect(supervisor.file("new") != nil)
    }
}

/// Running a supervisor out of descriptors.
enum Descriptors {
    /// Lowers its limit to what it has open, so that not even an accept succeeds.
    /// - Returns: the limit to set again, and a client that is connected and silent.
    static func exhaust(_ supervisor: RunningSupervisor) async throws -> (limit: UInt64, client: Int32) {
        // The worker's notify socket and the listener: no former client is left who could make room.
        try await supervisor.until("nobody is connected") {
            supervisor.descriptors.count { $0.hasPrefix("socket") } == 2
        }
        let names = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(supervisor.pid)/fd")
        let taken = Set(names.compactMap { Int($0) })
        // The lowest free number is what the next descriptor would get.
        let limit = UInt64((0...).first { !taken.contains($0) } ?? 0)
        let before = try String(contentsOfFile: "/proc/\(supervisor.pid)/limits", encoding: .utf8)
        let line = before.split(separator: "\n").first { $0.hasPrefix("Max open files") } ?? ""
        let soft = UInt64(line.split(separator: " ").dropFirst(3).first ?? "") ?? 1024
        #expect(pulse_set_descriptor_limit(supervisor.pid, limit) == 0)
        return (soft, pulse_unix_socket(1))
    }

    /// Whether a new client learns at once that it is not served: its connection is closed.
    static func isTurnedAway(_ supervisor: RunningSupervisor) -> Bool {
        let end = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(end) }
        var patience = timeval(tv_sec: 2, tv_usec: 0)
        unsafe setsockopt(end, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        guard unsafe pulse_connect_unix(end, supervisor.runtime + "/supervisor.sock") == 0 else { return false }
        var byte: UInt8 = 0
        // 0 = closed; -1 with EAGAIN = nothing happened for two seconds.
        let count = unsafe recv(end, &byte, 1, 0)
        return count == 0 || (count < 0 && errno == ECONNRESET)
    }
}
