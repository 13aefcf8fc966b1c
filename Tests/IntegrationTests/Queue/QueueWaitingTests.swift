import Testing

@testable import JobQueue

/// Waiting for jobs, and being stopped while waiting.
@Suite struct QueueWaitingTests {
    private let budget = 1 << 20

    /// Resumes once the server sees the queue's claiming connection blocked.
    private func untilBlocked(_ server: QueueServer) async throws {
        try await eventually("a claim waits in BLMOVE") {
            (try await server.redis("INFO", "clients").text ?? "").contains("blocked_clients:1")
        }
    }

    @Test func `a waiting claim is woken by a job`() async throws {
        try await QueueServer.with { server, python in
            let queue = server.queue()
            async let jobs = queue.claim(upTo: 4, byteBudget: budget, waitMilliseconds: 60_000)
            try await untilBlocked(server)
            try await python("put()")
            #expect(try await jobs.map(\.id) == ["job-0"])
            #expect(try await server.redis("LLEN", "pulse:inbox:\(queue.identity.name)") == .integer(0))
        }
    }

    @Test func `stopping ends a wait and takes nothing more`() async throws {
        try await QueueServer.with { server, python in
            let queue = server.queue()
            async let jobs = queue.claim(upTo: 4, byteBudget: budget, waitMilliseconds: 60_000)
            try await untilBlocked(server)
            try await queue.stopClaiming()
            #expect(try await jobs.isEmpty)
            try await python("put()")
            #expect(try await queue.claim(upTo: 4, byteBudget: budget, waitMilliseconds: 10).isEmpty)
            #expect(try await queue.lengths() == 1)
        }
    }

    @Test func `a cancelled wait consumes nothing`() async throws {
        try await QueueServer.with { server, python in
            let queue = server.queue()
            let waiting = Task { try await queue.claim(upTo: 4, byteBudget: budget, waitMilliseconds: 60_000) }
            try await untilBlocked(server)
            waiting.cancel()
            #expect(try await waiting.value.isEmpty)
            try await python("put()")
            #expect(try await queue.lengths() == 1)
        }
    }

    @Test func `twenty goodbyes, each while a job is pushed, lose none`() async throws {
        try await QueueServer.with { server, python in
            let producer = JobProducer(url: server.url)
            for _ in 0..<20 {
                let queue = server.queue()
                async let claimed = queue.claim(upTo: 1, byteBudget: budget, waitMilliseconds: 60_000)
                try await untilBlocked(server)
                async let id = producer.enqueue(document: [.init("url", .string("u"))])
                try await queue.unregister()
                _ = try await claimed
                #expect(try await server.list("rq:queue:indexing") == [try await id])
                try await server.redis("DEL", "rq:queue:indexing")
            }
            #expect(try await python("print(len(q.started_job_registry), r.keys('pulse:in*'))") == "0 []")
            await producer.close()
        }
    }

    @Test func `a suspended queue gives nothing and keeps its order`() async throws {
        try await QueueServer.with { server, python in
            try await python("[put(n) for n in range(3)]; from rq.suspension import suspend; suspend(r)")
            let queue = server.queue()
            #expect(try await queue.claim(upTo: 4, byteBudget: budget, waitMilliseconds: 20).isEmpty)
            #expect(try await server.list("rq:queue:indexing") == ["job-0", "job-1", "job-2"])
            try await python("from rq.suspension import resume; resume(r)")
            #expect(try await queue.claim(upTo: 4, byteBudget: budget, waitMilliseconds: 0).count == 3)
        }
    }

    @Test func `several queues are served in their order`() async throws {
        try await QueueServer.with { server, python in
            let producer = JobProducer(url: server.url)
            let low = try await producer.enqueue(document: [.init("url", .string("u"))], queue: "low")
            let high = try await producer.enqueue(document: [.init("url", .string("u"))], queue: "high")
            let queue = server.queue { $0.queues = ["high", "low"] }
            let jobs = try await queue.claim(upTo: 4, byteBudget: budget, waitMilliseconds: 0)
            #expect(jobs.map(\.id) == [high, low])
            #expect(try await queue.giveBack(jobs) == 2)
            #expect(try await server.list("rq:queue:low") == [low])
            await producer.close()
        }
    }
}
