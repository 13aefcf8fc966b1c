import Foundation
import Testing

@testable import JobQueue

/// A Redis that answers and does not do it: each refusal named, no job lost, and work resumed when it ends.
@Suite struct QueueRefusalTests {
    private func claim(_ queue: RedisQueue, wait: Int = 0) async throws -> [String] {
        try await queue.claim(upTo: 4, byteBudget: 1 << 20, waitMilliseconds: wait).map(\.id)
    }

    private func refusal(_ queue: RedisQueue, wait: Int = 0) async -> RedisError.Cause? {
        do throws(RedisError) {
            _ = try await queue.claim(upTo: 4, byteBudget: 1 << 20, waitMilliseconds: wait)
            return nil
        } catch {
            return error.cause
        }
    }

    @Test func `a Redis that loads its data is named, and serves the jobs it has loaded`() async throws {
        try await QueueServer.with(options: ["--enable-debug-command", "yes"]) { server, python in
            try await python("put()")
            try await server.redis("DEBUG", "POPULATE", "20000")
            try await server.redis("SAVE")
            server.stop()
            try server.launch(["--key-load-delay", "100", "--loading-process-events-interval-bytes", "1024"])
            let queue = server.queue()
            try await eventually("it says that it loads") { await refusal(queue) == .loading }
            try await eventually("it serves") { (try? await claim(queue)) == ["job-0"] }
        }
    }

    @Test func `a full memory refuses claims, and the job stays where it was`() async throws {
        try await QueueServer.with(options: ["--maxmemory-policy", "noeviction"]) { server, python in
            let queue = server.queue()
            #expect(try await claim(queue) == [])
            try await python("put(0); put(1); r.lmove('rq:queue:indexing', 'pulse:inbox:\(queue.identity.name)')")
            try await server.redis("CONFIG", "SET", "maxmemory", "1")
            guard case .outOfMemory = await refusal(queue) else { return #expect(Bool(false), "claimed") }
            guard case .outOfMemory = await refusal(server.queue(slot: "worker.2"), wait: 5000) else {
                return #expect(Bool(false), "waited")
            }
            await #expect(throws: RedisError.self) {
                try await JobProducer(url: server.url).enqueue(document: [.init("url", .string("u"))])
            }
            #expect(try await server.list("pulse:inbox:\(queue.identity.name)") == ["job-0"])
            #expect(try await server.list("rq:queue:indexing") == ["job-1"])
            try await server.redis("CONFIG", "SET", "maxmemory", "0")
            #expect(try await claim(queue) == ["job-0", "job-1"])
        }
    }

    @Test func `a full memory keeps a result back until there is room`() async throws {
        try await QueueServer.with(options: ["--maxmemory-policy", "noeviction"]) { server, python in
            try await python("put()")
            let queue = server.queue()
            let job = try #require(try await queue.claim(upTo: 1, byteBudget: 1 << 20, waitMilliseconds: 0).first)
            try await server.redis("CONFIG", "SET", "maxmemory", "1")
            let error = await #expect(throws: RedisError.self) { try await queue.finish(job, outcome: .success(.none)) }
            guard case .outOfMemory? = error?.cause else { return #expect(Bool(false), "\(error?.reason ?? "")") }
            try await server.redis("CONFIG", "SET", "maxmemory", "0")
            #expect(try await queue.finish(job, outcome: .success(.none)) == .recorded)
            #expect(try await python("print(job('job-0').get_status().value)") == "finished")
        }
    }

    @Test func `a Redis that cannot write its disk is named, and claims resume when it can`() async throws {
        try await QueueServer.with(options: ["--enable-protected-configs", "yes"]) { server, python in
            try await python("put()")
            let folder = server.directory.appendingPathComponent("gone").path
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
            try await server.redis("CONFIG", "SET", "dir", folder, "save", "3600 1")
            try FileManager.default.removeItem(atPath: folder)
            try await server.redis("BGSAVE")
            try await eventually("the save fails") {
                try await server.redis("INFO", "persistence").text?.contains("rdb_last_bgsave_status:err") == true
            }
            let queue = server.queue()
            guard case .cannotPersist = await refusal(queue) else { return #expect(Bool(false), "claimed") }
            #expect(try await server.list("rq:queue:indexing") == ["job-0"])
            try await server.redis("CONFIG", "SET", "dir", server.directory.path)
            try await server.redis("BGSAVE")
            try await eventually("claims resume") { (try? await claim(queue)) == ["job-0"] }
        }
    }

    @Test func `scripts that were flushed in the middle are loaded again`() async throws {
        try await QueueServer.with { server, python in
            try await python("put(0); put(1)")
            let queue = server.queue()
            let first = try await queue.claim(upTo: 1, byteBudget: 1 << 20, waitMilliseconds: 0)
            try await server.redis("SCRIPT", "FLUSH")
            #expect(try await queue.finish(try #require(first.first), outcome: .success(.none)) == .recorded)
            #expect(try await claim(queue) == ["job-1"])
            async let waited = claim(queue, wait: 60_000)
            try await eventually("a claim waits") {
                (try await server.redis("INFO", "clients").text ?? "").contains("blocked_clients:1")
            }
            try await server.redis("SCRIPT", "FLUSH")
            try await python("put(2)")
            #expect(try await waited == ["job-2"])
        }
    }

    @Test func `too many clients are told as such, not as a cut connection`() async throws {
        try await QueueServer.with { server, _ in
            let keeper = RedisConnection(url: server.url, name: "keeper", timeout: .seconds(5))
            try await eventually("the keeper is alone") {
                try await keeper.call(["INFO", "clients"]).text?.contains("connected_clients:1\r") == true
            }
            try await keeper.call(["CONFIG", "SET", "maxclients", "1"])
            let queue = server.queue()
            let error = await #expect(throws: RedisError.self) { try await queue.connect() }
            #expect(error?.cause == .tooManyClients)
            try await keeper.call(["CONFIG", "SET", "maxclients", "100"])
            try await queue.connect()
            await keeper.close()
        }
    }

    /// Each right whose want would stop a script of ours half way.
    @Test(arguments: [
        "-lrem", "-incr", "-zadd", "-sadd", "-hset", "-expire", "-persist", "-evalsha", "-script", "-info",
        "resetkeys ~rq:*", "resetkeys ~pulse:*", "resetkeys ~rq:queue:* ~rq:job:* ~pulse:*",
    ])
    func `a user without a right is told so, and no job is lost`(missing: String) async throws {
        try await QueueServer.with { server, python in
            try await python("put(0); put(1)")
            try await server.redis("ACL", "SETUSER", "bob", "on", ">pw", "~*", "&*", "+@all")
            var url = server.url
            (url.user, url.password) = ("bob", "pw")
            let queue = server.queue { $0.url = url }
            try await queue.register()
            try await server.redis("ACL", "DELUSER", "bob")
            let rights = missing.split(separator: " ").map(String.init)
            try await python(
                "r.execute_command('ACL', 'SETUSER', 'bob', 'on', '>pw', '~*', '&*', '+@all', *\(rights))")
            let cause = await refusal(queue)
            guard case .permission? = cause else { return #expect(Bool(false), "\(cause?.reason ?? "claimed")") }
            try await python("r.execute_command('ACL', 'SETUSER', 'bob', '~*', '+@all')")
            var taken: [String] = []
            for _ in 0..<3 { taken += try await claim(queue) }
            #expect(taken.sorted() == ["job-0", "job-1"], "after \(missing)")
            #expect(try await server.list("rq:queue:indexing") == [])
        }
    }

    @Test(arguments: ["-linsert -rpush -lpush", "-zrem", "-del"])
    func `a job that cannot be given back stays ours`(missing: String) async throws {
        try await QueueServer.with { server, python in
            try await python("put(0)")
            let queue = server.queue()
            let jobs = try await queue.claim(upTo: 1, byteBudget: 1 << 20, waitMilliseconds: 0)
            let rights = missing.split(separator: " ").map(String.init)
            try await python("r.execute_command('ACL', 'SETUSER', 'default', *\(rights))")
            await #expect(throws: RedisError.self) { try await queue.giveBack(jobs) }
            try await python("r.execute_command('ACL', 'SETUSER', 'default', '+@all')")
            _ = try await queue.giveBack(jobs)
            _ = try await server.queue(slot: "worker.2").reclaim(
                predecessor: queue.identity.name, how: .announced("gone"))
            #expect(try await server.list("rq:queue:indexing") == ["job-0"])
            #expect(
                try await python("print(job('job-0').get_status().value, len(q.started_job_registry))") == "queued 0")
        }
    }
}
