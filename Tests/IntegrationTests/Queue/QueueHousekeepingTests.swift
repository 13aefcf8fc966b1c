import Testing

@testable import JobQueue

/// What RQ's workers do for a queue beside running its jobs, when none of them is left.
@Suite struct QueueHousekeepingTests {
    private static let schedule = """
        from datetime import timedelta
        put(0); put(1); r.delete('rq:queue:indexing')
        for n, at in ((0, 1), (1, 99999999999)):
            r.hset(f'rq:job:job-{n}', 'status', 'scheduled'); r.zadd('rq:scheduled:indexing', {f'job-{n}': at})

        """

    @Test func `scheduled jobs are enqueued when their time has come, by one worker`() async throws {
        try await QueueServer.with { server, python in
            try await python(Self.schedule)
            let (one, two) = (server.queue(), server.queue(slot: "worker.2"))
            try await one.register()
            try await two.register()
            #expect(try await one.promoteScheduled() == 1)
            #expect(
                try await python(
                    "print(q.job_ids, job('job-0').get_status().value, q.scheduled_job_registry.get_job_ids(), 0 < r.ttl('rq:scheduler-lock:indexing') <= 61)"
                ) == "['job-0'] queued ['job-1'] True")
            try await python("r.zadd('rq:scheduled:indexing', {'job-1': 1})")
            #expect(try await two.promoteScheduled() == 0, "the lock is the first one's")
            try await one.unregister()
            #expect(try await two.promoteScheduled() == 1, "and free with its goodbye")
        }
    }

    @Test func `a scheduler of RQ's own is not disturbed`() async throws {
        try await QueueServer.with { server, python in
            try await python(Self.schedule + "r.set('rq:scheduler-lock:indexing', '4711', ex=61)")
            let queue = server.queue()
            #expect(try await queue.promoteScheduled() == 0)
            #expect(
                try await python(
                    """
                    from rq.scheduler import RQScheduler
                    r.delete('rq:scheduler-lock:indexing')
                    s = RQScheduler([q], connection=r); s.acquire_locks(); s.enqueue_scheduled_jobs(); print(q.job_ids)
                    """) == "['job-0']")
        }
    }

    @Test func `what a dead python worker took and never started goes back to the front`() async throws {
        try await QueueServer.with { server, python in
            try await python(
                """
                put(0); put(1); put(2)
                r.lmove('rq:queue:indexing', 'rq:queue:indexing:intermediate'); r.lpush('rq:queue:indexing:intermediate', 'gone')
                """)
            let queue = server.queue()
            #expect(try await queue.housekeep().requeued == 0, "it may be starting right now")
            try await python(
                "r.set('rq:queue:indexing:intermediate:first_seen:job-0', 1.0); r.delete('pulse:housekept:indexing')")
            #expect(try await queue.housekeep().requeued == 1)
            #expect(
                try await python("print(q.job_ids, r.lrange('rq:queue:indexing:intermediate', 0, -1))")
                    == "['job-0', 'job-1', 'job-2'] []")
        }
    }

    @Test func `a dead python worker's job of ours runs once more, another one fails as RQ has it`() async throws {
        try await QueueServer.with { server, python in
            try await python(
                """
                import os
                text = os.urandom(300_000).hex()
                q.enqueue('worker.index_document_job', {'url': 'https://e.com/0', 'markdown': text}, job_id='job-0')
                q.enqueue('json.dumps', 7, job_id='other'); put(1)
                assert r.hstrlen('rq:job:job-0', 'data') > 262144, 'too large to be read for its name'
                for id, ex in (('job-0', 'aa'), ('other', 'bb'), ('job-1', 'cc')):
                    r.lrem('rq:queue:indexing', 1, id); r.hset(f'rq:job:{id}', 'status', 'started')
                    r.zadd('rq:wip:indexing', {f'{id}:{ex}': 5}); r.zadd(f'rq:executions:{id}', {ex: 5})
                r.hset('rq:job:job-1', 'status', 'finished')
                """)
            let queue = server.queue()
            let summary = try await queue.housekeep()
            #expect(summary.requeued == 1 && summary.failed == 1)
            #expect(
                try await python(
                    "print(q.job_ids, q.failed_job_registry.get_job_ids(), 'AbandonedJobError' in job('other').latest_result().exc_string, r.zcard('rq:wip:indexing'), job('job-1').get_status().value)"
                ) == "['job-0'] ['other'] True 0 finished")
            try await python(
                "r.delete('rq:queue:indexing', 'pulse:housekept:indexing'); r.hset('rq:job:job-0', 'status', 'started'); r.zadd('rq:wip:indexing', {'job-0:dd': 5})"
            )
            #expect(try await queue.housekeep().failed == 1, "the second time is once too often")
        }
    }

    @Test func `a living worker's job is not abandoned, however late its sign of life`() async throws {
        try await QueueServer.with { server, python in
            try await python("put(0)")
            let (one, two) = (server.queue(), server.queue(slot: "worker.2"))
            let job = try #require(try await one.claim(upTo: 1, byteBudget: 1 << 20, waitMilliseconds: 0).first)
            try await python("[r.zadd('rq:wip:indexing', {m: 5}) for m in r.zrange('rq:wip:indexing', 0, -1)]")
            let summary = try await two.housekeep()
            #expect(summary.requeued == 0 && summary.failed == 0)
            #expect(try await one.finish(job, outcome: .success(.none)) == .recorded)
        }
    }

    @Test func `expired entries and workers without a hash are forgotten, once a minute, and never under RQ's lock`()
        async throws
    {
        try await QueueServer.with { server, python in
            let dirt =
                "r.zadd('rq:failed:indexing', {'old': 5}); r.zadd('rq:finished:indexing', {'old': 5}); r.sadd('rq:workers', 'rq:worker:ghost')\n"
            try await python(dirt + "r.set('rq:clean_registries:indexing', 1, ex=899)")
            let queue = server.queue()
            let count = "print(r.zcard('rq:failed:indexing'), r.zcard('rq:finished:indexing'), r.scard('rq:workers'))"
            _ = try await queue.housekeep()
            #expect(try await python(count) == "1 1 1")
            try await python("r.delete('rq:clean_registries:indexing')")
            _ = try await queue.housekeep()
            #expect(try await python(count) == "0 0 0")
            try await python(dirt)
            _ = try await queue.housekeep()
            #expect(try await python(count) == "1 1 1", "not again within the minute")
        }
    }
}
