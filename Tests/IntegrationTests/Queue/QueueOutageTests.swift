import Foundation
import Testing

@testable import JobQueue

/// Redis as it fails: each cause named, and work resumed by itself.
@Suite struct QueueOutageTests {
    private func cause(of url: String) async throws -> RedisError.Cause? {
        var configuration = QueueConfiguration(url: try RedisURL(parsing: url))
        configuration.timeout = .seconds(1)
        do {
            try await RedisQueue(configuration: configuration).connect()
            return nil
        } catch {
            #expect(!"\(error)".contains("hunter2"))
            return error.cause
        }
    }

    @Test func `a refused connection, a missing socket and an unknown host are told apart`() async throws {
        #expect(try await cause(of: "redis://:hunter2@127.0.0.1:1/0") == .refused)
        guard case .noSocket = try await cause(of: "unix:///nonexistent/r.sock") else { return #expect(Bool(false)) }
        guard case .unknownHost = try await cause(of: "redis://:hunter2@no.such.host.invalid:6379") else {
            return #expect(Bool(false))
        }
    }

    @Test func `a wrong or missing password is named and not shown`() async throws {
        try await QueueServer.with(password: "right") { server, _ in
            for userinfo in ["", ":hunter2@"] {
                guard case .authentication = try await cause(of: "unix://\(userinfo)\(server.socket)") else {
                    Issue.record("no authentication error with \"\(userinfo)\"")
                    return
                }
            }
            #expect(try await cause(of: "unix://:right@\(server.socket)") == nil)
        }
    }

    @Test func `a Redis that refuses to wait is named, not asked without end`() async throws {
        try await QueueServer.with { server, _ in
            let queue = server.queue()
            try await queue.register()
            try await server.redis("ACL", "SETUSER", "default", "-blmove")
            let error = await #expect(throws: RedisError.self) {
                try await queue.claim(upTo: 1, byteBudget: 1 << 20, waitMilliseconds: 20_000)
            }
            guard case .permission? = error?.cause else { return #expect(Bool(false), "\(error?.reason ?? "nothing")") }
        }
    }

    @Test func `a restarted Redis is found again, with its jobs, scripts and registrations`() async throws {
        try await QueueServer.with(durable: true) { server, python in
            try await python("[put(n) for n in range(3)]")
            let queue = server.queue()
            let job = try #require(try await queue.claim(upTo: 1, byteBudget: 1 << 20, waitMilliseconds: 0).first)
            server.stop()
            await #expect(throws: RedisError.self) { try await queue.ping() }
            await #expect(throws: RedisError.self) {
                try await queue.claim(upTo: 1, byteBudget: 1 << 20, waitMilliseconds: 0)
            }
            try await server.start()
            try await queue.ping()
            #expect(try await queue.finish(job, outcome: .success(.none)) == .recorded)
            #expect(try await queue.claim(upTo: 1, byteBudget: 1 << 20, waitMilliseconds: 0).map(\.id) == ["job-1"])
        }
    }

    @Test func `a Redis that lost everything is registered with anew`() async throws {
        try await QueueServer.with { server, python in
            let queue = server.queue()
            try await queue.connect()
            try await queue.register()
            server.stop()
            try await server.start()
            try await python("put()")
            await #expect(throws: RedisError.self) {
                try await queue.claim(upTo: 1, byteBudget: 1 << 20, waitMilliseconds: 0)
            }
            #expect(try await queue.claim(upTo: 1, byteBudget: 1 << 20, waitMilliseconds: 0).count == 1)
        }
    }

    @Test func `a claim whose reply was lost is adopted`() async throws {
        try await QueueServer.with { server, python in
            try await python("put(0); put(1)")
            let queue = server.queue()
            let known = try #require(try await queue.claim(upTo: 1, byteBudget: 1 << 20, waitMilliseconds: 0).first)
            // Redis believes that the worker holds job-1, and the connection breaks: what a lost reply leaves behind.
            let execution = String(repeating: "a", count: 32)
            try await python(
                "r.lpop('rq:queue:indexing'); r.hset('rq:job:job-1', mapping={'status': 'started', 'worker_name': '\(queue.identity.name)'}); r.hset('pulse:inflight:\(queue.identity.name)', 'job-1', '\(execution)|r|indexing')"
            )
            try await server.redis("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
            await #expect(throws: RedisError.self) {
                try await queue.claim(upTo: 1, byteBudget: 1 << 20, waitMilliseconds: 0)
            }
            let adopted = try await queue.claim(upTo: 4, byteBudget: 1 << 20, waitMilliseconds: 0)
            #expect(adopted.map(\.id) == ["job-1"] && adopted.first?.execution == execution)
            #expect(try await queue.finish(known, outcome: .success(.none)) == .recorded)
            #expect(try await queue.finish(try #require(adopted.first), outcome: .success(.none)) == .recorded)
        }
    }
}
