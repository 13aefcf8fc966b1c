import CLinux
import Foundation
import Reporting
import Testing

/// The status for tools that are not ours: Prometheus, curl over TCP, systemd's socket activation.
@Suite struct `The status for every tool` {
    @Test func `promtool finds no fault with the metrics`() async throws {
        let supervisor = try RunningSupervisor(
            plan: "ready report=serving:2 wait", plans: ["worker.2": "ready report=waiting:0 wait"],
            procfile: "web: exec sleep 600\n", environment: ["PULSE_WORKERS": "2"])
        defer { supervisor.remove() }
        let first = try await supervisor.untilReady()
        kill(first, SIGKILL)
        _ = try await supervisor.untilReplaced(first)
        try await supervisor.until("both have reported") {
            try supervisor.document()?.slots.filter { $0.report != nil }.count == 2
        }
        let metrics = try #require(supervisor.get("/metrics")?.body)
        try supervisor.write("metrics", metrics)
        let checked = try await Program.run([
            "/bin/sh", "-c", "\(ToolFolder.path)/promtool check metrics <\(supervisor.folder)/metrics",
        ])
        #expect(checked.status == 0 && checked.text.isEmpty, "\(checked.text)")
        #expect(supervisor.metric("pulse_restarts_total{program=\"worker\",cause=\"signal\"}") == 1)
        #expect(supervisor.metric("pulse_processes{program=\"worker\",state=\"ready\"}") == 2)
        #expect(supervisor.metric("pulse_processes_wanted{program=\"web\"}") == 1)
        #expect(supervisor.metric("pulse_jobs_in_flight") == 2)
        #expect(supervisor.metric("pulse_recovery_seconds_count") == 1)
        #expect(supervisor.metric("pulse_service_state{service=\"qdrant\",state=\"unhealthy\"}") == 1)
        #expect(metrics.contains("pulse_slot_watchdog_age_seconds{slot=\"worker.1\"}"))
    }

    @Test func `on TCP it can be read and nothing else`() async throws {
        let port = try FreePort.find()
        let supervisor = try RunningSupervisor(
            plan: "say=STATUS=about_a_document print=a_secret report=serving:1 ready wait=go exit=1",
            environment: [
                "PULSE_LISTEN": "127.0.0.1:\(port)", "PULSE_BACKOFF_BASE": "8000h", "PULSE_BACKOFF_CAP": "8000h",
            ])
        defer { supervisor.remove() }
        let worker = try await supervisor.untilReady()
        let curl = ["/usr/bin/curl", "-sS", "-w", " %{http_code}"]
        let base = "http://127.0.0.1:\(port)"
        for path in ["livez", "health", "status", "metrics"] {
            let answer = try await Program.run(curl + ["\(base)/\(path)"])
            #expect(answer.text.hasSuffix(" 200"), "\(path): \(answer.text.suffix(200))")
        }
        for arguments in [
            ["-X", "POST", "\(base)/restart"], ["\(base)/logs"], ["\(base)/events"], ["-X", "POST", "\(base)/stop"],
        ] {
            let answer = try await Program.run(curl + arguments)
            #expect(answer.text.hasSuffix(" 403"), "\(answer.text)")
        }
        #expect(try supervisor.slot("worker.1")?.pid == worker)
        try supervisor.write("go", "")
        try await supervisor.untilState("backoff")
        #expect(supervisor.get("/status")?.body.contains("a_secret") == true)
        let told = try await Program.run(curl + ["\(base)/status"])
        #expect(!told.text.contains("a_secret") && !told.text.contains("about_a_document"))
        let second = try RunningSupervisor(plan: "ready wait", environment: ["PULSE_LISTEN": "127.0.0.1:\(port)"])
        defer { second.remove() }
        #expect(try await second.exitCode() == 78)
        #expect(second.log.contains("PULSE_LISTEN=127.0.0.1:\(port): Address already in use; another process listens"))
    }

    @Test(
        .enabled(
            if: FileManager.default.fileExists(atPath: "/usr/bin/systemd-socket-activate"),
            "needs systemd-socket-activate"))
    func `a socket that was opened for us is used, and stays`() async throws {
        let folder = RunningSupervisor.freshFolder()
        try FileManager.default.createDirectory(atPath: folder + "/run", withIntermediateDirectories: true)
        let path = folder + "/run/supervisor.sock"
        let keep = ["PULSE_RUNTIME_DIR", "TEST_FOLDER", "PULSE_WORKERS", "PULSE_WATCHDOG", "PATH"].flatMap {
            ["-E", $0]
        }
        let supervisor = try RunningSupervisor(
            plan: "ready wait", launcher: ["/usr/bin/systemd-socket-activate", "--listen", path] + keep, in: folder)
        defer { supervisor.remove() }
        // The first question starts it, and is answered.
        try await supervisor.until("it listens") { FileManager.default.fileExists(atPath: path) }
        try await supervisor.until("it answers") { supervisor.get("/livez")?.status == 200 }
        _ = try await supervisor.untilReady()
        #expect(try supervisor.order("/restart").kind == "restart")
        // It must not ask the socket once nobody is behind it: that would start the next.
        let stop = try await Program.run(
            [Program.control.path, "stop"], ["PULSE_RUNTIME_DIR": folder + "/run"])
        #expect(stop.status == 0 && stop.text.hasSuffix("stopped\n"), "\(stop.text)")
        #expect(try await supervisor.exitCode() == 0)
        #expect(FileManager.default.fileExists(atPath: path), "it is not ours to remove")
    }

    @Test func `a worker that is old enough is replaced, and that is no crash`() async throws {
        let supervisor = try RunningSupervisor(
            plan: "ready ping=100 wait", environment: ["PULSE_WORKERS": "2", "PULSE_MAX_LIFETIME": "1s"])
        defer { supervisor.remove() }
        let recycled = "pulse_restarts_total{program=\"worker\",cause=\"lifetime\"}"
        try await supervisor.until("three are recycled") { supervisor.metric(recycled) ?? 0 >= 3 }
        #expect(try supervisor.document()?.slots.allSatisfy { $0.restarts == 0 && $0.deaths.isEmpty } == true)
        #expect(supervisor.log.contains("to be replaced (lifetime)"))
    }

    @Test func `a worker that has grown too large is replaced`() async throws {
        let supervisor = try RunningSupervisor(
            plan: "ready report=serving:0:50 wait", plans: ["worker.1.1": "ready report=serving:0:50 allocate=64 wait"],
            environment: ["PULSE_MAX_MEMORY": "40M", "PULSE_BACKOFF_HEALTHY": "100ms"])
        defer { supervisor.remove() }
        let replaced = "pulse_restarts_total{program=\"worker\",cause=\"memory\"}"
        try await supervisor.until("it is replaced") { supervisor.metric(replaced) == 1 }
        _ = try await supervisor.untilReady()
    }
}
