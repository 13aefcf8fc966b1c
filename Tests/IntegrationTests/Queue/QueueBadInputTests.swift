import Testing

@testable import JobQueue

/// Jobs nobody should run: each fails with its reason, and the good one beside it is untouched.
@Suite struct QueueBadInputTests {
    static let cases = [
        (
            "a malicious pickle",
            "b = zlib.compress(b'\\x80\\x02cos\\nsystem\\nq\\x00X\\x04\\x00\\x00\\x00trueq\\x01\\x85q\\x02Rq\\x03.')",
            "opcode GLOBAL at byte 2 would run code"
        ),
        (
            "a real attack through REDUCE",
            "class X:\n  def __reduce__(s): return (print, ('x',))\nb = zlib.compress(pickle.dumps(('worker.index_document_job', None, (X(),), {}), 5))",
            "opcode STACK_GLOBAL"
        ),
        ("a truncated pickle", "b = zlib.compress(pickle.dumps(('f', None, (), {}), 5)[:-6])", "truncated"),
        (
            "a truncated zlib stream", "b = zlib.compress(pickle.dumps(('f', None, ('x' * 999,), {}), 5))[:-6]",
            "zlib stream is truncated"
        ),
        ("a zlib bomb", "b = zlib.compress(bytes(80 << 20))", "inflates beyond 64 MiB"),
        (
            "an unknown function",
            "b = zlib.compress(pickle.dumps(('app.jobs.rescrape.rescrape_changed_url', None, (7,), {}), 5))",
            "a queue that Python workers serve"
        ),
        ("damaged JSON", "b = zlib.compress(b'[\"f\", null, [], {}')", "cannot be read"),
    ]

    @Test(arguments: cases)
    func `bad data fails with a clear reason and harms nothing else`(name: String, bytes: String, reason: String)
        async throws
    {
        try await QueueServer.with { server, python in
            try await python("put(0); put(1)\n\(bytes)\nr.hset('rq:job:job-0', 'data', b)")
            let queue = server.queue()
            var jobs = try await queue.claim(upTo: 8, byteBudget: 1 << 20, waitMilliseconds: 0)
            #expect(jobs.map(\.id) == ["job-0", "job-1"])
            jobs[0] = try await queue.open(jobs[0])
            guard case .failure(let refusal) = jobs[0].payload, case .success = jobs[1].payload else {
                Issue.record("\(name) was accepted")
                return
            }
            #expect("\(refusal)".contains(reason))
            _ = try await queue.finish(jobs[0], outcome: .failure("\(refusal)", mayRetry: false))
            _ = try await queue.finish(jobs[1], outcome: .success(.none))
            #expect(
                try await python(
                    "from rq.results import Result\nprint(q.failed_job_registry.get_job_ids(cleanup=False), q.finished_job_registry.get_job_ids(), \(reason.debugDescription) in Result.fetch_latest(job('job-0')).exc_string)"
                )
                    == "['job-0'] ['job-1'] True")
        }
    }

    @Test func `keys of a job that hold something else hold nobody up`() async throws {
        try await QueueServer.with { server, python in
            try await python(
                """
                put(0); put(1); put(2)
                r.set('rq:executions:job-0', 'x'); r.set('rq:results:job-0', 'x'); r.set('rq:job:job-0:dependents', 'x')
                r.hset('rq:job:job-1', mapping={'pulse_crashes': 'many', 'pulse_seq': 'first', 'retries_left': 'some'})
                put(3); r.hset('rq:job:job-3', 'pulse_crashes', 2 ** 63 - 1)
                """)
            let (dead, next) = (server.queue(), server.queue())
            let jobs = try await dead.claim(upTo: 8, byteBudget: 1 << 20, waitMilliseconds: 0)
            #expect(jobs.map(\.id) == ["job-0", "job-1", "job-2", "job-3"])
            #expect(try await dead.finish(jobs[0], outcome: .success(.int(1))) == .recorded)
            #expect(try await next.reclaim(predecessor: dead.identity.name, how: .vanished("killed")).requeued == 3)
            let again = try await next.claim(upTo: 1, byteBudget: 1 << 20, waitMilliseconds: 0)
            #expect(again.map(\.crashes) == [1])
            #expect(try await next.finish(again[0], outcome: .failure("no", mayRetry: true)) == .recorded)
            #expect(try await python("print(job('job-0').return_value())") == "1")
        }
    }

    @Test func `callbacks are refused`() async throws {
        try await QueueServer.with { server, python in
            try await python("put(); r.hset('rq:job:job-0', 'success_callback_name', 'm.done')")
            let job = try #require(
                try await server.queue().claim(upTo: 1, byteBudget: 1 << 20, waitMilliseconds: 0).first)
            #expect(throws: JobRefusal.callbacks(function: "worker.index_document_job", names: ["m.done"])) {
                try job.payload.get()
            }
        }
    }

    @Test(arguments: ["0.5", "1e15", "9223372036854775807", "inf", "nan", "x"])
    func `numbers that are none end no script half way`(number: String) async throws {
        try await QueueServer.with { server, python in
            try await python(
                "put()\nfor f in ('timeout', 'result_ttl', 'failure_ttl', 'ttl', 'retries_left'): r.hset('rq:job:job-0', f, '\(number)')"
            )
            let queue = server.queue()
            let first = try #require(try await queue.claim(upTo: 1, byteBudget: 1 << 20, waitMilliseconds: 0).first)
            #expect(try await queue.refresh([first]).isEmpty)
            #expect(try await queue.giveBack([first]) == 1)
            let second = try #require(try await queue.claim(upTo: 1, byteBudget: 1 << 20, waitMilliseconds: 0).first)
            #expect(try await queue.finish(second, outcome: .success(.int(1))) == .recorded)
            #expect(try await server.redis("HLEN", "pulse:inflight:\(queue.identity.name)") == .integer(0))
        }
    }

    @Test func `an id whose key is no job stops neither a claim nor a giving back`() async throws {
        try await QueueServer.with { server, python in
            try await python("put(0); r.set('rq:job:strange', 'x'); r.lpush('rq:queue:indexing', 'strange')")
            let queue = server.queue()
            let jobs = try await queue.claim(upTo: 2, byteBudget: 1 << 20, waitMilliseconds: 0)
            #expect(jobs.map(\.id) == ["job-0"])
            try await python("r.lpush('rq:queue:indexing', 'strange')")
            #expect(try await queue.giveBack(jobs) == 1)
            #expect(try await server.list("rq:queue:indexing") == ["job-0", "strange"])
        }
    }

    @Test func `ids of deleted, finished and doubly listed jobs are passed over`() async throws {
        try await QueueServer.with { server, python in
            try await python(
                "put(0); put(1); put(2); r.rpush('rq:queue:indexing', 'job-2'); r.delete('rq:job:job-0'); r.hset('rq:job:job-1', 'status', 'canceled')"
            )
            let queue = server.queue()
            #expect(try await queue.claim(upTo: 8, byteBudget: 1 << 20, waitMilliseconds: 0).map(\.id) == ["job-2"])
            #expect(try await queue.lengths() == 0)
        }
    }

    /// What waits for a job, or for a time or a slot, is somebody else's: what a worker does once a second, and the end of the
    /// job in hand, must not fail for it again and again.
    static let strangers = """
        put(0); put(1); put(2); put(3)
        for n in (1, 2, 3): r.lrem('rq:queue:indexing', 1, f'job-{n}')
        r.set('rq:job:strange', 'x'); r.set('rq:queue:other', 'x'); r.set('rq:rl:k', 'x')
        r.hset('rq:job:job-1', 'origin', 'other')
        r.hset('rq:job:job-2', mapping={'rate_limit_key': 'k', 'rate_limit_concurrency': 1})

        """

    @Test func `what waits for a job and cannot go keeps neither it nor the others from going on`() async throws {
        try await QueueServer.with { server, python in
            try await python(
                Self.strangers
                    + """
                    for n in (1, 2, 3): r.hset(f'rq:job:job-{n}', 'status', 'deferred')
                    r.sadd('rq:job:job-0:dependents', 'strange', 'job-1', 'job-2', 'job-3')
                    """)
            let queue = server.queue()
            let job = try #require(try await queue.claim(upTo: 1, byteBudget: 1 << 20, waitMilliseconds: 0).first)
            #expect(try await queue.finish(job, outcome: .success(.int(1))) == .recorded)
            #expect(
                try await python("print(q.job_ids, *[job(f'job-{n}').get_status().value for n in range(4)])")
                    == "['job-3'] finished deferred deferred queued")
        }
    }

    @Test func `a scheduled job that cannot be enqueued stays, and those behind it are`() async throws {
        try await QueueServer.with { server, python in
            try await python(
                Self.strangers
                    + """
                    for n in (2, 3): r.hset(f'rq:job:job-{n}', 'status', 'scheduled'); r.zadd('rq:scheduled:indexing', {f'job-{n}': n})
                    """)
            let queue = server.queue()
            try await queue.register()
            #expect(try await queue.promoteScheduled() == 1)
            #expect(
                try await python("print(q.job_ids, r.zrange('rq:scheduled:indexing', 0, -1))")
                    == "['job-0', 'job-3'] [b'job-2']")
        }
    }

    @Test func `a rate limit that holds something else keeps no house from being kept and no job from ending`()
        async throws
    {
        try await QueueServer.with { server, python in
            try await python(
                Self.strangers
                    + """
                    r.hset('rq:job:job-0', mapping={'rate_limit_key': 'j', 'rate_limit_concurrency': 1}); r.set('rq:rl:j:allowed', 'x')
                    r.sadd('rq:rl-keys', 'j', 'k', 'l'); r.hset('rq:rl:l', 'concurrency', 1)
                    for n, at in ((1, 1), (3, 2)): r.hset(f'rq:job:job-{n}', 'status', 'rate_limited'); r.zadd('rq:rl:l:rate_limited', {f'job-{n}': at})
                    r.zadd('rq:ready:indexing', {'strange': 1, 'job-2': 2}); r.hset('rq:job:job-2', 'status', 'ready_to_enqueue')
                    """)
            let queue = server.queue()
            #expect(try await queue.housekeep() == ReclaimSummary())
            #expect(
                try await python(
                    "print(q.job_ids, r.zrange('rq:rl:l:allowed', 0, -1), r.zrange('rq:rl:l:rate_limited', 0, -1))")
                    == "['job-0', 'job-3'] [b'job-3'] [b'job-1']", "job-1 cannot go, and keeps no slot")
            let job = try #require(try await queue.claim(upTo: 1, byteBudget: 1 << 20, waitMilliseconds: 0).first)
            #expect(try await queue.finish(job, outcome: .success(.int(1))) == .recorded)
        }
    }
}
