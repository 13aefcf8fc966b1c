import Foundation
import Testing

@testable import JobQueue

/// Jobs of real python-rq 2.6 run by us, and ours run by it.
@Suite struct QueueInteropTests {
    static let result: PickleValue = [
        "success": .bool(true), "url": .string("https://example.com/0"), "chunks_indexed": .int(3),
        "total_tokens": .int(512),
    ]

    @Test func `a job of python's is claimed, finished and read back by python`() async throws {
        try await QueueServer.with { server, python in
            try await python("put()")
            let queue = server.queue()
            try await queue.register()
            let jobs = try await queue.claim(upTo: 8, byteBudget: 1 << 20, waitMilliseconds: 0)
            let job = try #require(jobs.first)
            #expect(jobs.count == 1 && job.id == "job-0" && job.timeoutSeconds == 600 && job.crashes == 0)
            #expect(
                try job.payload.get()
                    == .documents([DocumentFields(url: "https://example.com/0", markdown: "# 0")], isBatch: false))
            #expect(
                try await python(
                    "print(job('job-0').get_status().value, job('job-0').worker_name, len(q), len(q.started_job_registry), [w.name for w in Worker.all(connection=r)])"
                )
                    == "started \(queue.identity.name) 0 1 ['\(queue.identity.name)']")
            #expect(try await queue.finish(job, outcome: .success(Self.result), seconds: 1.5) == .recorded)
            #expect(
                try await python(
                    """
                    j = job('job-0')
                    print(j.get_status().value, json.dumps(j.return_value()), j.latest_result().type.value, j.latest_result().worker_name)
                    print(len(q.finished_job_registry), len(q.started_job_registry), len(q.failed_job_registry), j.ended_at > j.started_at)
                    print(0 < r.ttl('rq:job:job-0') <= 500, 0 < r.ttl('rq:results:job-0') <= 500, r.exists('rq:executions:job-0'))
                    print(sorted(f.decode() for f in r.hkeys('rq:job:job-0')))
                    w = Worker.all(connection=r)[0]; print(w.successful_job_count, w.total_working_time, w.get_current_job_id())
                    """)
                        == """
                        finished {"success": true, "url": "https://example.com/0", "chunks_indexed": 3, "total_tokens": 512} 1 \(queue.identity.name)
                        1 0 0 True
                        True True 0
                        ['created_at', 'data', 'description', 'ended_at', 'enqueued_at', 'failure_callback_name', 'group_id', 'last_heartbeat', 'origin', 'started_at', 'status', 'stopped_callback_name', 'success_callback_name', 'timeout', 'worker_name']
                        1 1.5 None
                        """)
            try await queue.unregister()
            #expect(try await python("print(Worker.all(connection=r), r.keys('pulse:*:pulse-*'))") == "[] []")
        }
    }

    @Test func `a failed job stands in python's failed registry with its reason, and can be requeued`() async throws {
        try await QueueServer.with { server, python in
            try await python("put()")
            let queue = server.queue()
            let job = try #require(try await queue.claim(upTo: 1, byteBudget: 1 << 20, waitMilliseconds: 0).first)
            #expect(try await queue.finish(job, outcome: .failure("Qdrant says: größe", mayRetry: true)) == .recorded)
            #expect(
                try await python(
                    """
                    j = job('job-0')
                    print(j.get_status().value, q.failed_job_registry.get_job_ids(), j.latest_result().exc_string, r.ttl('rq:results:job-0') > 0)
                    j.requeue(); print(job('job-0').get_status().value, q.job_ids)
                    """) == "failed ['job-0'] Qdrant says: größe True\nqueued ['job-0']")
        }
    }

    @Test func `retries are RQ's own`() async throws {
        try await QueueServer.with { server, python in
            // Fractions as a backoff computed in Python has them; whole seconds do for it.
            try await python("put(0, retry=Retry(max=2, interval=[0.0, 60.9])); put(1, retry=Retry(max=1))")
            let queue = server.queue()
            var answers: [FinishResult] = []
            for _ in 0..<3 {
                let job = try #require(try await queue.claim(upTo: 1, byteBudget: 1 << 20, waitMilliseconds: 0).first)
                answers.append(try await queue.finish(job, outcome: .failure("no", mayRetry: true)))
            }
            #expect(answers == [.retried(afterSeconds: 0), .retried(afterSeconds: 0), .retried(afterSeconds: 60)])
            let last = try #require(try await queue.claim(upTo: 1, byteBudget: 1 << 20, waitMilliseconds: 0).first)
            #expect(last.id == "job-1" && last.retriesLeft == 0)
            #expect(try await queue.finish(last, outcome: .failure("no", mayRetry: true)) == .recorded)
            #expect(
                try await python(
                    "print(job('job-0').get_status().value, job('job-0').retries_left, q.scheduled_job_registry.get_job_ids(), q.failed_job_registry.get_job_ids())"
                )
                    == "scheduled 0 ['job-0'] ['job-1']")
        }
    }

    @Test func `dependents are released once everything they wait for is finished`() async throws {
        try await QueueServer.with { server, python in
            try await python("a = put(0); b = put(1); put(2, depends_on=[a, b])")
            let queue = server.queue()
            let jobs = try await queue.claim(upTo: 8, byteBudget: 1 << 20, waitMilliseconds: 0)
            #expect(jobs.map(\.id) == ["job-0", "job-1"])
            _ = try await queue.finish(jobs[0], outcome: .success(.none))
            #expect(try await queue.lengths() == 0)
            _ = try await queue.finish(jobs[1], outcome: .success(.none))
            #expect(
                try await python(
                    "print(q.job_ids, len(q.deferred_job_registry), job('job-0').return_value(), job('job-2').get_status().value)"
                ) == "['job-2'] 0 None queued")
        }
    }

    @Test func `a job we enqueue is run by a python worker, and looks like one of python's`() async throws {
        try await QueueServer.with { server, python in
            let producer = JobProducer(url: server.url)
            let id = try await producer.enqueue(
                document: [
                    .init("url", .string("https://example.com/0")), .init("markdown", .string("# é 😀")),
                    .init("statusCode", .int(200)),
                ])
            await producer.close()
            #expect(
                try await python(
                    """
                    mine, theirs = job('\(id)'), put(1)
                    fields = lambda j: sorted(k for k, v in r.hgetall('rq:job:' + j.id).items())
                    print(fields(mine) == fields(theirs), mine.timeout, mine.description, mine.enqueued_at is not None)
                    module = types.ModuleType('worker'); sys.modules['worker'] = module
                    module.index_document_job = lambda document: {'success': True, 'got': document}
                    SimpleWorker(['indexing'], connection=r).work(burst=True)
                    print(job('\(id)').get_status().value, job('\(id)').return_value())
                    """)
                        == """
                        True 600 worker.index_document_job({'url': 'https://example.com/0', 'markdown': '# é 😀', 'statusCode': 200}) True
                        finished {'success': True, 'got': {'url': 'https://example.com/0', 'markdown': '# é 😀', 'statusCode': 200}}
                        """)
        }
    }

    @Test func `python reads every value we write`() async throws {
        try await QueueServer.with { server, python in
            try await python("put()")
            let queue = server.queue()
            let value: PickleValue = .list([
                .int(.min), .int(-1), .int(255), .int(256), .int(65_536), .int(1 << 40), .double(-0.5), .bool(false),
                .none,
                .string("é😀"), .bytes([0, 255]), .tuple([.int(1), .list([])]), ["a": .dict([])],
            ])
            let job = try #require(try await queue.claim(upTo: 1, byteBudget: 1 << 20, waitMilliseconds: 0).first)
            _ = try await queue.finish(job, outcome: .success(value))
            #expect(
                try await python("print(job('job-0').return_value())")
                    == "[-9223372036854775808, -1, 255, 256, 65536, 1099511627776, -0.5, False, None, 'é😀', b'\\x00\\xff', (1, []), {'a': {}}]"
            )
        }
    }

    @Test func `rq info shows us and our counts`() async throws {
        try await QueueServer.with { server, python in
            try await python("put(0); put(1)")
            let queue = server.queue()
            let job = try #require(try await queue.claim(upTo: 1, byteBudget: 1 << 20, waitMilliseconds: 0).first)
            let info = try await python(
                "from rq.cli.helpers import show_both; show_both([q], False, False, Queue, Worker, r)")
            #expect(info.contains(queue.identity.name) && info.contains("busy") && info.contains("indexing"))
            _ = try await queue.finish(job, outcome: .success(.none))
        }
    }
}
