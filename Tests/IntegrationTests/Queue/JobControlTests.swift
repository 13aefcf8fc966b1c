import Foundation
import Testing

@testable import JobQueue

/// What people order, beside python-rq 2.6 doing the same to equal jobs: not a key may differ.
@Suite struct JobControlTests {
    private static let all = [0, 1, 2, 3, 4, 5, 6, 9, 10, 11].map { "job-\($0)" }
    private static let states = [
        "finished", "failed", "started", "queued", "deferred", "scheduled", "queued", "failed", "failed", "scheduled",
    ]

    @Test func `canceled jobs stand where RQ puts them, and whoever runs one may not finish it`() async throws {
        try await TwinRedis.with { twins, worker, running in
            let registry = twins.registry()
            let changes = try await registry.cancel(Self.all + ["job-7", "nobody"])
            #expect(changes.map(\.outcome) == Self.all.map { _ in .done } + [.refused, .gone])
            #expect(changes.map(\.status) == Self.states + ["canceled", ""])
            #expect(changes.first { $0.id == "job-3" }?.waiting == 1)
            let names = Self.all.map { "'\($0)'" }.joined(separator: ", ")
            let differences = try await twins.differences(after: "for id in [\(names)]: job(id).cancel()")
            #expect(differences == "")

            #expect(try await worker.refresh([running]) == [running.execution])
            #expect(try await worker.finish(running, outcome: .success(.none)) == .lost)
            #expect(
                try await twins.python("print(job('job-2').get_status().value, len(q), r.keys('rq:execution*'))")
                    == "canceled 0 []")
            await registry.close()
        }
    }

    @Test func `deleted jobs leave what RQ leaves, without their results`() async throws {
        try await TwinRedis.with { twins, worker, running in
            let registry = twins.registry()
            let changes = try await registry.delete(Self.all + ["job-7", "job-0"])
            #expect(changes.map(\.outcome) == Self.all.map { _ in .done } + [.done, .gone])
            let names = (Self.all + ["job-7"]).map { "'\($0)'" }.joined(separator: ", ")
            let differences = try await twins.differences(
                after: "for id in [\(names)]: job(id).delete()", except: "rq:results:.*")
            #expect(differences == "")
            #expect(try await worker.finish(running, outcome: .success(.none)) == .lost)
            #expect(try await twins.python("print(r.keys('rq:job*'), r.keys('rq:results*'))") == "[] []")
            await registry.close()
        }
    }

    @Test func `requeued jobs are RQ's, with a fresh budget of crashes and no end while they wait`() async throws {
        try await TwinRedis.with { twins, _, _ in
            let registry = twins.registry()
            try await twins.server.redis(
                "HSET", "rq:job:job-1", "pulse_crashes", "2", "pulse_crash_log", "x", "pulse_seq", "1")
            let changes = try await registry.requeue(
                ["job-1", "job-9", "job-10", "job-7", "job-0", "job-2", "job-3", "job-4", "job-5", "nobody"])
            #expect(
                changes.map(\.outcome) == [
                    .done, .done, .done, .done, .refused, .refused, .refused, .refused, .refused, .gone,
                ])
            let script =
                "for id in ['job-1', 'job-9', 'job-10']: job(id).requeue()\nCanceledJobRegistry(queue=q).requeue('job-7')"
            let differences = try await twins.differences(after: script, lifetimes: false)
            #expect(differences == "")
            #expect(
                try await twins.python(
                    "print(r.hmget('rq:job:job-1', 'pulse_crashes', 'pulse_crash_log', 'pulse_seq'), r.ttl('rq:job:job-1'), 4990 < r.ttl('rq:job:job-10') <= 5000, q.job_ids)"
                )
                    == "[None, None, None] -1 True ['job-3', 'job-6', 'job-1', 'job-9', 'job-10', 'job-7']")
            await registry.close()
        }
    }

    @Test func `a job in the failed registry that waits or runs again is not run twice`() async throws {
        try await TwinRedis.with { twins, _, _ in
            try await twins.python("r.zadd('rq:failed:indexing', {'job-2': 9e9, 'job-3': 9e9})")
            let registry = twins.registry()
            #expect(try await registry.requeue(["job-2", "job-3"]).map(\.outcome) == [.refused, .refused])
            #expect(try await registry.requeueAllFailed(in: "indexing").count { $0.outcome == .done } == 3)
            #expect(try await twins.python("print(q.job_ids.count('job-2'), q.job_ids.count('job-3'))") == "0 1")
            await registry.close()
        }
    }

    @Test func `all that failed are requeued oldest first, in pieces, and what has expired is forgotten`() async throws
    {
        try await QueueServer.with { server, python in
            try await python(
                """
                p = r.pipeline()
                for n in range(1201):
                    if n != 600: p.hset(f'rq:job:f{n}', mapping={'data': b'x', 'origin': 'indexing', 'status': 'failed'})
                    p.zadd('rq:failed:indexing', {f'f{n}': 9e9 + n})
                p.execute()
                """)
            let registry = JobRegistry(url: server.url)
            let changes = try await registry.requeueAllFailed(in: "indexing")
            #expect(changes.count { $0.outcome == .done } == 1200 && changes.count { $0.outcome == .gone } == 1)
            #expect(
                try await python(
                    "print(r.exists('rq:failed:indexing'), q.job_ids == [f'f{n}' for n in range(1201) if n != 600], r.hget('rq:job:f7', 'timeout'))"
                ) == "0 True b'180'")
            #expect(try await registry.requeueAllFailed(in: "indexing").isEmpty)
            await registry.close()
        }
    }

    @Test func `an emptied queue is RQ's, and a job that runs elsewhere stays`() async throws {
        try await TwinRedis.with { twins, worker, running in
            let registry = twins.registry()
            let emptied = try await registry.empty("indexing")
            #expect(emptied.deleted == 2 && emptied.waiting == 1)
            let differences = try await twins.differences(after: "q.empty()")
            #expect(differences == "")
            // A second entry of the one that runs, between many that only wait.
            try await twins.python(
                """
                p = r.pipeline()
                for n in range(1100):
                    p.hset(f'rq:job:w{n}', mapping={'data': b'x', 'status': 'queued'}); p.rpush('rq:queue:indexing', f'w{n}')
                    p.xadd(f'rq:results:w{n}', {'type': 2})
                p.rpush('rq:queue:indexing', 'job-2', 'gone'); p.execute()
                """)
            #expect(try await registry.empty("indexing").deleted == 1100)
            #expect(try await twins.python("print(len(q), r.keys('rq:job:w*'), r.keys('rq:results:w*'))") == "0 [] []")
            #expect(try await worker.finish(running, outcome: .success(.none)) == .recorded)
            await registry.close()
        }
    }

    @Test func `a pause is RQ's own, and says what was before`() async throws {
        try await QueueServer.with { server, python in
            let registry = JobRegistry(url: server.url)
            #expect(try await registry.suspension() == Suspension(isSuspended: false))
            #expect(try await registry.suspend(milliseconds: nil) == Suspension(isSuspended: false))
            let asked =
                "from rq.suspension import *\nprint(is_suspended(r), r.get('rq:suspended'), r.ttl('rq:suspended'))"
            #expect(try await python(asked) == "1 b'1' -1")
            #expect(try await registry.suspend(milliseconds: 90_000) == Suspension(isSuspended: true))
            let before = try await registry.suspension()
            #expect(before.isSuspended && (80...90).contains(before.secondsLeft ?? 0))
            #expect(try await registry.resume().isSuspended)
            #expect(try await registry.resume() == Suspension(isSuspended: false))
            try await python("from rq.suspension import *\nsuspend(r)")
            #expect(try await registry.suspension() == Suspension(isSuspended: true))
            await registry.close()
        }
    }

    @Test func `other prefixes are other queues`() async throws {
        try await QueueServer.with { server, python in
            try await python("put(0)")
            let other = JobRegistry(url: server.url, keyPrefix: "theirs")
            #expect(try await other.empty("indexing").deleted == 0)
            _ = try await other.suspend(milliseconds: nil)
            #expect(
                try await python("print(len(q), r.exists('rq:suspended'), r.exists('theirs:suspended'))") == "1 0 1")
            await other.close()
        }
    }
}
