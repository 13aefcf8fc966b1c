import Testing

@testable import JobQueue

/// The corners of RQ's format, compared with what RQ makes of them.
@Suite struct QueueFormatTests {
    private let budget = 1 << 20

    private func claim(_ queue: RedisQueue) async throws -> ClaimedJob {
        try #require(try await queue.claim(upTo: 1, byteBudget: budget, waitMilliseconds: 0).first)
    }

    @Test func `a job of the JSON serializer is answered in JSON`() async throws {
        try await QueueServer.with { server, python in
            try await python(
                """
                from rq.serializers import JSONSerializer
                Queue('indexing', connection=r, serializer=JSONSerializer).enqueue(
                    'worker.index_document_job', {'url': 'https://example.com/ä', 'markdown': '# ä'}, job_id='job-0')
                """)
            let queue = server.queue()
            let job = try await claim(queue)
            #expect(
                try job.payload.get()
                    == .documents([DocumentFields(url: "https://example.com/ä", markdown: "# ä")], isBatch: false))
            _ = try await queue.finish(job, outcome: .success(["success": .bool(true), "url": .string("ä")]))
            #expect(
                try await python(
                    """
                    from rq.serializers import JSONSerializer
                    print(Job.fetch('job-0', connection=r, serializer=JSONSerializer).return_value() == {'success': True, 'url': 'ä'})
                    """) == "True")
        }
    }

    @Test func `a repeated job runs again at once or is scheduled, and its interval is used up`() async throws {
        try await QueueServer.with { server, python in
            try await python("from rq import Repeat\nput(0, repeat=Repeat(times=2, interval=[0, 60]))")
            let queue = server.queue()
            _ = try await queue.finish(try await claim(queue), outcome: .success(.int(1)))
            #expect(
                try await python(
                    "j = job('job-0'); print(q.job_ids, j.get_status().value, j.repeats_left, j.repeat_intervals, r.ttl('rq:job:job-0'))"
                ) == "['job-0'] queued 1 [60] -1")
            _ = try await queue.finish(try await claim(queue), outcome: .success(.int(2)))
            #expect(
                try await python(
                    "j = job('job-0'); print(q.job_ids, j.get_status().value, j.repeats_left, q.scheduled_job_registry.get_job_ids(), [x.return_value for x in j.results()])"
                ) == "[] scheduled 0 ['job-0'] [2, 1]")
        }
    }

    @Test func `a job stopped by command is stopped, in the failed registry, and not retried`() async throws {
        try await QueueServer.with { server, python in
            try await python("put(0, retry=Retry(max=3))")
            let queue = server.queue()
            _ = try await queue.finish(try await claim(queue), outcome: .stopped("Job stopped by user"))
            #expect(
                try await python(
                    "j = job('job-0'); print(j.is_stopped, q.failed_job_registry.get_job_ids(), j.latest_result().exc_string, q.job_ids)"
                ) == "True ['job-0'] Job stopped by user []")
        }
    }

    @Test func `a job that only python can run is moved whole, and a python worker there runs it`() async throws {
        try await QueueServer.with { server, python in
            try await python(
                "q.enqueue('json.dumps', 7, job_id='job-0', meta={'a': 1}, result_ttl=90)")
            let queue = server.queue()
            let job = try await claim(queue)
            guard case .failure(let refusal) = job.payload else {
                Issue.record("it was accepted")
                return
            }
            #expect(refusal.isForeign)
            #expect(try await queue.finish(job, outcome: .routed(queue: "python")) == .recorded)
            #expect(
                try await python(
                    """
                    other = Queue('python', connection=r)
                    print(other.job_ids, job('job-0').origin, job('job-0').get_status().value, len(q.started_job_registry))
                    SimpleWorker([other], connection=r).work(burst=True)
                    j = job('job-0'); print(j.return_value(), j.meta, len(other.finished_job_registry))
                    """) == "['job-0'] python queued 0\n7 {'a': 1} 1")
        }
    }

    @Test func `with another prefix nothing is written under rq`() async throws {
        try await QueueServer.with { server, python in
            let producer = JobProducer(url: server.url, keyPrefix: "acme")
            let id = try await producer.enqueue(document: [.init("url", .string("u"))])
            await producer.close()
            let queue = server.queue { $0.keyPrefix = "acme" }
            let job = try await claim(queue)
            #expect(job.id == id)
            _ = try await queue.begin([(job, ["u"])])
            _ = try await queue.finish(job, outcome: .success(.none))
            let keys = try await python("print(sorted({k.split(b':')[0].decode() for k in r.keys('*')}))")
            #expect(keys == "['acme', 'pulse']")
            #expect(try await python("print(r.keys('pulse:workers'))") == "[]", "fleets of two prefixes are apart")
        }
    }

    @Test func `several queues are drained by weight, or strictly, and jobs go back where they were`() async throws {
        try await QueueServer.with { server, python in
            try await python(
                "[Queue(n, connection=r).enqueue('worker.index_document_job', {'url': n}, job_id=f'{n}-{i}') for n in 'ab' for i in range(40)]"
            )
            let weighted = server.queue { ($0.queues, $0.weights) = (["a", "b"], [1, 1]) }
            var order: [String] = []
            for _ in 0..<40 { order.append(try await claim(weighted).queue) }
            #expect(Set(order) == ["a", "b"], "neither waits until the other is empty")
            try await weighted.unregister()
            let strict = server.queue { $0.queues = ["a", "b"] }
            for index in 0..<40 { #expect(try await claim(strict).id == "a-\(index)") }
            #expect(try await claim(strict).id == "b-0")
        }
    }

    @Test func `rate limited jobs of RQ 3 get the slot of one that ends`() async throws {
        try await QueueServer.with { server, python in
            try await python(
                """
                for n in range(3):
                    put(n); r.hset(f'rq:job:job-{n}', mapping={'rate_limit_key': 'site', 'rate_limit_concurrency': 1})
                r.ltrim('rq:queue:indexing', 0, 0); r.sadd('rq:rl-keys', 'site'); r.hset('rq:rl:site', 'concurrency', 1)
                r.zadd('rq:rl:site:allowed', {'job-0': 1}); r.zadd('rq:rl:site:rate_limited', {'job-1': 1, 'job-2': 2})
                [r.hset(f'rq:job:job-{n}', 'status', 'rate_limited') for n in (1, 2)]
                """)
            let queue = server.queue()
            let first = try await claim(queue)
            _ = try await queue.giveBack([first])
            #expect(try await server.list("rq:queue:indexing") == ["job-0"], "who comes back keeps its slot")
            _ = try await queue.finish(try await claim(queue), outcome: .success(.none))
            _ = try await queue.finish(try await claim(queue), outcome: .failure("no", mayRetry: false))
            #expect(
                try await python(
                    "print(q.job_ids, r.zrange('rq:rl:site:allowed', 0, -1), r.zcard('rq:rl:site:rate_limited'), r.hget('rq:job:job-2', 'status'))"
                ) == "['job-2'] [b'job-2'] 0 b'queued'")
        }
    }
}
