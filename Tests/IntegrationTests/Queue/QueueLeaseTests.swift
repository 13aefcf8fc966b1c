import Testing

@testable import JobQueue

/// One document, one job at a time.
@Suite struct QueueLeaseTests {
    private let budget = 1 << 20

    private func begin(_ queue: RedisQueue, _ job: ClaimedJob, _ documents: [String]) async throws -> BeginResult {
        try #require(try await queue.begin([(job, documents)]).first)
    }

    @Test func `a document that another worker's job has in hand is waited for, until that job ends`() async throws {
        try await QueueServer.with { server, python in
            try await python("[put(n) for n in range(3)]")
            let (one, two) = (server.queue(), server.queue(slot: "worker.2"))
            let first = try #require(try await one.claim(upTo: 1, byteBudget: budget, waitMilliseconds: 0).first)
            let second = try #require(try await two.claim(upTo: 1, byteBudget: budget, waitMilliseconds: 0).first)
            #expect(try await begin(one, first, ["a", "b"]) == .runs)
            #expect(try await begin(one, first, ["a", "b"]) == .runs, "asking again changes nothing")
            #expect(try await begin(two, second, ["b", "c"]) == .waits)
            let third = try #require(try await two.claim(upTo: 1, byteBudget: budget, waitMilliseconds: 0).first)
            #expect(try await begin(two, third, ["c"]) == .runs, "who waits keeps nothing from others")
            #expect(try await begin(two, second, ["b", "c"]) == .waits)
            _ = try await one.finish(first, outcome: .success(.none))
            _ = try await two.giveBack([third])
            #expect(try await begin(two, second, ["b", "c"]) == .runs)
            _ = try await two.finish(second, outcome: .failure("no", mayRetry: false))
            #expect(try await server.redis("KEYS", "pulse:lease*").array?.isEmpty == true)
        }
    }

    @Test func `of two jobs of one batch the second waits for the first`() async throws {
        try await QueueServer.with { server, python in
            try await python("put(0); put(1)")
            let queue = server.queue()
            let jobs = try await queue.claim(upTo: 2, byteBudget: budget, waitMilliseconds: 0)
            #expect(try await queue.begin(jobs.map { ($0, ["same"]) }) == [.runs, .waits])
            _ = try await queue.finish(jobs[0], outcome: .success(.none))
            #expect(try await begin(queue, jobs[1], ["same"]) == .runs)
        }
    }

    @Test func `a dead worker's lease is free once it is buried, and its waiting job is no suspect`() async throws {
        try await QueueServer.with { server, python in
            try await python("put(0); put(1)")
            let (dead, next) = (server.queue(), server.queue())
            let jobs = try await dead.claim(upTo: 2, byteBudget: budget, waitMilliseconds: 0)
            #expect(try await dead.begin(jobs.map { ($0, ["same"]) }) == [.runs, .waits])
            let summary = try await next.reclaim(predecessor: dead.identity.name, how: .vanished("killed by SIGKILL"))
            #expect(summary.requeued == 2 && summary.suspects == 1)
            let again = try await next.claim(upTo: 1, byteBudget: budget, waitMilliseconds: 0)
            #expect(again.map(\.id) == ["job-0"])
            #expect(try await begin(next, again[0], ["same"]) == .runs)
            #expect(try await begin(dead, jobs[0], ["same"]) == .lost, "the dead one's claim is worth nothing")
        }
    }

    @Test func `a job that comes again while its former run goes on waits for it, in the same worker too`() async throws
    {
        try await QueueServer.with { server, python in
            try await python("put(0)")
            let queue = server.queue()
            let first = try #require(try await queue.claim(upTo: 1, byteBudget: budget, waitMilliseconds: 0).first)
            #expect(try await begin(queue, first, ["a"]) == .runs)
            try await python("j = job('job-0'); j.cancel(); q.canceled_job_registry.requeue(j)")
            let second = try #require(try await queue.claim(upTo: 1, byteBudget: budget, waitMilliseconds: 0).first)
            #expect(second.id == first.id && second.execution != first.execution)
            #expect(try await begin(queue, second, ["a"]) == .waits)
            #expect(try await queue.refresh([first, second]) == [first.execution])
            #expect(try await queue.finish(first, outcome: .success(.none)) == .lost)
            #expect(try await begin(queue, second, ["a"]) == .runs)
            #expect(try await queue.finish(second, outcome: .success(.none)) == .recorded)
        }
    }

    @Test func `a job that is taken from us before it runs leaves nothing behind`() async throws {
        try await QueueServer.with { server, python in
            try await python("put(0)")
            let queue = server.queue()
            let job = try #require(try await queue.claim(upTo: 1, byteBudget: budget, waitMilliseconds: 0).first)
            try await python("r.hset('rq:job:job-0', 'status', 'canceled')")
            #expect(try await begin(queue, job, ["a"]) == .lost)
            #expect(try await queue.claim(upTo: 1, byteBudget: budget, waitMilliseconds: 0).isEmpty)
            #expect(
                try await python(
                    "print(r.hget('rq:worker:\(queue.identity.name)', 'state'), r.keys('rq:execution*'), r.zcard('rq:wip:indexing'), r.keys('pulse:inflight:*'))"
                ) == "b'idle' [] 0 []")
        }
    }

    @Test func `a job that is deleted by hand frees its document`() async throws {
        try await QueueServer.with { server, python in
            try await python("put(0); put(1)")
            let (one, two) = (server.queue(), server.queue(slot: "worker.2"))
            let first = try #require(try await one.claim(upTo: 1, byteBudget: budget, waitMilliseconds: 0).first)
            let second = try #require(try await two.claim(upTo: 1, byteBudget: budget, waitMilliseconds: 0).first)
            #expect(try await begin(one, first, ["a"]) == .runs)
            try await python("job('job-0').delete()")
            #expect(try await one.finish(first, outcome: .success(.none)) == .lost)
            #expect(try await begin(two, second, ["a"]) == .runs)
        }
    }
}
