import CLinux
import Foundation
import HTTPServing
import Reporting
import Testing

/// The API as a child: its socket is the supervisor's.
@Suite struct `The supervisor and its API` {
    /// Says which process of it answers, once "go" is there.
    private static let api = """
        import time
        listener = socket.socket(fileno=int(os.environ["PULSE_LISTENER_FD"]))
        listener.setblocking(True)
        open(folder + "/api.environ", "w").write("\\n".join(f"{k}={v}" for k, v in os.environ.items()))
        speak('READY=1')
        report = folder + "/report"
        if os.path.exists(report): speak('X_PULSE_REPORT=' + open(report).read())
        while not os.path.exists(folder + "/go"): time.sleep(0.01)
        while True:
            end, _ = listener.accept()
            end.recv(65536)
            end.sendall(b"HTTP/1.1 200 OK\\r\\nContent-Length: 8\\r\\nConnection: close\\r\\n\\r\\n%8d" % os.getpid())
            end.close()
        """

    private static func report(tei: String = "healthy", redis: String = "healthy", enqueued: Int = 0) -> String {
        """
        {"v":1,"worker":"api.1","activity":"serving","services":{"redis":{"state":"\(redis)"},"tei":{"state":"\(tei)"},\
        "qdrant":{"state":"healthy"}},"done":0,"failed":0,"retried":0,"in_flight":0,"current":[],"unlisted":0,"api":\
        {"requests":{"POST /api/index":{"2xx":\(enqueued),"4xx":1},"other":{"4xx":2}},"enqueued":\(enqueued),"held":1,\
        "refused":3}}
        """
    }

    private func asked(_ port: UInt16) async throws -> Int32? {
        let peer = try Peer(port: port)
        await peer.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        return await peer.answer().flatMap { Int32($0.body.filter { $0 != " " }) }
    }

    @Test func `who connects while it is dead is answered by its successor`() async throws {
        let port = try FreePort.find()
        let supervisor = try RunningSupervisor(api: Self.api, environment: ["PULSE_API": "127.0.0.1:\(port)"])
        defer { supervisor.remove() }
        let first = try await supervisor.untilReady("api.1")
        try supervisor.write("go", "")
        #expect(try await asked(port) == first)
        try FileManager.default.removeItem(atPath: supervisor.folder + "/go")
        kill(first, SIGKILL)
        let second = try await supervisor.untilReplaced(first, "api.1")
        async let answered = asked(port)
        try supervisor.write("go", "")
        #expect(try await answered == second)
        supervisor.signal(SIGTERM)
        #expect(try await supervisor.exitCode() == 0)
        #expect(throws: Peer.Refused.self) { try Peer(port: port) }
    }

    @Test func `its secrets are for it alone`() async throws {
        let port = try FreePort.find()
        let supervisor = try RunningSupervisor(
            worker: """
                open(folder + "/worker.environ", "w").write("\\n".join(os.environ))
                open(folder + "/worker.fds", "w").write(" ".join(os.listdir("/proc/self/fd")))
                """ + "\n" + RunningSupervisor.plainWorker, api: Self.api,
            environment: [
                "PULSE_API": "0.0.0.0:\(port)", "PULSE_API_SECRET": String(repeating: "s", count: 32),
                "WEBHOOK_SECRET": "w", "PULSE_LISTENER_FD": "9",
            ])
        defer { supervisor.remove() }
        _ = try await supervisor.untilReady()
        _ = try await supervisor.untilReady("api.1")
        let front = Set((supervisor.file("api.environ") ?? "").split(separator: "\n"))
        #expect(front.isSuperset(of: ["PULSE_LISTENER_FD=5", "WEBHOOK_SECRET=w", "PULSE_API=0.0.0.0:\(port)"]))
        let worker = Set((supervisor.file("worker.environ") ?? "").split(separator: "\n"))
        #expect(worker.contains("PULSE_LOCK_FD"))
        #expect(
            worker.isDisjoint(with: ["PULSE_API", "PULSE_API_SECRET", "WEBHOOK_SECRET", "PULSE_LISTENER_FD"]))
        let descriptors = (supervisor.file("worker.fds") ?? "").split(separator: " ").compactMap { Int($0) }
        // Five of ours, Python's socket to NOTIFY_SOCKET, the file and the folder that it lists.
        #expect((descriptors.max() ?? 0) <= 7, "\(descriptors)")
        for text in ["/status", "/metrics", "/health"] {
            #expect(supervisor.get(text)?.body.contains("ssssssss") == false)
        }
        #expect(!supervisor.log.contains("ssssssss"))
    }

    @Test func `a port that is taken is told before anything runs`() async throws {
        let taken = try TCPListener(host: "127.0.0.1", port: 0)
        let place = "127.0.0.1:\(EchoService.port(of: taken))"
        let supervisor = try RunningSupervisor(plan: "ready wait", environment: ["PULSE_API": place])
        defer { supervisor.remove() }
        #expect(try await supervisor.exitCode() == 78)
        #expect(
            supervisor.log.hasSuffix(
                "pulse-supervisor: PULSE_API=\(place): Address already in use; another process listens there: stop it or "
                    + "choose another port\n"))
        #expect(!supervisor.log.contains("started"))
        withExtendedLifetime(taken) {}
    }

    /// One ends when asked, the other must be killed.
    @Test(arguments: ["", "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"])
    func `a front that outlives its supervisor gives the port to the next one`(deafness: String) async throws {
        let port = try FreePort.find()
        let (api, environment) = ("import signal\n" + deafness + Self.api, ["PULSE_API": "127.0.0.1:\(port)"])
        let first = try RunningSupervisor(api: api, environment: environment)
        defer { first.remove() }
        let front = try await first.untilReady("api.1")
        first.signal(SIGKILL)
        _ = try await first.exitCode()
        #expect(Kernel.lives(front))
        let second = try RunningSupervisor(api: api, environment: environment, in: first.folder)
        defer { second.remove() }
        _ = try await second.untilReady("api.1")
        #expect(!Kernel.lives(front))
        #expect(second.log.contains("the API of an earlier supervisor still has its port; it is asked to stop"))
        #expect(second.log.contains("does not end: SIGKILL") == !deafness.isEmpty)
    }

    @Test func `so does one of more fronts than there are to be`() async throws {
        let port = try FreePort.find()
        let environment = ["PULSE_API": "127.0.0.1:\(port)"]
        let first = try RunningSupervisor(api: Self.api, environment: environment, arguments: ["--scale", "api=2"])
        defer { first.remove() }
        let fronts = [try await first.untilReady("api.1"), try await first.untilReady("api.2")]
        first.signal(SIGKILL)
        _ = try await first.exitCode()
        kill(fronts[0], SIGKILL)
        let second = try RunningSupervisor(api: Self.api, environment: environment, in: first.folder)
        defer { second.remove() }
        _ = try await second.untilReady("api.1")
        #expect(!Kernel.lives(fronts[1]))
    }

    @Test(arguments: [
        (["PULSE_API": "0.0.0.0:1"], "without a secret"), (["PULSE_API": ":1"], "without a secret"),
        (["PULSE_API": "[::]:1", "WEBHOOK_API_SECRET": "0123456789012345678901234567890"], "can be guessed"),
        (["PULSE_API": "localhost:1"], "PULSE_API: 'localhost:1' is not allowed"),
        (["PULSE_API": "192.0.2.1:52100", "PULSE_API_SECRET": String(repeating: "s", count: 32)], "no interface"),
    ])
    func `where it must not or cannot listen is refused`(environment: [String: String], reason: String) async throws {
        let supervisor = try RunningSupervisor(api: Self.api, environment: environment)
        defer { supervisor.remove() }
        #expect(try await supervisor.exitCode() == 78)
        #expect(supervisor.log.contains("PULSE_API") && supervisor.log.contains(reason), "\(supervisor.log)")
    }

    @Test func `alone it is a front: what others work on needs Redis and nothing else`() async throws {
        let port = try FreePort.find()
        let folder = RunningSupervisor.freshFolder()
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Self.report(tei: "unhealthy").write(toFile: folder + "/report", atomically: true, encoding: .utf8)
        let supervisor = try RunningSupervisor(
            api: Self.api,
            environment: ["PULSE_API": "127.0.0.1:\(port)", "PULSE_REPORT_INTERVAL": "1h", "PULSE_WATCHDOG": "2h"],
            in: folder)
        defer { supervisor.remove() }
        let pid = try await supervisor.untilReady("api.1")
        try await supervisor.until("it has reported") { supervisor.get("/readyz")?.status == 200 }
        let document = try #require(try supervisor.document())
        #expect(document.status == .degraded && document.services["tei"]?.state == .unhealthy)
        #expect(document.slots.map(\.slot) == ["api.1"])
        try supervisor.write("report", Self.report(redis: "unhealthy"))
        kill(pid, SIGKILL)
        _ = try await supervisor.untilReplaced(pid, "api.1")
        try await supervisor.until("the outage shows") {
            try supervisor.document()?.services["redis"]?.state == .unhealthy
        }
        #expect(supervisor.get("/readyz")?.status == 503)
    }

    @Test func `what it sees of the services makes nothing worse than the workers say`() async throws {
        let port = try FreePort.find()
        let folder = RunningSupervisor.freshFolder()
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Self.report(tei: "unhealthy", redis: "unhealthy").write(
            toFile: folder + "/report", atomically: true, encoding: .utf8)
        let supervisor = try RunningSupervisor(
            api: Self.api, plan: "ready ping=50 report=serving:0:50 wait",
            environment: ["PULSE_API": "127.0.0.1:\(port)"], in: folder)
        defer { supervisor.remove() }
        try await supervisor.until("both have reported") {
            try supervisor.document()?.slots.filter { $0.report != nil }.count == 2
        }
        #expect(try supervisor.document()?.status == .healthy)
        #expect(supervisor.get("/readyz")?.status == 200)
    }

    @Test func `its counts are metrics, those of all its lives together`() async throws {
        let port = try FreePort.find()
        let folder = RunningSupervisor.freshFolder()
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Self.report(enqueued: 7).write(toFile: folder + "/report", atomically: true, encoding: .utf8)
        let supervisor = try RunningSupervisor(
            api: Self.api, environment: ["PULSE_API": "127.0.0.1:\(port)"], in: folder)
        defer { supervisor.remove() }
        let first = try await supervisor.untilReady("api.1")
        let counter = "pulse_api_requests_total{route=\"POST /api/index\",status=\"2xx\"}"
        try await supervisor.until("it has reported") { supervisor.metric(counter) == 7 }
        kill(first, SIGKILL)
        _ = try await supervisor.untilReplaced(first, "api.1")
        try await supervisor.until("its successor has reported") { supervisor.metric(counter) == 14 }
        #expect(supervisor.metric("pulse_api_jobs_enqueued_total") == 14)
        #expect(supervisor.metric("pulse_api_requests_refused_total") == 6)
        #expect(supervisor.metric("pulse_api_requests_held") == 1, "nobody waits in a dead one")
        #expect(supervisor.metric("pulse_jobs_total{outcome=\"done\"}") == 0)
        try supervisor.write("metrics", try #require(supervisor.get("/metrics")?.body))
        let checked = try await Program.run([
            "/bin/sh", "-c", "\(ToolFolder.path)/promtool check metrics <\(supervisor.folder)/metrics",
        ])
        #expect(checked.status == 0 && checked.text.isEmpty, "\(checked.text)")
        let status = try await Program.run(
            [Program.control.path, "status"], ["PULSE_RUNTIME_DIR": supervisor.runtime, "COLUMNS": "120"])
        #expect(status.text.contains("7 jobs enqueued, 1 held until redis is back, 3 refused"), "\(status.text)")
    }

    @Test func `a reload replaces it for its settings, and says that its place needs a new supervisor`() async throws {
        let port = try FreePort.find()
        let folder = RunningSupervisor.freshFolder()
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        func settings(_ text: String) throws {
            try text.write(toFile: folder + "/env", atomically: true, encoding: .utf8)
        }
        try settings("PULSE_API=127.0.0.1:\(port)\n")
        let supervisor = try RunningSupervisor(
            api: Self.api, plan: "ready wait", arguments: ["--env-file", folder + "/env"], in: folder)
        defer { supervisor.remove() }
        let worker = try await supervisor.untilReady()
        let first = try await supervisor.untilReady("api.1")
        try settings("PULSE_API=127.0.0.1:\(port)\nPULSE_API_RATE=60\n")
        #expect(try await supervisor.ended(supervisor.order("/reload")).state == .done)
        let second = try await supervisor.untilReplaced(first, "api.1")
        #expect(try supervisor.slot("worker.1")?.pid == worker)
        try settings("PULSE_API=127.0.0.1:1\nPULSE_API_RATE=60\n")
        #expect(try await supervisor.ended(supervisor.order("/reload")).state == .done)
        let notes = try #require(try supervisor.document()?.supervisor.notes)
        #expect(notes.contains { $0.contains("PULSE_API changed: a new supervisor is needed") }, "\(notes)")
        #expect(try supervisor.slot("api.1")?.pid == second)
        try settings("PULSE_API=0.0.0.0:\(port)\n")
        #expect(try supervisor.order("/reload").state == .refused)
        #expect(try supervisor.slot("api.1")?.pid == second)
    }

    @Test func `systemd's socket of that name is its place, and needs the secret like any other`() async throws {
        let port = try FreePort.find()
        let launcher = ["/usr/bin/python3", "-c", Self.activation(host: "127.0.0.1", port: port)]
        let supervisor = try RunningSupervisor(api: Self.api, launcher: launcher)
        defer { supervisor.remove() }
        let first = try await supervisor.untilReady("api.1")
        try supervisor.write("go", "")
        #expect(try await asked(port) == first)
        #expect(supervisor.log.contains("the API is served at 127.0.0.1:\(port)"))
        #expect(supervisor.get("/livez")?.status == 200, "the status has a socket of its own")

        let open = ["/usr/bin/python3", "-c", Self.activation(host: "0.0.0.0", port: try FreePort.find())]
        let second = try RunningSupervisor(api: Self.api, launcher: open)
        defer { second.remove() }
        #expect(try await second.exitCode() == 78)
        #expect(second.log.contains("without a secret"), "\(second.log)")

        let two = ["/usr/bin/python3", "-c", Self.activation(host: "127.0.0.1", port: try FreePort.find(), count: 2)]
        let third = try RunningSupervisor(api: Self.api, launcher: two)
        defer { third.remove() }
        #expect(try await third.exitCode() == 78, "the second must not be the status'")
        #expect(third.log.contains("2 sockets named 'api'"), "\(third.log)")
    }

    /// Binds and becomes the command, as systemd does it.
    private static func activation(host: String, port: UInt16, count: Int = 1) -> String {
        """
        import fcntl, os, socket, sys
        listener = fcntl.fcntl(socket.create_server(("\(host)", \(port))), fcntl.F_DUPFD, 10)
        for number in range(3, \(3 + count)): os.dup2(listener, number)
        names = ":".join(["api"] * \(count))
        os.environ |= {"LISTEN_PID": str(os.getpid()), "LISTEN_FDS": "\(count)", "LISTEN_FDNAMES": names}
        os.execv(sys.argv[1], sys.argv[1:])
        """
    }

    @Test func `the real one is killed and replaced under load, and refuses nobody`() async throws {
        let port = try FreePort.find()
        let supervisor = try RunningSupervisor(
            environment: [
                "PULSE_API": "127.0.0.1:\(port)", "PULSE_REDIS_URL": "redis://127.0.0.1:1", "PULSE_RESTART_LIMIT": "0",
            ])
        defer { supervisor.remove() }
        var pid = try await supervisor.untilReady("api.1")
        let load = PollingClients(port: port)
        for _ in 0..<5 {
            let answered = load.answered
            try await supervisor.until("it answers") { load.answered >= answered + 50 }
            kill(pid, SIGKILL)
            pid = try await supervisor.untilReplaced(pid, "api.1")
        }
        let lost = load.lost
        let restarting = try supervisor.order("/restart")
        #expect(try await supervisor.ended(restarting).state == .done)
        let answered = load.answered
        try await supervisor.until("the last one answers") { load.answered >= answered + 50 }
        #expect(load.lost == lost, "who is replaced in peace answers everybody")
        #expect(await load.end() == 0, "connections that were refused")
    }
}
