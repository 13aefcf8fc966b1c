import CLinux
import Foundation
import Reporting
import Testing

@Suite struct `The supervisor to its surroundings` {
    @Test func `health, readiness and errors over the socket`() async throws {
        let supervisor = try RunningSupervisor(
            worker: """
                speak('READY=1')
                while True:
                    up = '"unhealthy","reason":"connection refused (http://h:1)"' if os.path.exists(folder + "/down") else '"healthy"'
                    speak('X_PULSE_REPORT={"v":1,"worker":"w","activity":"serving","services":{"redis":{"state":"healthy"},'
                          '"tei":{"state":"healthy"},"qdrant":{"state":%s}},"done":0,"failed":0,'
                          '"retried":0,"in_flight":0,"current":[],"unlisted":0}' % up)
                    time.sleep(0.05)
                """)
        defer { supervisor.remove() }
        try await supervisor.until("all is well") { supervisor.get("/readyz")?.status == 200 }
        let health = try #require(supervisor.get("/health"))
        #expect(health.status == 200)
        let document = try #require(
            try JSONSerialization.jsonObject(with: Data(health.body.utf8)) as? [String: Any])
        #expect(document["status"] as? String == "healthy")
        #expect((document["summary"] as? String)?.hasPrefix("healthy: ") == true)
        #expect(
            document["services"] as? [String: String] == ["redis": "healthy", "tei": "healthy", "qdrant": "healthy"])
        #expect((document["workers"] as? [String: Int])?["ready"] == 1)
        #expect(document["timestamp"] is Double)
        #expect(Set(document.keys) == ["status", "summary", "services", "workers", "timestamp"])
        #expect(supervisor.get("/livez")?.status == 200)
        let unknown = supervisor.get("/nope")
        #expect(unknown?.status == 404)
        #expect(unknown?.body.hasPrefix("{\"error\":\"") == true)
        #expect(supervisor.get("/health", method: "POST", body: "x")?.status == 405)
        #expect(supervisor.get("/health", method: "POST", body: String(repeating: "x", count: 100_000))?.status == 413)

        _ = FileManager.default.createFile(atPath: supervisor.folder + "/down", contents: nil)
        try await supervisor.until("the outage shows") { supervisor.get("/readyz")?.status == 503 }
        #expect(supervisor.get("/readyz")?.body.contains("qdrant connection refused (http://h:1)") == true)
        #expect(supervisor.get("/health")?.status == 200)
        let mode = try FileManager.default.attributesOfItem(atPath: supervisor.runtime + "/supervisor.sock")
        #expect(mode[.posixPermissions] as? Int == 0o660)
    }

    @Test func `a worker that is silent, one that disagrees and one that is frozen: unknown is never healthy`()
        async throws
    {
        let report = "ready ping=50 report=serving:0:50 wait=stop report=serving ping=0 wait"
        let supervisor = try RunningSupervisor(
            plan: report,
            plans: ["worker.2": "ready ping=50 report=serving:0:50 wait=disagree report=waiting:0:50 wait"],
            environment: ["PULSE_WORKERS": "3", "PULSE_START_CONCURRENCY": "3", "PULSE_REPORT_INTERVAL": "200ms"])
        defer { supervisor.remove() }
        try await supervisor.until("all is well") { supervisor.get("/readyz")?.status == 200 }

        try supervisor.write("disagree", "")
        try await supervisor.until("the worst wins, and how many say so") {
            let qdrant = try supervisor.document()?.services["qdrant"]
            return qdrant?.state == .unhealthy && qdrant?.reporters == "1/3 workers"
        }
        #expect(try supervisor.document()?.services["redis"]?.state == .healthy)

        let frozen = try #require(try supervisor.slot("worker.1")?.pid)
        kill(frozen, SIGSTOP)
        try await supervisor.until("a frozen one is unknown") {
            let redis = try supervisor.document()?.services["redis"]
            return redis?.state == .unknown && redis?.reporters == "1/3 workers"
        }
        #expect(supervisor.get("/readyz")?.status == 503)
        #expect(try supervisor.document()?.status == .degraded)
        kill(frozen, SIGCONT)
        try await supervisor.until("it is heard again") {
            try supervisor.document()?.services["redis"]?.state == .healthy
        }

        try supervisor.write("stop", "")
        try await supervisor.until("who only stopped talking is unknown too") {
            let redis = try supervisor.document()?.services["redis"]
            return redis?.state == .unknown && redis?.reporters == "2/3 workers"
        }
        #expect(supervisor.get("/health")?.body.contains("redis no recent report [2/3 workers]") == true)
    }

    @Test func `Procfile programs run beside the workers and outlive them`() async throws {
        let supervisor = try RunningSupervisor(
            worker: """
                def leave(*_):
                    open(folder + "/order", "a").write("worker ")
                    sys.exit(0)
                signal.signal(signal.SIGTERM, leave)
                speak('READY=1')
                while True: signal.pause()
                """,
            procfile: """
                # a plain command, and one that keeps its shell
                plain: python3 -c "import time; time.sleep(600)"
                shell: trap 'echo -n "shell " >> $TEST_FOLDER/order; exit 0' TERM; while :; do sleep 600 & wait; done
                """, arguments: ["--scale", "plain=2"])
        defer { supervisor.remove() }
        try await supervisor.until("everything is ready") {
            try supervisor.document()?.slots.allSatisfy { $0.state == "ready" } ?? false
        }
        let slots = try #require(try supervisor.document()?.slots)
        #expect(slots.map(\.slot) == ["worker.1", "plain.1", "plain.2", "shell.1"])
        // The shell replaced itself: what we hold is the program.
        let plain = try #require(slots[1].pid)
        #expect(try String(contentsOfFile: "/proc/\(plain)/comm", encoding: .utf8) == "python3\n")
        supervisor.signal(SIGTERM)
        #expect(try await supervisor.exitCode() == 0)
        #expect(supervisor.file("order") == "worker shell ")
    }

    @Test func `what a leader leaves behind in its group is told to stop as well`() async throws {
        let supervisor = try RunningSupervisor(
            procfile: """
                web: python3 -c "import os, time; r = os.fork() and __import__('signal').signal(15, lambda *_: os._exit(0)); time.sleep(600)"
                """)
        defer { supervisor.remove() }
        _ = try await supervisor.untilReady("web.1")
        supervisor.signal(SIGTERM)
        // Else the forked one sits out the 60 s and is killed: 124.
        #expect(try await supervisor.exitCode() == 0)
    }

    @Test func `a Procfile command that does not exist is a configuration error`() async throws {
        let supervisor = try RunningSupervisor(procfile: "web: /nowhere/program --port 1\n")
        defer { supervisor.remove() }
        #expect(try await supervisor.exitCode() == 78)
        #expect(supervisor.log.contains("web.1 cannot run: "))
    }

    @Test func `a slot that a survivor holds is not filled before it is gone`() async throws {
        let worker = """
            lifeline = os.environ["PULSE_LIFELINE_FD"]
            def farewell(*_):
                open(folder + "/left-%d" % os.getpid(), "w").close()
                os._exit(0)
            signal.signal(signal.SIGTERM, farewell)
            for other in os.listdir(folder):
                if other.startswith("here-") and not os.path.exists(folder + "/left-" + other[5:]):
                    open(folder + "/DOUBLE", "w").close()
            open(folder + "/here-%d" % os.getpid(), "w").close()
            speak('READY=1')
            while True: signal.pause()
            """
        let first = try RunningSupervisor(worker: worker)
        defer { first.remove() }
        let survivor = try await first.untilReady()
        first.signal(SIGKILL)
        try await first.until("it is dead") { !first.isRunning }
        #expect(kill(survivor, 0) == 0)
        let second = try RunningSupervisor(worker: worker, in: first.folder)
        defer { second.remove() }
        let successor = try await second.untilReady()
        #expect(successor != survivor)
        #expect(second.file("left-\(survivor)") != nil, "the survivor was asked to leave, and had left")
        #expect(second.file("DOUBLE") == nil)
        second.signal(SIGTERM)
        #expect(try await second.exitCode() == 0)
    }
}
