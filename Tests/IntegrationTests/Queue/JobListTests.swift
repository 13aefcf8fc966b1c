import Foundation
import Testing

@testable import JobQueue

/// What is seen of the jobs in Redis, and that looking changes nothing.
@Suite struct JobListTests {
    @Test func `every state is counted and listed as python counts and lists it`() async throws {
        try await TwinRedis.with { twins, worker, _ in
            let registry = twins.registry()
            let counts = try await registry.counts(in: "indexing")
            var lists: [JobState: [JobSummary]] = [:]
            for state in JobState.allCases {
                lists[state] = try await registry.jobs(state, in: "indexing", limit: 100)
                #expect(lists[state]?.count == counts[state], "\(state)")
            }
            #expect(
                try await twins.python(
                    "print(len(q), *[len(x) for x in (q.started_job_registry, q.failed_job_registry, q.scheduled_job_registry, q.deferred_job_registry, q.finished_job_registry, q.canceled_job_registry)])"
                ) == JobState.allCases.map { "\(counts[$0] ?? -1)" }.joined(separator: " "))
            #expect(lists[.queued]?.map(\.id) == ["job-3", "job-6"])
            #expect(lists[.started]?.map(\.id) == ["job-2"] && lists[.started]?[0].worker == worker.identity.name)
            let failed = try #require(lists[.failed])
            #expect(failed.map(\.id) == ["job-1", "job-10", "job-9"], "the newest first")
            #expect(failed.map(\.reason) == ["Qdrant says no", "ValueError: no", "ValueError: no"])
            #expect(failed[0].url == "https://example.com/1")
            let due = try #require(lists[.scheduled]?.last)
            let now = try await registry.now()
            #expect(due.id == "job-5" && (due.score ?? 0) > now + 3500)
            #expect(try await registry.jobs(.failed, in: "indexing", limit: 1).map(\.id) == ["job-1"])
            #expect(try await registry.queues() == ["indexing"])
            let differences = try await twins.differences(after: "")
            #expect(differences == "", "looking changes nothing")
            await registry.close()
        }
    }

    @Test func `one job is told with its relatives, its place and its endings`() async throws {
        try await TwinRedis.with { twins, _, _ in
            let registry = twins.registry()
            let queued = try #require(try await registry.details(of: "job-3"))
            #expect(queued.position == 1 && queued.timeout == 600 && queued.function == "worker.index_document_job")
            #expect(queued.dependents == [JobDetails.Relative(id: "job-4", status: "deferred")])
            #expect(queued.dependentCount == 1 && queued.payload == "1 document, 3 characters of text")
            let waiting = try #require(try await registry.details(of: "job-4"))
            #expect(waiting.dependencies == [JobDetails.Relative(id: "job-3", status: "queued")])
            let failed = try #require(try await registry.details(of: "job-9"))
            #expect(failed.results.count == 1 && failed.results[0].kind == .failed && failed.expiresIn != nil)
            #expect(failed.results[0].text.contains("Traceback") && failed.job.reason == "ValueError: no")
            let finished = try #require(try await registry.details(of: "job-0"))
            #expect(finished.results.map(\.text) == ["{'success': True}"] && finished.expiresIn == nil)
            let retried = try #require(try await registry.details(of: "job-11"))
            #expect(retried.retriesLeft == 1 && retried.job.status == "scheduled" && retried.job.score != nil)
            #expect(try await registry.details(of: "nobody") == nil)
            await registry.close()
        }
    }

    @Test func `what nobody should have written breaks no list`() async throws {
        try await QueueServer.with { server, python in
            try await python(
                """
                q.enqueue('worker.index_document_job', {'note': 'n' * 80, 'url': 'https://user:secret@example.com/x'}, job_id='late')
                put(1); r.hset('rq:job:job-1', mapping={'data': b'\\x80', 'description': b'\\xff\\x1b[2J'})
                r.rpush('rq:queue:indexing', 'gone', 'text'); r.set('rq:job:text', 'x')
                r.zadd('rq:failed:indexing', {'expired': 1, 'kept': -1, 'text': 9e9}); r.set('rq:results:kept', 'x')
                r.set('rq:wip:indexing', 'x')
                """)
            let registry = JobRegistry(url: server.url)
            let queued = try await registry.jobs(.queued, in: "indexing", limit: 10)
            #expect(queued.map(\.id) == ["late", "job-1", "gone", "text"])
            #expect(queued.map { $0.status ?? "none" } == ["queued", "queued", "none", "none"])
            #expect(queued[0].url == "https://example.com/x", "out of the data, without its password")
            #expect(queued[1].url == nil)
            #expect(try await registry.jobs(.started, in: "indexing", limit: 10).isEmpty)
            #expect(try await registry.counts(in: "indexing")[.failed] == 2)
            #expect(Set(try await registry.jobs(.failed, in: "indexing", limit: 10).map(\.id)) == ["kept", "text"])
            #expect(try await server.redis("ZCARD", "rq:failed:indexing").integer == 3, "nothing is cleaned up")
            let details = try #require(try await registry.details(of: "job-1"))
            #expect(details.payload.hasPrefix("the job's data cannot be read"))
            #expect(try await registry.details(of: "text") == nil)
            #expect(try await registry.cancel(["text", "gone"]).map(\.outcome) == [.gone, .gone])
            await registry.close()
        }
    }
}
