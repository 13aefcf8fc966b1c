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

    @Test func `silent clients do not lock out the next one`() async throws {
        let supervisor = try RunningSupervisor(worker: RunningSupervisor.plainWorker)
        defer { supervisor.remove() }
        _ = try await supervisor.untilReady()
        var idle: [Int32] = []
        for _ in 0..<60 {
            let end = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
            #expect(unsafe pulse_connect_unix(end, supervisor.runtime + "/supervisor.sock") == 0)
            idle.append(end)
        }
        defer { for end in idle { close(end) } }
        #expect(supervisor.get("/livez")?.status == 200)
    }

    @Test func `systemd hears READY once, STOPPING, and pings`() async throws {
        let folder = "/tmp/pst-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let ear = pulse_unix_socket(2)
        defer { close(ear) }
        #expect(unsafe pulse_bind_unix(ear, folder + "/manager") == 0)
        let supervisor = try RunningSupervisor(
            worker: RunningSupervisor.plainWorker,
            environment: ["NOTIFY_SOCKET": folder + "/manager", "WATCHDOG_USEC": "100000"], in: folder)
        defer { supervisor.remove() }
        var heard: [String] = []
        func listen() {
            var bytes = [UInt8](repeating: 0, count: 4096)
            while case let count = unsafe recv(ear, &bytes, bytes.count, 0), count > 0 {
                heard += String(decoding: bytes[..<count], as: UTF8.self).split(separator: "\n").map(String.init)
            }
        }
        let first = try await supervisor.untilReady()
        kill(first, SIGKILL)
        try await supervisor.until("a second one") {
            let slot = try supervisor.slot("worker.1")
            return slot?.state == "ready" && slot?.pid != first
        }
        try await supervisor.until("pings") {
            listen()
            return heard.count { $0 == "WATCHDOG=1" } >= 3
        }
        supervisor.signal(SIGTERM)
        #expect(try await supervisor.exitCode() == 0)
        listen()
        #expect(heard.count { $0 == "READY=1" } == 1)
        #expect(heard.count { $0 == "STOPPING=1" } == 1)
        let ready = try #require(heard.firstIndex(of: "READY=1"))
        #expect(heard[..<ready].contains { $0.hasPrefix("EXTEND_TIMEOUT_USEC=") })
        #expect(heard.contains { $0.hasPrefix("STATUS=") })
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
