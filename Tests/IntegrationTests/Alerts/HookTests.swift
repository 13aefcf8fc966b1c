import Foundation
import Glibc
import Reporting
import Testing

/// PULSE_ON_HEALTH_CHANGE: a command that hears of a change of health.
@Suite struct `A hook for changes of health` {
    private static let note = "echo $PULSE_PREVIOUS_HEALTH-$PULSE_HEALTH >> $TEST_FOLDER/told"

    @Test func `is told of each change once, with the status that anybody may see`() async throws {
        let supervisor = try RunningSupervisor.alerting(
            hook: "cat > $TEST_FOLDER/document; env > $TEST_FOLDER/environment; echo heard; \(Self.note)",
            environment: [
                "PULSE_QDRANT_API_KEY": "s3cret-key", "PULSE_REDIS_URL": "redis://:s3cret-word@127.0.0.1:6379",
                "PULSE_ALERT_WEBHOOK": "http://127.0.0.1:1/s3cret-path", "OWN": "kept",
            ])
        defer { supervisor.remove() }
        let worker = try await supervisor.untilReady()
        #expect(supervisor.lines(of: "told").isEmpty)
        try await supervisor.become(.degraded)
        try await supervisor.untilFile("told")
        let document = try JSONDecoder().decode(
            StatusDocument.self, from: Data(try #require(supervisor.file("document")).utf8))
        #expect(document.status == .degraded)
        #expect(document.services["qdrant"]?.remedy == "start it")
        #expect(supervisor.get("/status")?.body.contains("about_a_document") == true)
        #expect(supervisor.file("document")?.contains("about_a_document") == false)
        let variables = try #require(supervisor.file("environment"))
        #expect(variables.contains("PULSE_HEALTH_REASON=degraded: qdrant connection refused"))
        #expect(variables.contains("PULSE_RUNTIME_DIR=\(supervisor.runtime)\n") && variables.contains("OWN=kept\n"))
        #expect(!variables.contains("s3cret"), "\(variables)")
        try await supervisor.untilLogged("on-health-change: heard")
        try await supervisor.become(.healthy)
        try await supervisor.untilFile("told", lines: 2)
        try await supervisor.until("both are counted") { supervisor.alerts("hook", "told") == 2 }
        #expect(supervisor.lines(of: "told") == ["healthy-degraded", "degraded-healthy"])
        let ofWorker = FileManager.default.contents(atPath: "/proc/\(worker)/environ") ?? Data()
        let inherited = String(decoding: ofWorker, as: UTF8.self)
        #expect(inherited.contains("s3cret-key") && !inherited.contains("s3cret-path"))
        #expect(!inherited.contains("PULSE_ON_HEALTH_CHANGE"))
    }

    @Test func `hears nothing of what passes`() async throws {
        let supervisor = try RunningSupervisor.alerting(hook: Self.note, times: "600000,100,60000,2000")
        defer { supervisor.remove() }
        _ = try await supervisor.untilReady()
        for _ in 0..<3 {
            try await supervisor.become(.degraded)
            try await supervisor.become(.healthy)
        }
        supervisor.signal(SIGTERM)
        #expect(try await supervisor.exitCode() == 0)
        #expect(supervisor.lines(of: "told").isEmpty && supervisor.logged("on-health-change") == 0)
    }

    @Test func `runs alone, and then hears the newest`() async throws {
        let supervisor = try RunningSupervisor.alerting(
            hook: "\(Self.note); while [ ! -e $TEST_FOLDER/go ]; do sleep 0.02; done")
        defer { supervisor.remove() }
        _ = try await supervisor.untilReady()
        try await supervisor.become(.degraded)
        try await supervisor.untilFile("told")
        for _ in 0..<2 {
            try await supervisor.become(.healthy)
            try await supervisor.become(.degraded)
        }
        try await supervisor.become(.healthy)
        #expect(supervisor.lines(of: "told").count == 1)
        try supervisor.write("go", "")
        try await supervisor.untilFile("told", lines: 2)
        try await supervisor.until("both are counted") { supervisor.alerts("hook", "told") == 2 }
        #expect(supervisor.lines(of: "told") == ["healthy-degraded", "degraded-healthy"])
    }

    @Test func `is ended when its time is up, with whoever it has started`() async throws {
        let family = """
            trap '' TERM; echo $$ >> $TEST_FOLDER/family
            sh -c 'trap "" TERM; echo $$ >> $TEST_FOLDER/family; sleep 600; true' &
            setsid sh -c 'echo $$ >> $TEST_FOLDER/family; sleep 600; true' &
            while :; do sleep 1; done
            """
        let supervisor = try RunningSupervisor.alerting(
            hook: "if [ $PULSE_HEALTH = healthy ]; then \(Self.note); exit; fi\n\(family)", times: "100,200,1500,200")
        defer { supervisor.remove() }
        _ = try await supervisor.untilReady()
        try await supervisor.become(.degraded)
        try await supervisor.untilFile("family", lines: 3)
        let pids = supervisor.lines(of: "family").compactMap { Int32($0) }
        try await supervisor.untilLogged("on-health-change error: not done within 1.5 s, and ended")
        try await supervisor.until("the family is gone") { !pids.contains(where: Kernel.lives) }
        #expect(supervisor.alerts("hook", "timed_out") == 1)
        // The next change is told all the same.
        try await supervisor.become(.healthy)
        try await supervisor.untilFile("told")
        #expect(supervisor.lines(of: "told") == ["degraded-healthy"])
    }

    @Test func `leaves nobody behind when it ends by itself`() async throws {
        let hook = """
            setsid sh -c 'echo $$ >> $TEST_FOLDER/family; sleep 600; true' &
            while [ ! -s $TEST_FOLDER/family ]; do sleep 0.02; done
            """
        let supervisor = try RunningSupervisor.alerting(hook: hook)
        defer { supervisor.remove() }
        _ = try await supervisor.untilReady()
        try await supervisor.become(.degraded)
        try await supervisor.until("it is done") { supervisor.alerts("hook", "told") == 1 }
        let pids = supervisor.lines(of: "family").compactMap { Int32($0) }
        try await supervisor.until("its daemon is gone") { pids.count == 1 && !pids.contains(where: Kernel.lives) }
    }

    @Test func `delays no stop, and nobody of it stays`() async throws {
        let hook = """
            trap '' TERM; echo $$ >> $TEST_FOLDER/family
            setsid sh -c 'trap "" TERM; echo $$ >> $TEST_FOLDER/family; sleep 600; true' &
            while :; do sleep 1; done
            """
        let supervisor = try RunningSupervisor.alerting(hook: hook, times: "100,200,600000,600000")
        defer { supervisor.remove() }
        _ = try await supervisor.untilReady()
        try await supervisor.become(.degraded)
        try await supervisor.untilFile("family", lines: 2)
        let pids = supervisor.lines(of: "family").compactMap { Int32($0) }
        supervisor.signal(SIGTERM)
        #expect(try await supervisor.exitCode() == 0)
        #expect(!pids.contains(where: Kernel.lives))
    }

    @Test(arguments: [
        ("echo why >&2; exit 3", "exit 3 (why): that health is degraded may have reached nobody; try it by hand"),
        ("no-such-command", "the shell cannot run it"),
        ("kill -9 $$", "killed by SIGKILL"),
    ])
    func `that fails is named in the log, and in the events`(hook: String, line: String) async throws {
        let supervisor = try RunningSupervisor.alerting(hook: hook)
        defer { supervisor.remove() }
        _ = try await supervisor.untilReady()
        try await supervisor.become(.degraded)
        try await supervisor.untilLogged(line)
        #expect(supervisor.alerts("hook", "failed") == 1)
        #expect(supervisor.isRunning)
    }

    @Test func `that talks without end is not written down`() async throws {
        let supervisor = try RunningSupervisor.alerting(
            hook: "i=0; while [ $i -lt 500 ]; do echo word; i=$((i+1)); done")
        defer { supervisor.remove() }
        _ = try await supervisor.untilReady()
        try await supervisor.become(.degraded)
        try await supervisor.untilLogged("400 more lines are not shown")
        #expect(supervisor.logged("on-health-change: word") == 100)
    }

    @Test func `comes with a reload, and hears how things stand; no worker is replaced for it`() async throws {
        let folder = RunningSupervisor.freshFolder()
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try "".write(toFile: folder + "/settings", atomically: true, encoding: .utf8)
        let supervisor = try RunningSupervisor.alerting(arguments: ["--env-file", folder + "/settings"], in: folder)
        defer { supervisor.remove() }
        let worker = try await supervisor.untilReady()
        try await supervisor.become(.degraded)
        try supervisor.write("settings", "PULSE_ON_HEALTH_CHANGE=\(Self.note)\n")
        #expect(try await supervisor.ended(try supervisor.order("/reload")).state == .done)
        try await supervisor.untilFile("told")
        try supervisor.write("settings", "")
        #expect(try await supervisor.ended(try supervisor.order("/reload")).state == .done)
        try await supervisor.become(.healthy)
        try supervisor.write("settings", "PULSE_ON_HEALTH_CHANGE='echo now-$PULSE_HEALTH >> $TEST_FOLDER/told'\n")
        #expect(try await supervisor.ended(try supervisor.order("/reload")).state == .done)
        try await supervisor.become(.degraded)
        try await supervisor.untilFile("told", lines: 2)
        #expect(supervisor.lines(of: "told") == ["healthy-degraded", "now-degraded"])
        #expect(try supervisor.slot("worker.1")?.pid == worker)
    }
}
