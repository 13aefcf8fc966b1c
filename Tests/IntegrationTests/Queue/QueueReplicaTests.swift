import Testing

@testable import JobQueue

/// A master that becomes a replica under a connection that stands.
@Suite struct QueueReplicaTests {
    private func cause(_ queue: RedisQueue) async -> RedisError.Cause? {
        do throws(RedisError) {
            _ = try await queue.claim(upTo: 4, byteBudget: 1 << 20, waitMilliseconds: 1000)
            return nil
        } catch {
            return error.cause
        }
    }

    @Test func `a demoted master is named, and its connection closed`() async throws {
        try await QueueServer.with { server, python in
            let queue = server.queue()
            try await queue.register()
            _ = try await queue.claim(upTo: 1, byteBudget: 1 << 20, waitMilliseconds: 0)
            let before = await queue.claims.clientID
            try await server.redis("REPLICAOF", "127.0.0.1", "1")
            #expect(await cause(queue) == .readOnly)
            #expect(queue.claims.peer == nil)
            let error = await #expect(throws: RedisError.self) { try await queue.heartbeat() }
            #expect(error?.cause == .readOnly && queue.commands.peer == nil)
            try await server.redis("REPLICAOF", "NO", "ONE")
            try await python("put()")
            let jobs = try await queue.claim(upTo: 1, byteBudget: 1 << 20, waitMilliseconds: 0)
            #expect(jobs.map(\.id) == ["job-0"])
            #expect(await queue.claims.clientID != before)
        }
    }

    @Test func `a master without the replicas that it wants is named, and left in case there is another`() async throws
    {
        try await QueueServer.with { server, python in
            try await python("put()")
            let queue = server.queue()
            try await queue.register()
            try await server.redis("CONFIG", "SET", "min-replicas-to-write", "1")
            #expect(await cause(queue) == .tooFewReplicas)
            #expect(queue.claims.peer == nil)
            try await server.redis("CONFIG", "SET", "min-replicas-to-write", "0")
            let jobs = try await queue.claim(upTo: 1, byteBudget: 1 << 20, waitMilliseconds: 0)
            #expect(jobs.map(\.id) == ["job-0"])
        }
    }

    @Test func `an address that moved to the new master is followed, with a new peer`() async throws {
        try await QueueServer.with { old, _ in
            try await QueueServer.with { new, python in
                let proxy = try RedisProxy(to: .unix(path: old.socket))
                defer { proxy.close() }
                let queue = old.queue { $0.url = proxy.url }
                try await queue.register()
                try await queue.connect()
                let former = try #require(queue.commands.peer)
                try await python("put()")
                proxy.turn(to: .unix(path: new.socket))
                try await old.redis("REPLICAOF", "127.0.0.1", "1")
                #expect(await cause(queue) == .readOnly)
                let jobs = try await queue.claim(upTo: 4, byteBudget: 1 << 20, waitMilliseconds: 0)
                #expect(jobs.map(\.id) == ["job-0"])
                // The other connection still hung on the old one, and must not stay there.
                #expect(queue.commands.peer?.runID != former.runID)
                try await queue.ping()
                let peer = try #require(queue.commands.peer)
                #expect(peer.runID != former.runID && peer.since > former.since)
            }
        }
    }
}
