import CLinux
import Foundation
import Reporting
import Testing

/// F71-F77: clients of the status socket that misbehave, and orders that cross.
@Suite struct `Faults: the status socket` {
    private static func connect(_ supervisor: RunningSupervisor) throws -> Int32 {
        let end = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var patience = timeval(tv_sec: 20, tv_usec: 0)
        unsafe setsockopt(end, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        unsafe setsockopt(end, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        #expect(unsafe pulse_connect_unix(end, supervisor.runtime + "/supervisor.sock") == 0)
        return end
    }

    private static func send(_ text: String, to end: Int32) -> Int {
        let bytes = Array(text.utf8)
        return unsafe Glibc.send(end, bytes, bytes.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
    }

    @Test func `F71 silent, dribbling and endless clients: each has its bound, and nobody else notices`() async throws {
        let supervisor = try RunningSupervisor(plan: "ready wait")
        defer { supervisor.remove() }
        _ = try await supervisor.untilReady()
        var idle: [Int32] = []
        for _ in 0..<80 { idle.append(try Self.connect(supervisor)) }
        defer { for end in idle { close(end) } }
        let dribbler = try Self.connect(supervisor)
        defer { close(dribbler) }
        let flooder = try Self.connect(supervisor)
        defer { close(flooder) }
        let line = String(repeating: "x", count: 64 * 1024)
        var isCutOff = false
        for letter in "GET /status HTTP/1.1\r\nX: " {
            _ = Self.send(String(letter), to: dribbler)
            // 4 MB of one header line, if anybody took them.
            let sent = Self.send(letter == "G" ? "GET /" : line, to: flooder)
            if sent < 0, errno == EPIPE || errno == ECONNRESET { isCutOff = true }
            #expect(supervisor.get("/livez")?.status == 200)
        }
        try await supervisor.until("the endless line is cut off") {
            if Self.send(line, to: flooder) < 0, errno == EPIPE || errno == ECONNRESET { isCutOff = true }
            return isCutOff
        }
        // However busily it dribbles, ten seconds are all it has.
        try await supervisor.until("the dribbler is cut off") {
            Self.send("x", to: dribbler) < 0 && (errno == EPIPE || errno == ECONNRESET)
        }
        #expect(supervisor.get("/livez")?.status == 200)
        let resident = Int(Kernel.stat(supervisor.pid).dropFirst(21).first ?? "") ?? 0
        #expect(Sanitizer.isOn || resident * 4096 < 60 << 20, "debug build, but still bounded")
    }

    @Test func `F72 a client that vanishes in the middle of an answer is no error`() async throws {
        let supervisor = try RunningSupervisor(
            plan: "ready wait", environment: ["PULSE_WORKERS": "64", "PULSE_START_CONCURRENCY": "8"])
        defer { supervisor.remove() }
        try await supervisor.untilAllReady(64)
        for _ in 0..<200 {
            let end = try Self.connect(supervisor)
            _ = Self.send("GET /status HTTP/1.1\r\nHost: x\r\n\r\n", to: end)
            close(end)
        }
        #expect(supervisor.get("/livez")?.status == 200)
        #expect(supervisor.isRunning)
    }

    @Test(.enabled(if: geteuid() == 0, "needs root to become somebody else"))
    func `F73 who may read may not change anything`() async throws {
        let supervisor = try RunningSupervisor(plan: "ready wait")
        defer { supervisor.remove() }
        let worker = try await supervisor.untilReady()
        // Of our group, so that the socket lets it in; nobody, so that its orders are not obeyed.
        unsafe chmod(supervisor.folder, 0o755)
        unsafe chmod(supervisor.runtime, 0o755)
        let nobody = [
            "/usr/bin/setpriv", "--reuid=65534", "--regid=0", "--clear-groups", "/usr/bin/curl", "-sS", "-w",
            " %{http_code}",
        ]
        let socket = ["--unix-socket", supervisor.runtime + "/supervisor.sock"]
        let read = try await Program.run(nobody + socket + ["http://pulse/livez"])
        #expect(read.text == "ok\n 200")
        for path in ["restart", "reload", "stop", "workers/worker.1/restart"] {
            let refused = try await Program.run(nobody + socket + ["-X", "POST", "http://pulse/\(path)"])
            #expect(refused.text.hasSuffix(" 403"), "\(refused.text)")
            #expect(refused.text.contains("only root and the supervisor's own user may change anything"))
        }
        #expect(try supervisor.slot("worker.1")?.pid == worker)
        // Without the group not even a question.
        let stranger = try await Program.run(
            ["/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "/usr/bin/curl", "-sS"] + socket
                + ["http://pulse/livez"])
        #expect(stranger.status != 0)
    }

    @Test(arguments: [
        ("/nope", "GET", "", 404), ("/nope", "POST", "", 404), ("/status", "DELETE", "", 405),
        ("/status", "POST", "", 405),
        ("/restart", "GET", "", 405), ("/scale", "POST", "", 400), ("/scale", "POST", "{\"worker\":\"many\"}", 400),
        ("/scale", "POST", "{\"worker\":-1}", 400), ("/scale", "POST", "{\"worker\":257}", 400),
        ("/scale", "POST", "{\"web\":1}", 404), ("/scale", "POST", "{\"worker\":1,\"web\":2}", 404),
        ("/scale", "POST", "[[[[[[", 400), ("/scale", "POST", "{\"worker\":1}\u{0}\u{0}", 400),
        ("/workers/worker.9/restart", "POST", "", 404), ("/workers//restart", "POST", "", 404),
        ("/workers/worker.1", "POST", "", 404), ("/operations/99", "GET", "", 404), ("/operations/x", "GET", "", 404),
        ("/logs?lines=many", "GET", "", 400), ("/logs?slot=nobody", "GET", "", 404),
    ])
    func `F74 what makes no sense gets a clear no`(path: String, method: String, body: String, status: Int) async throws
    {
        let supervisor = try RunningSupervisor(plan: "ready wait")
        defer { supervisor.remove() }
        let worker = try await supervisor.untilReady()
        let answer = try #require(supervisor.get(path, method: method, body: body))
        #expect(answer.status == status, "\(answer.body)")
        let error = try JSONDecoder().decode([String: String].self, from: Data(answer.body.utf8))
        #expect(error["error"]?.isEmpty == false)
        #expect(try supervisor.slot("worker.1")?.pid == worker)
    }

    @Test func `F74 two thousand spoilt requests, and the next one is answered`() async throws {
        let supervisor = try RunningSupervisor(plan: "ready wait")
        defer { supervisor.remove() }
        let worker = try await supervisor.untilReady()
        var random = SystemRandomNumberGenerator()
        let sound =
            "POST /scale?lines=5&slot=worker.1 HTTP/1.1\r\nHost: pulse\r\nContent-Length: 12\r\n\r\n{\"worker\":1}"
        for _ in 0..<2_000 {
            var bytes = Array(sound.utf8)
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let at = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[at] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.remove(at: at)
                case 2: bytes.insert(contentsOf: bytes[at...].prefix(20), at: at)
                default: bytes.removeSubrange(at...)
                }
                if bytes.isEmpty { break }
            }
            let end = try Self.connect(supervisor)
            _ = unsafe Glibc.send(end, bytes, bytes.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
            close(end)
        }
        #expect(supervisor.get("/livez")?.status == 200)
        #expect(try supervisor.slot("worker.1")?.pid == worker)
    }

    @Test func `F75 orders that cross: each gets a definite answer, the last one counts`() async throws {
        let supervisor = try RunningSupervisor(plan: "onterm=asked ready wait=go exit=0")
        defer { supervisor.remove() }
        _ = try await supervisor.untilReady()
        let up = try supervisor.order("/scale", body: "{\"worker\":3}")
        #expect(try await supervisor.ended(up).state == .done)
        let first = try supervisor.order("/restart")
        let second = try supervisor.order("/restart")
        let down = try supervisor.order("/scale", body: "{\"worker\":1}")
        let last = try supervisor.order("/scale", body: "{\"worker\":2}")
        #expect(try await supervisor.ended(down).state == .superseded)
        try supervisor.write("go", "")
        // From here on everybody obeys at once.
        try supervisor.write("plan", "ready wait")
        #expect(try await supervisor.ended(first).state == .done)
        #expect(try await supervisor.ended(second).state == .done)
        #expect(try await supervisor.ended(last).state == .done)
        try await supervisor.until("two are left") {
            let slots = try supervisor.document()?.slots ?? []
            return slots.count == 2 && slots.allSatisfy { $0.state == "ready" }
        }
        let third = try supervisor.order("/stop")
        #expect(third.kind == "stop")
        #expect(try await supervisor.exitCode() == 0)
    }

    @Test func `F76 the folder itself is made again, and nobody takes its loss for a wrong command`() async throws {
        let supervisor = try RunningSupervisor(plan: "ready wait=go report=serving wait")
        defer { supervisor.remove() }
        let first = try await supervisor.untilReady()
        // File by file, while the supervisor makes them again: it may take more than one attempt.
        try await supervisor.until("the folder has gone") {
            (try? FileManager.default.removeItem(atPath: supervisor.runtime)) != nil
        }
        try await supervisor.untilLogged("was removed; made again")
        try await supervisor.until("it answers") { supervisor.get("/livez")?.status == 200 }
        kill(first, SIGKILL)
        _ = try await supervisor.untilReplaced(first)
        try supervisor.write("go", "")
        try await supervisor.until("it is heard") { try supervisor.slot("worker.1")?.report != nil }
    }

    @Test func `F76 a folder that was moved away is made up for by the one in its place`() async throws {
        let supervisor = try RunningSupervisor(plan: "ready wait=go report=serving wait")
        defer { supervisor.remove() }
        let first = try await supervisor.untilReady()
        supervisor.signal(SIGSTOP)
        try await supervisor.until("it stands still") { Kernel.stat(supervisor.pid).first == "T" }
        try FileManager.default.moveItem(atPath: supervisor.runtime, toPath: supervisor.runtime + ".old")
        try FileManager.default.createDirectory(atPath: supervisor.runtime, withIntermediateDirectories: false)
        supervisor.signal(SIGCONT)
        try await supervisor.until("it answers") { supervisor.get("/livez")?.status == 200 }
        #expect(supervisor.log.contains("was moved away; another one in its place is used"))
        kill(first, SIGKILL)
        _ = try await supervisor.untilReplaced(first)
        try supervisor.write("go", "")
        try await supervisor.until("it is heard") { try supervisor.slot("worker.1")?.report != nil }
        try FileManager.default.removeItem(atPath: supervisor.runtime + "/worker.1.notify")
        try await supervisor.untilLogged("worker.1.notify was removed; made again")
    }

    @Test func `F76 what was said before a socket's name was removed is heard`() async throws {
        let supervisor = try RunningSupervisor(
            plan: "wait=go ready touch=said wait", environment: ["PULSE_STARTUP": "wait"])
        defer { supervisor.remove() }
        try await supervisor.untilState("starting")
        supervisor.signal(SIGSTOP)
        try await supervisor.until("it stands still") { Kernel.stat(supervisor.pid).first == "T" }
        try supervisor.write("go", "")
        try await supervisor.untilFile("said")
        try FileManager.default.removeItem(atPath: supervisor.runtime + "/worker.1.notify")
        supervisor.signal(SIGCONT)
        _ = try await supervisor.untilReady()
    }

    @Test func `F76 a socket whose name was removed is made again`() async throws {
        let supervisor = try RunningSupervisor(plan: "ready ping=20 wait=go report=serving wait")
        defer { supervisor.remove() }
        _ = try await supervisor.untilReady()
        try FileManager.default.removeItem(atPath: supervisor.runtime + "/supervisor.sock")
        try await supervisor.until("it answers") { supervisor.get("/livez")?.status == 200 }
        try FileManager.default.removeItem(atPath: supervisor.runtime + "/worker.1.notify")
        try await supervisor.untilLogged("worker.1.notify was removed; made again")
        try supervisor.write("go", "")
        try await supervisor.until("it is heard") { try supervisor.slot("worker.1")?.report != nil }
        try FileManager.default.removeItem(atPath: supervisor.runtime + "/supervisor.lock")
        try await supervisor.untilLogged("supervisor.lock was removed: a second supervisor could start here")
    }

    @Test func `F77 a reader of the events that does not read is let go with a marker`() async throws {
        // Each death is news of more than a kilobyte.
        let line = "print=" + String(repeating: "x", count: 240)
        let supervisor = try RunningSupervisor(
            plan: "wait=go " + String(repeating: line + " ", count: 5) + "exit=1",
            environment: ["PULSE_RESTART_LIMIT": "0", "PULSE_BACKOFF_BASE": "0", "PULSE_STARTUP": "wait"])
        defer { supervisor.remove() }
        try await supervisor.untilState("starting")
        let lazy = try Self.connect(supervisor)
        defer { close(lazy) }
        _ = Self.send("GET /events HTTP/1.1\r\nHost: x\r\n\r\n", to: lazy)
        try supervisor.write("go", "")
        let deaths = "pulse_restarts_total{program=\"worker\",cause=\"exit\"}"
        // News of half as many fit into the buffers. The rest of a stream that has ended is kept for ten seconds, so it is
        // to be read soon.
        let enough = 500
        try await supervisor.until("more deaths than can wait") { supervisor.metric(deaths) ?? 0 >= Double(enough) }
        #expect(supervisor.get("/livez")?.status == 200)
        var all: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 65536)
        while case let count = unsafe recv(lazy, &piece, piece.count, 0), count > 0 { all += piece[..<count] }
        let events = String(decoding: all, as: UTF8.self).split(whereSeparator: \.isNewline).filter {
            $0.hasPrefix("{")
        }
        #expect(events.first?.contains("\"event\":\"hello\"") == true)
        #expect(events.last?.contains("\"event\":\"lagged\"") == true, "\(events.last ?? "")")
        #expect(events.count < 3 * enough, "it was let go long before all was told")
    }

    @Test func `events tell what happens as it happens, until the reader leaves`() async throws {
        let supervisor = try RunningSupervisor(plan: "ready wait")
        defer { supervisor.remove() }
        let worker = try await supervisor.untilReady()
        let reader = try Self.connect(supervisor)
        _ = Self.send("GET /events HTTP/1.1\r\nHost: x\r\n\r\n", to: reader)
        var text = ""
        func until(_ words: String) {
            var piece = [UInt8](repeating: 0, count: 65536)
            while !text.contains(words), case let count = unsafe recv(reader, &piece, piece.count, 0), count > 0 {
                text += String(decoding: piece[..<count], as: UTF8.self)
            }
            #expect(text.contains(words), "\(text)")
        }
        until("\"event\":\"hello\"")
        kill(worker, SIGKILL)
        until("\"event\":\"death\"")
        until("\"state\":\"ready\"")
        #expect(text.contains("killed by SIGKILL"))
        let open = supervisor.descriptors.count
        close(reader)
        try await supervisor.until("its connection is given up") { supervisor.descriptors.count < open }
    }
}
