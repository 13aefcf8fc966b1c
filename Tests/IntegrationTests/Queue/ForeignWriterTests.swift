import Synchronization
import Testing

@testable import Indexing
@testable import JobQueue
@testable import pulse_worker

/// Python workers beside ours, and the points that they write.
@Suite struct ForeignWriterTests {
    private static let birth = """
        from rq import SimpleWorker
        w = SimpleWorker(['indexing'], name='python-1', connection=r); w.register_birth()
        """
    private static let death = """
        from rq import Worker
        Worker.find_by_key('rq:worker:python-1', connection=r).register_death()
        """

    @Test func `workers of RQ's own are foreign while they are registered, and Pulse's never`() async throws {
        try await QueueServer.with { server, python in
            let (queue, other) = (server.queue(), server.queue(slot: "worker.2") { $0.queues = ["other", "indexing"] })
            try await queue.register()
            try await other.register()
            #expect(try await !queue.hasForeignWorkers())
            try await python(Self.birth)
            #expect(try await queue.hasForeignWorkers())
            #expect(try await other.hasForeignWorkers())
            #expect(try await !server.queue { $0.queues = ["other"] }.hasForeignWorkers())
            try await python(Self.death)
            #expect(try await !queue.hasForeignWorkers())
            try await python(Self.birth + "\nr.delete('rq:worker:python-1')")
            #expect(try await !queue.hasForeignWorkers(), "a registration whose time was up")
        }
    }

    @Test func `what a Python worker writes after the first count is found by the next, and goes`() async throws {
        try await QueueServer.with { server, python in
            let queue = server.queue()
            try await queue.register()
            // Somebody else made the collection, so they are counted at all.
            let stack = try await Stack(.init(), .init(dimension: 4))
            let watch = ForeignWriterWatch(queue: queue, indexer: stack.indexer)
            let start = ContinuousClock.now
            func counts() -> Int { stack.qdrant.state.withLock { $0.reads.count { $0 == "POST /points/count" } } }
            func index(_ lines: Int, day: Int) async throws {
                _ = try await stack.indexer.index(Stack.document(lines: lines, created: "2025-01-0\(day)T00:00:00Z"))
            }

            try await watch.turn(at: start)
            try await index(1, day: 1)
            try await watch.turn(at: start + .seconds(60))
            try await index(2, day: 2)
            #expect(counts() == 1, "nobody else is there")

            try await python(Self.birth)
            stack.qdrant.state.withLock { $0.points.merge(Self.old) { $1 } }
            try await watch.turn(at: start + .seconds(119))
            try await index(3, day: 3)
            #expect(counts() == 1 && stack.qdrant.points.count == 5, "it is not time yet")

            try await watch.turn(at: start + .seconds(120))
            try await index(2, day: 4)
            #expect(counts() == 2)
            try stack.expectExactly(lines: 2)

            // Its last words, of a document that comes again unchanged.
            stack.qdrant.state.withLock { $0.points.merge(Self.old) { $1 } }
            try await python(Self.death)
            try await watch.turn(at: start + .seconds(180))
            try await index(2, day: 5)
            try stack.expectExactly(lines: 2)
            let last = counts()
            try await watch.turn(at: start + .seconds(240))
            try await index(1, day: 6)
            #expect(counts() <= last + 1, "once it has gone, only what was deleted is made sure of")
        }
    }

    private static var old: [String: FakeQdrant.Point] {
        let payload: [String: Any] = [
            "url": Stack.url, "canonical_url": CanonicalURL(Stack.url).canonical, "text": "old",
        ]
        return [
            "a-old": .init(vector: [1, 0, 0, 0], payload: payload),
            "b-old": .init(vector: [1, 0, 0, 0], payload: payload),
        ]
    }
}
