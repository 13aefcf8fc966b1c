import Foundation
import Reporting
import Testing

/// F32-F46: stops and signals, alone and in crowds.
@Suite struct `Faults: stops and signals` {
    @Test func `F32 TERM: STOPPING=1, one TERM for each, and an end as soon as the last is gone`() async throws {
        let folder = RunningSupervisor.freshFolder()
        let ear = try ManagerEar(in: folder)
        let supervisor = try RunningSupervisor(
            plan: "onterm=asked:0 ready wait", environment: ["PULSE_WORKERS": "4", "NOTIFY_SOCKET": ear.path],
            in: folder)
        defer { supervisor.remove() }
        try await supervisor.untilAllReady(4)
        supervisor.signal(SIGTERM)
        #expect(try await supervisor.exitCode() == 0)
        #expect(supervisor.lines(of: "asked").count == 4)
        #expect(ear.count("STOPPING=1") == 1)
        #expect(!FileManager.default.fileExists(atPath: supervisor.runtime))
    }

    @Test func `F33 who ignores TERM is killed at the deadline, and nobody else waits for it`() async throws {
        let supervisor = try RunningSupervisor(
            plan: "onterm=gone:0 ready wait", plans: ["worker.1": "onterm=asked ready wait"],
            environment: ["PULSE_WORKERS": "3", "PULSE_STOP_TIMEOUT": "2s"])
        defer { supervisor.remove() }
        try await supervisor.untilAllReady(3)
        supervisor.signal(SIGTERM)
        #expect(try await supervisor.exitCode() == 124)
        #expect(supervisor.lines(of: "asked").count == 1)
        let log = supervisor.log.components(separatedBy: "worker.1 warning: does not end: SIGKILL")
        #expect(log.count == 2 && log[0].components(separatedBy: "exit 0 after").count == 3, "\(supervisor.log)")
    }

    @Test func `F34 ten TERMs at once are one`() async throws {
        let supervisor = try RunningSupervisor(plan: "onterm=asked ready wait=go exit=0")
        defer { supervisor.remove() }
        _ = try await supervisor.untilReady()
        for _ in 0..<10 { supervisor.signal(SIGTERM) }
        try await supervisor.untilFile("asked")
        #expect(try supervisor.slot("worker.1")?.state == "draining")
        try supervisor.write("go", "")
        #expect(try await supervisor.exitCode() == 0)
        #expect(supervisor.lines(of: "asked").count == 1)
    }

    @Test(arguments: [SIGTERM, SIGINT]) func `F35 a second one, a second later, ends the patience`(number: Int32)
        async throws
    {
        let supervisor = try RunningSupervisor(plan: "onterm=asked ready wait")
        defer { supervisor.remove() }
        _ = try await supervisor.untilReady()
        supervisor.signal(number)
        try await supervisor.untilFile("asked")
        try await supervisor.until("it ends, long before the 60 s") {
            supervisor.signal(number)
            return !supervisor.isRunning
        }
        #expect(try await supervisor.exitCode() == 124)
    }

    @Test func `F36 Ctrl-C on a terminal reaches the supervisor alone, and each child one TERM`() async throws {
        let folder = RunningSupervisor.freshFolder()
        // script(1) gives it a terminal of its own and passes on what it reads.
        let keyboard = Pipe()
        let supervisor = try RunningSupervisor(
            plan: "onterm=asked:0 ready wait", environment: ["PULSE_WORKERS": "2", "TERM": "dumb"],
            launcher: ["/bin/sh", "-c", "exec script -qefc \"exec $0 $*\" /dev/null"],
            input: keyboard.fileHandleForReading,
            in: folder)
        defer { supervisor.remove() }
        try await supervisor.untilAllReady(2)
        try keyboard.fileHandleForWriting.write(contentsOf: Data([3]))
        let code = try await supervisor.exitCode()
        #expect(code == 0)
        #expect(supervisor.lines(of: "asked").count == 2)
    }

    @Test func `F37 TERM in the middle of the start: no more are started, READY is never said`() async throws {
        let folder = RunningSupervisor.freshFolder()
        let ear = try ManagerEar(in: folder)
        let supervisor = try RunningSupervisor(
            plan: "touch=begun wait=never",
            environment: [
                "PULSE_WORKERS": "8", "PULSE_START_CONCURRENCY": "3", "NOTIFY_SOCKET": ear.path,
                "PULSE_STARTUP": "wait",
            ], in: folder)
        defer { supervisor.remove() }
        try await supervisor.untilFile("begun", lines: 3)
        supervisor.signal(SIGTERM)
        #expect(try await supervisor.exitCode() == 0)
        #expect(supervisor.lines(of: "begun").count == 3)
        #expect(ear.count("READY=1") == 0)
    }

    @Test(arguments: ["/restart", "/scale", "/reload"])
    func `F38 a stop pre-empts whatever is under way`(path: String) async throws {
        let folder = RunningSupervisor.freshFolder()
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try "A=1\n".write(toFile: folder + "/env", atomically: true, encoding: .utf8)
        let supervisor = try RunningSupervisor(
            plan: "onterm=asked ready wait=go exit=0", environment: ["PULSE_WORKERS": "3"],
            arguments: ["--env-file", folder + "/env"], in: folder)
        defer { supervisor.remove() }
        try await supervisor.untilAllReady(3)
        try supervisor.write("env", "A=2\n")
        let operation = try supervisor.order(path, body: path == "/scale" ? "{\"worker\":1}" : "")
        try await supervisor.untilFile("asked")
        supervisor.signal(SIGTERM)
        try await supervisor.until("all are asked") { Set(supervisor.lines(of: "asked")).count == 3 }
        #expect(try await supervisor.ended(operation).state == .stopped)
        try supervisor.write("go", "")
        #expect(try await supervisor.exitCode() == 0)
        #expect(supervisor.logged("started pid") == 3)
    }

    @Test func `F39 HUP during the stop is nothing`() async throws {
        let supervisor = try RunningSupervisor(plan: "onterm=asked ready wait=go exit=0")
        defer { supervisor.remove() }
        _ = try await supervisor.untilReady()
        supervisor.signal(SIGTERM)
        try await supervisor.untilFile("asked")
        for number in [SIGHUP, SIGUSR2, SIGTTIN] { supervisor.signal(number) }
        try await supervisor.untilLogged("SIGUSR2")
        #expect(try supervisor.slot("worker.1")?.state == "draining")
        try supervisor.write("go", "")
        #expect(try await supervisor.exitCode() == 0)
        #expect(supervisor.logged("started pid") == 1)
    }

    @Test func `F42 a parent that ignores SIGCHLD costs no exit status`() async throws {
        let supervisor = try RunningSupervisor(
            plan: "ready wait", plans: ["worker.1.1": "ready wait=go exit=5"],
            launcher: ["/usr/bin/env", "--ignore-signal=CHLD"])
        defer { supervisor.remove() }
        let first = try await supervisor.untilReady()
        try supervisor.write("go", "")
        _ = try await supervisor.untilReplaced(first)
        #expect(try supervisor.slot("worker.1")?.deaths.last?.how == "exit 5")
    }

    @Test func `F43 a parent that blocks signals does not deafen us or our children`() async throws {
        #expect(try await Self.hearsTerm([:]) == 0)
    }

    /// - Returns: the exit code after TERM of a supervisor whose parent had blocked and ignored signals.
    static func hearsTerm(_ environment: [String: String]) async throws -> Int32 {
        let supervisor = try RunningSupervisor(
            plan: "ready wait", environment: ["PULSE_STOP_TIMEOUT": "1s"].merging(environment) { $1 },
            launcher: ["/usr/bin/env", "--block-signal=TERM,INT,HUP,CHLD,USR1,USR2"])
        defer { supervisor.remove() }
        _ = try await supervisor.untilReady()
        supervisor.signal(SIGTERM)
        return try await supervisor.exitCode()
    }

    @Test func `F44 a log that nobody reads any more kills nobody; lost lines are counted`() async throws {
        let pipe = Pipe()
        let supervisor = try RunningSupervisor(plan: "ready wait", errors: pipe.fileHandleForWriting)
        defer { supervisor.remove() }
        try pipe.fileHandleForWriting.close()
        let first = try await supervisor.untilReady()
        try pipe.fileHandleForReading.close()
        kill(first, SIGKILL)
        _ = try await supervisor.untilReplaced(first)
        #expect(supervisor.metric("pulse_log_lines_dropped_total") ?? 0 > 0)
    }

    @Test func `F45 no signal ends us by default; TTIN and TTOU scale, USR2 restarts`() async throws {
        let supervisor = try RunningSupervisor(plan: "ready wait")
        defer { supervisor.remove() }
        let first = try await supervisor.untilReady()
        // Those that mean something to us, that cannot be helped, or that a crash raises.
        let others = [
            SIGHUP, SIGINT, SIGTERM, SIGUSR2, SIGTTIN, SIGTTOU, SIGKILL, SIGSTOP, SIGILL, SIGTRAP, SIGABRT, SIGBUS,
            SIGFPE,
            SIGSEGV, SIGSYS,
        ]
        // 32 and 33 are the C library's own.
        for number in Array(1...31) + Array(34...64) where !others.contains(Int32(number)) {
            supervisor.signal(Int32(number))
        }
        try await supervisor.until("it answers") { supervisor.get("/livez")?.status == 200 }
        #expect(try supervisor.slot("worker.1")?.pid == first)
        supervisor.signal(SIGTTIN)
        try await supervisor.untilAllReady(2)
        supervisor.signal(SIGTTOU)
        try await supervisor.until("one is gone") { try supervisor.document()?.slots.count == 1 }
        // Never to nothing: that is what a stop is for.
        supervisor.signal(SIGTTOU)
        try await supervisor.untilLogged("the workers stay as many as they are")
        let last = try #require(try supervisor.document()?.slots.first)
        supervisor.signal(SIGUSR2)
        _ = try await supervisor.untilReplaced(try #require(last.pid), last.slot)
        #expect(supervisor.isRunning)
    }

    @Test func `F46 a worker that is dead when it is told to stop is no error`() async throws {
        let supervisor = try RunningSupervisor(plan: "ready wait", environment: ["PULSE_WORKERS": "4"])
        defer { supervisor.remove() }
        try await supervisor.untilAllReady(4)
        let pids = try #require(try supervisor.document()).slots.compactMap(\.pid)
        supervisor.signal(SIGSTOP)
        for pid in pids.prefix(2) { kill(pid, SIGKILL) }
        supervisor.signal(SIGTERM)
        supervisor.signal(SIGCONT)
        #expect(try await supervisor.exitCode() == 0)
        #expect(!supervisor.log.contains("error"))
    }
}
