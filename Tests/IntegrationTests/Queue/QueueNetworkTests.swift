import Foundation
import Testing

@testable import JobQueue

/// Networks and machines as they fail: lost replies, silence, strangers.
@Suite struct QueueNetworkTests {
    private func cause(of url: RedisURL, timeout: Duration = .seconds(1)) async -> RedisError.Cause? {
        let connection = RedisConnection(url: url, name: "probe", timeout: timeout)
        do throws(RedisError) {
            _ = try await connection.call(["PING"])
            return nil
        } catch {
            return error.cause
        }
    }

    private func claim(_ queue: RedisQueue) async throws -> [ClaimedJob] {
        try await queue.claim(upTo: 1, byteBudget: 1 << 20, waitMilliseconds: 0)
    }

    @Test func `a claim and a result whose replies are lost on the way count once`() async throws {
        try await QueueServer.with { server, python in
            try await python("put(0); put(1)")
            let proxy = try RedisProxy(to: .unix(path: server.socket))
            defer { proxy.close() }
            let queue = server.queue { $0.url = proxy.url }
            let first = try #require(try await claim(queue).first)
            proxy.fail(by: .losesNextReply)
            let error = await #expect(throws: RedisError.self) { try await claim(queue) }
            #expect(error?.cause == .reset)
            let second = try #require(try await claim(queue).first)
            #expect(second.id == "job-1")
            proxy.fail(by: .losesNextReply)
            #expect(try await queue.finish(first, outcome: .success(.none)) == .recorded)
            proxy.fail(by: .losesNextReply)
            #expect(try await queue.finish(second, outcome: .success(.none)) == .recorded)
            #expect(
                try await python(
                    "print(len(q.finished_job_registry), [len(job(f'job-{n}').results()) for n in (0, 1)])")
                    == "2 [1, 1]")
        }
    }

    @Test func `a producer whose reply is lost tells so, and the job is there or not, never half`() async throws {
        try await QueueServer.with { server, python in
            let proxy = try RedisProxy(to: .unix(path: server.socket))
            defer { proxy.close() }
            let producer = JobProducer(url: proxy.url)
            _ = try await producer.enqueue(document: [.init("url", .string("u"))])
            proxy.fail(by: .losesNextReply)
            await #expect(throws: RedisError.self) {
                try await producer.enqueue(document: [.init("url", .string("u"))])
            }
            #expect(
                try await python("print([j is not None for j in Job.fetch_many(q.job_ids, connection=r)])")
                    == "[True, True]")
        }
    }

    @Test func `a connection whose packets vanish is given up after its time, and another one serves`() async throws {
        try await QueueServer.with { server, python in
            try await python("put()")
            let proxy = try RedisProxy(to: .unix(path: server.socket))
            defer { proxy.close() }
            let queue = server.queue {
                $0.url = proxy.url
                $0.timeout = .seconds(1)
            }
            try await queue.connect()
            try await queue.ping()
            proxy.fail(by: .swallows)
            let error = await #expect(throws: RedisError.self) { try await claim(queue) }
            #expect(error?.cause == .timedOut(seconds: 1))
            proxy.fail(by: .none)
            #expect(try await claim(queue).map(\.id) == ["job-0"])
        }
    }

    /// Without the limit on the whole it would go on for ever.
    @Test(.timeLimit(.minutes(1))) func `an answer that comes byte by byte is given up after the same time`()
        async throws
    {
        try await QueueServer.with { server, _ in
            let proxy = try RedisProxy(to: .unix(path: server.socket))
            defer { proxy.close() }
            proxy.fail(by: .trickles)
            #expect(await cause(of: proxy.url) == .timedOut(seconds: 1))
        }
    }

    @Test func `a frozen Redis is named, and what it did for us after all is adopted`() async throws {
        try await QueueServer.with { server, python in
            try await python("put(0); put(1)")
            let queue = server.queue { $0.timeout = .seconds(1) }
            let first = try #require(try await claim(queue).first)
            let info = try await server.redis("INFO", "server").text ?? ""
            let line = info.split(whereSeparator: \.isNewline).first { $0.hasPrefix("process_id:") }
            let pid = try #require(line.flatMap { pid_t($0.dropFirst(11)) })
            kill(pid, SIGSTOP)
            let error = await #expect(throws: RedisError.self) { try await claim(queue) }
            #expect(error?.cause == .timedOut(seconds: 1))
            kill(pid, SIGCONT)
            var taken: [String] = []
            try await eventually("the second job is in hand") {
                // Which of the two connections it reads first is its own affair.
                _ = try? await queue.refresh([first])
                taken += (try? await claim(queue).map(\.id)) ?? []
                return !taken.isEmpty
            }
            #expect(taken == ["job-1"])
            #expect(try await server.redis("HLEN", "pulse:inflight:\(queue.identity.name)") == .integer(2))
        }
    }

    @Test func `strangers behind the port are told apart`() async throws {
        let web = try RawServer("HTTP/1.1 400 Bad Request\r\n\r\n")
        guard case .notRedis = await cause(of: RedisURL(place: .tcp(host: "127.0.0.1", port: Int(web.port)))) else {
            return #expect(Bool(false), "an HTTP server")
        }
        let closing = try RawServer("")
        #expect(await cause(of: RedisURL(place: .tcp(host: "127.0.0.1", port: Int(closing.port)))) == .hungUp)
        let silent = try RawServer(nil)
        #expect(
            await cause(of: RedisURL(place: .tcp(host: "127.0.0.1", port: Int(silent.port))))
                == .timedOut(seconds: 1))
    }

    @Test func `the kernel looks after an idle connection`() async throws {
        let ports = try RedisProcess.freePorts(1)
        let server = RedisProcess(
            port: ports[0], ["redis-server", "--port", "\(ports[0])", "--save", "", "--bind", "::1"])
        try server.start()
        let url = RedisURL(place: .tcp(host: "::1", port: server.port))
        let connection = RedisConnection(url: url, name: "idle", timeout: .seconds(1))
        try await eventually("it answers") { (try? await connection.call(["PING"])) != nil }
        let sockets = try await Program.run(
            ["/usr/bin/ss", "-tnoH", "dst", "[::1]:\(server.port)"], ["PATH": "/usr/bin"])
        #expect(sockets.text.contains("keepalive,"), "\(sockets.text)")
        await connection.close()
    }

    @Test func `a Unix socket that cannot be used says why`() async throws {
        try await QueueServer.with { server, _ in
            let folder = server.directory.path
            guard case .noSocket(let text)? = await cause(of: RedisURL(place: .unix(path: folder + "/missing"))) else {
                return #expect(Bool(false), "missing")
            }
            #expect(text == "No such file or directory")
            let long = folder + "/" + String(repeating: "x", count: 120)
            guard case .noSocket(let text)? = await cause(of: RedisURL(place: .unix(path: long))) else {
                return #expect(Bool(false), "too long")
            }
            #expect(text == "its path is longer than 107 bytes")
            #expect(
                await cause(of: RedisURL(place: .unix(path: folder + "/missing/../..")))
                    == .noSocket(
                        "No such file or directory"))
            // What a killed Redis leaves behind.
            let kept = server.socket + ".old"
            try FileManager.default.moveItem(atPath: server.socket, toPath: kept)
            server.stop()
            #expect(await cause(of: RedisURL(place: .unix(path: kept))) == .refused)
        }
    }

    @Test func `a Unix socket that our user may not open says so`() async throws {
        try await QueueServer.with { server, _ in
            try #require(unsafe chmod(server.socket, 0o600) == 0)
            unsafe chmod(server.directory.path, 0o755)
            let file = server.directory.appendingPathComponent("a.md").path
            try "# a".write(toFile: file, atomically: true, encoding: .utf8)
            // As nobody; one that is not root itself closes the socket to itself instead.
            if getuid() != 0 { unsafe chmod(server.socket, 0) }
            let program = server.directory.appendingPathComponent("pulsectl").path
            try FileManager.default.copyItem(atPath: Program.control.path, toPath: program)
            let prefix = getuid() == 0 ? ["/usr/bin/setpriv", "--reuid", "65534", "--clear-groups"] : []
            let outcome = try await Program.run(
                prefix + [program, "enqueue", file],
                [
                    "PULSE_REDIS_URL": "unix://" + server.socket, "PULSE_RUNTIME_DIR": server.directory.path,
                    "PATH": "/usr/bin:/bin",
                ])
            #expect(outcome.status != 0)
            #expect(outcome.text.contains("socket cannot be opened (Permission denied)"), "\(outcome.text)")
            #expect(outcome.text.contains("check unixsocket and unixsocketperm"), "\(outcome.text)")
        }
    }
}
