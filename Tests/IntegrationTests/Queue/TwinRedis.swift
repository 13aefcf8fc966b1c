import Foundation
import Testing

@testable import JobQueue

/// Two equal sets of jobs in one Redis: what we do to the one, python-rq does to the other.
struct TwinRedis {
    let server: QueueServer
    let python: QueuePython

    /// Jobs in every state, the same in both, and the worker that runs the started one.
    static func with(_ body: (TwinRedis, RedisQueue, ClaimedJob) async throws -> Void) async throws {
        try await QueueServer.with { server, python in
            let twins = TwinRedis(server: server, python: python)
            try await python(failures)
            let worker = server.queue()
            try await worker.register()
            try await python("for n in range(3): put(n, result_ttl=-1)")
            let jobs = try await worker.claim(upTo: 3, byteBudget: 1 << 20, waitMilliseconds: 0)
            #expect(jobs.map(\.id) == ["job-0", "job-1", "job-2"])
            _ = try await worker.finish(jobs[0], outcome: .success(["success": .bool(true)]))
            _ = try await worker.finish(jobs[1], outcome: .failure("Qdrant says no", mayRetry: false))
            try await python(rest)
            try await body(twins, worker, jobs[2])
        }
    }

    func registry() -> JobRegistry { JobRegistry(url: server.url) }

    /// Runs python-rq's way on the twin, with `r`, `q` and `job` meaning the twin's, and returns every difference.
    ///
    /// What happened since the jobs were made is "now" in both; Pulse's own fields of a job are none of RQ's.
    func differences(after script: String, lifetimes: Bool = true, except: String = "") async throws -> String {
        try await python(
            """
            import re, time
            from rq.group import Group
            path = r.connection_pool.connection_kwargs['path']
            ours, r = r, redis.Redis(unix_socket_path=path, db=1)
            q = Queue('indexing', connection=r)
            made = float(r.get('made')); made_text = r.get('made_text').decode()
            \(script)
            def plain(v):
                v = v.decode('latin-1')
                return 'now' if re.fullmatch(r'\\d{4}-.*Z', v) and v > made_text else v
            def score(s): return 'now' if made - 1 <= s <= time.time() else s
            def value(c, k):
                t = c.type(k)
                if t == b'hash': return {f.decode(): plain(v) for f, v in c.hgetall(k).items() if not f.startswith(b'pulse_')}
                if t == b'zset': return {m: score(s) for m, s in c.zrange(k, 0, -1, withscores=True)}
                if t == b'set': return sorted(c.smembers(k))
                if t == b'list': return c.lrange(k, 0, -1)
                if t == b'stream': return c.xrange(k)
                return c.get(k)
            def alike(k):
                a, b = ours.ttl(k), r.ttl(k)
                return value(ours, k) == value(r, k) and (a == b or (min(a, b) > 0 and abs(a - b) < 60) or not \(lifetimes ? "True" : "False"))
            for k in sorted(set(ours.keys('rq:*')) | set(r.keys('rq:*'))):
                if not alike(k) and not re.match('\(except)$', k.decode()):
                    print(k.decode(), 'OURS', value(ours, k), ours.ttl(k), 'RQ', value(r, k), r.ttl(k))
            """)
    }

    /// Run by a python worker.
    private static let failures = """
        module = types.ModuleType('worker'); sys.modules['worker'] = module
        def fails(document): raise ValueError('no')
        module.index_document_job = fails
        put(9); put(10, ttl=5000); put(11, retry=Retry(max=2, interval=60))
        SimpleWorker(['indexing'], connection=r).work(burst=True)

        """

    /// Job 3 is queued with 4 waiting for it, 5 is scheduled, 6 of a group, 7 canceled; 11 is scheduled for a retry.
    private static let rest = """
        import datetime, time
        from rq.group import Group
        put(3); put(4, depends_on='job-3')
        q.enqueue_in(datetime.timedelta(hours=1), 'worker.index_document_job', {}, job_id='job-5')
        Group.create(r, 'g').enqueue_many(q, [Queue.prepare_data('worker.index_document_job', ({},), job_id='job-6')])
        put(7); job('job-7').cancel()
        for key in r.keys('rq:*'): r.copy(key, key, destination_db=1)
        twin = redis.Redis(unix_socket_path=r.connection_pool.connection_kwargs['path'], db=1)
        twin.set('made', time.time()); twin.set('made_text', datetime.datetime.now(datetime.timezone.utc).strftime('%Y-%m-%dT%H:%M:%S.%fZ'))
        """
}
