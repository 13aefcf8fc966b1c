import Synchronization
import Testing

@testable import Indexing

/// What goes to Qdrant, how much of it at once, and what its refusals lead to.
@Suite(.timeLimit(.minutes(1))) struct StoreWritesTests {
    private static func document(_ number: Int, lines: Int, created: String = "2025-01-01T00:00:00Z") -> IndexDocument {
        IndexDocument(
            url: "https://example.com/\(number)", markdown: (0..<lines).map(Stack.line).joined(), createdAt: created,
            jobID: "job-\(number)-\(lines)")
    }

    /// - Returns: how many documents failed.
    private static func index(_ numbers: Range<Int>, lines: Int, _ stack: Stack, created: String) async -> Int {
        await withTaskGroup(of: Bool.self) { group in
            for number in numbers {
                group.addTask {
                    (try? await stack.indexer.index(document(number, lines: lines, created: created))) == nil
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
    }

    @Test func `documents that wait at the same time share upserts, and their commits requests`() async throws {
        let latch = Latch()
        defer { latch.open() }
        let qdrant = FakeQdrant()
        let held = Mutex(0)
        let service = try ScriptedService { call in
            // The first upserts hold their streams until everybody else's gather behind them.
            if call.path.hasSuffix("/points"), call.method == "PUT",
                held.withLock({
                    $0 += 1; return $0 <= 3
                })
            {
                latch.wait()
            }
            return qdrant.answer(call)
        }
        let stack = try await Stack(qdrant: qdrant, service: service)
        async let failures = Self.index(0..<40, lines: 3, stack, created: "2025-01-01T00:00:00Z")
        try await eventually("the others gather") { stack.indexer.collection.writes.waitingUpserts == 37 }
        latch.open()
        #expect(await failures == 0)
        #expect(qdrant.points.count == 120)
        let upserts = qdrant.state.withLock { $0.upserts }
        // The third of those held may be done after it.
        #expect(upserts.sorted() == [3, 3, 3, 111], "three streams, then all that waited in one")
        // Shorter now: each is written, what is stale is deleted, and it is committed.
        #expect(await Self.index(0..<40, lines: 2, stack, created: "2025-01-02T00:00:00Z") == 0)
        #expect(qdrant.points.count == 80)
        #expect(qdrant.points.values.allSatisfy { $0.payload["chunk_high"] as? Int ?? 2 == 2 })
    }

    @Test func `stale points and the commit go in one request, in this order`() async throws {
        let stack = try await Stack()
        _ = try await stack.indexer.index(Stack.document(lines: 5))
        stack.qdrant.state.withLock { $0.writes = [] }
        _ = try await stack.indexer.index(Stack.document(lines: 2, created: "2025-01-02T00:00:00Z"))
        #expect(
            stack.qdrant.state.withLock { $0.writes } == [
                "PUT /points", "+POST /points/delete", "+POST /points/payload",
            ])
        try stack.expectExactly(lines: 2)
    }

    @Test func `a document that Qdrant refuses takes no other with it`() async throws {
        let stack = try await Stack(.init(), FakeQdrant.State(poison: "line 7 of"))
        async let good = Self.index(0..<20, lines: 3, stack, created: "2025-01-01T00:00:00Z")
        async let bad = Self.index(100..<103, lines: 9, stack, created: "2025-01-01T00:00:00Z")
        #expect(await good == 0)
        #expect(await bad == 3)
        #expect(stack.qdrant.points.count == 60)
        #expect(stack.indexer.admission == .all, "no document's fault is the server's")
    }

    @Test(arguments: [(50, 32 << 20), (1, 32 << 20), (1000, 20_000)])
    func `a server that takes less is given less, and remembered`(mostPoints: Int, bodyLimit: Int) async throws {
        let stack = try await Stack(.init(), FakeQdrant.State(mostPoints: mostPoints, bodyLimit: bodyLimit))
        _ = try await stack.indexer.index(Stack.document(lines: 200))
        try stack.expectExactly(lines: 200)
        func refusals() -> Int {
            let sent = stack.qdrantService.calls.count { $0.method == "PUT" && $0.path.hasSuffix("/points") }
            return sent - stack.qdrant.state.withLock { $0.upserts.count }
        }
        let before = refusals()
        #expect(before > 0)
        #expect(await Self.index(0..<8, lines: 6, stack, created: "2025-01-01T00:00:00Z") == 0)
        #expect(stack.qdrant.points.count == 248)
        #expect(refusals() == before, "what was learnt is forgotten")
    }

    @Test func `one point that is too large alone fails its document, and its name is told`() async throws {
        let stack = try await Stack(.init(), FakeQdrant.State(bodyLimit: 900))
        var document = Stack.document(lines: 3)
        document.markdown += String(repeating: "x", count: 2000) + "\n"
        await #expect {
            try await stack.indexer.index(document)
        } throws: {
            guard case .permanent(let reason)? = $0 as? IndexingFailure else { return false }
            return reason.contains("chunk 3, bytes ") && reason.contains("too large") && reason.contains("limit: 900")
        }
        #expect(stack.indexer.admission == .all)
    }

    @Test(arguments: [
        ("Max points limit of 1000 reached!", 400, true, "strict mode"),
        (
            "Service internal error: No space left on device: WAL buffer size exceeds available disk space", 500, false,
            "disk"
        ),
        ("node memory quota exceeded", 507, false, "quota"),
        ("Storage locked: maintenance", 403, true, "locked"),
    ])
    func `a store that is full or locked is a reason to pause, not a document's fault`(
        text: String, status: Int, isConfiguration: Bool, remedy: String
    ) async throws {
        let stack = try await Stack()
        _ = try await stack.indexer.index(Stack.document(lines: 1))
        stack.qdrant.state.withLock { $0.script = Array(repeating: FakeQdrant.error(status, text), count: 9) }
        await #expect {
            try await stack.indexer.index(Stack.document(lines: 2, created: "2025-01-02T00:00:00Z"))
        } throws: {
            switch $0 as? IndexingFailure {
            case .configuration("qdrant", let fault): isConfiguration && fault.remedy?.contains(remedy) == true
            case .unavailable("qdrant", let fault): !isConfiguration && fault.remedy?.contains(remedy) == true
            default: false
            }
        }
        guard case .none = stack.indexer.admission else { return #expect(Bool(false), "still takes jobs") }
    }

    @Test func `with an ordering set every write carries it`() async throws {
        let stack = try await Stack(.init(), FakeQdrant.State(ordering: "medium")) { settings in
            settings.collectionOptions.ordering = .medium
        }
        _ = try await stack.indexer.index(Stack.document(lines: 3))
        _ = try await stack.indexer.index(Stack.document(lines: 2, created: "2025-01-02T00:00:00Z"))
        try stack.expectExactly(lines: 2)
    }

    @Test func `"too many requests" is obeyed and not counted as a failure`() async throws {
        let stack = try await Stack()
        _ = try await stack.indexer.index(Stack.document(lines: 1))
        let slowDown = ScriptedService.Answer.json("{}", status: 429, headers: ["Retry-After": "0"])
        let away = FakeQdrant.error(503, "Shard temporarily unavailable")
        // Three attempts are allowed.
        stack.qdrant.state.withLock { $0.script = Array(repeating: slowDown, count: 5) + [away, slowDown, away] }
        _ = try await stack.indexer.index(Stack.document(lines: 2, created: "2025-01-02T00:00:00Z"))
        try stack.expectExactly(lines: 2)
    }

    @Test func `a worker that may have lost its jobs meanwhile does not try again`() async throws {
        let mayWrite = Mutex(true)
        let qdrant = FakeQdrant()
        let service = try ScriptedService { call in
            guard call.method == "PUT", call.path.hasSuffix("/points") else { return qdrant.answer(call) }
            mayWrite.withLock { $0 = false }
            return FakeQdrant.error(503, "Shard temporarily unavailable")
        }
        let stack = try await Stack(qdrant: qdrant, service: service) { settings in
            settings.mayWrite = { mayWrite.withLock { $0 } }
        }
        await #expect { try await stack.indexer.index(Stack.document(lines: 2)) } throws: {
            guard case .unavailable("qdrant", let fault)? = $0 as? IndexingFailure else { return false }
            return fault.reason.contains("nothing is written")
        }
        #expect(service.calls.count { $0.method == "PUT" && $0.path.hasSuffix("/points") } == 1)
    }

    @Test func `in a collection of two shards chunk 0 goes first and alone`() async throws {
        let stack = try await Stack(.init(), FakeQdrant.State(dimension: 4, shards: 2))
        _ = try await stack.indexer.index(Stack.document(lines: 3))
        #expect(stack.qdrant.state.withLock { $0.upserts } == [1, 2])
        try stack.expectExactly(lines: 3)
    }

    @Test func `a collection that goes away is made again within the same job`() async throws {
        let stack = try await Stack()
        _ = try await stack.indexer.index(Stack.document(lines: 2))
        stack.qdrant.state.withLock { $0 = FakeQdrant.State() }
        _ = try await stack.indexer.index(Stack.document(lines: 2))
        #expect(stack.indexer.admission == .all)
        try stack.expectExactly(lines: 2)
    }

    @Test func `a point that somebody deletes under a commit is written again`() async throws {
        let stack = try await Stack()
        _ = try await stack.indexer.index(Stack.document(lines: 5))
        let gone = FakeQdrant.error(404, "Not found: No point with id x found")
        stack.qdrant.state.withLock { $0.script = [FakeQdrant.completed, gone] }
        _ = try await stack.indexer.index(Stack.document(lines: 2, created: "2025-01-02T00:00:00Z"))
        try stack.expectExactly(lines: 2)
    }

    @Test(arguments: ["[]", #"[{"status":"completed"}]"#])
    func `an answer for fewer operations than were sent is no success`(results: String) async throws {
        let stack = try await Stack()
        _ = try await stack.indexer.index(Stack.document(lines: 5))
        stack.qdrant.state.withLock {
            $0.script = [FakeQdrant.completed, .json(#"{"result":\#(results),"status":"ok"}"#)]
        }
        await #expect {
            try await stack.indexer.index(Stack.document(lines: 2, created: "2025-01-02T00:00:00Z"))
        } throws: {
            guard case .configuration("qdrant", let fault)? = $0 as? IndexingFailure else { return false }
            return fault.reason.contains("an update's status")
        }
    }

    @Test(arguments: [
        FakeQdrant.error(503, "Shard temporarily unavailable"),
        .json("{}", status: 429, headers: ["Retry-After": "100"]),
        .json(#"{"result":{"operation_id":1,"status":"wait_timeout"},"status":"ok"}"#),
    ])
    func `that an attempt has failed is told before the next is waited for`(answer: ScriptedService.Answer) async throws
    {
        let stack = try await Stack(.init(), FakeQdrant.State(dimension: 4, script: [answer])) { settings in
            settings.retry = RetryPolicy(
                base: .seconds(100_000), cap: .seconds(100_000), patience: .seconds(200_000),
                flowControlPatience: .seconds(200_000))
        }
        let failed = Mutex(0)
        let write = Task {
            try await stack.indexer.collection.store.update(
                [.delete([.uuid("a")])],
                WriteAttempts(mayBegin: { true }, failed: { failed.withLock { $0 += 1 } }))
        }
        try await eventually("the attempt has failed") { failed.withLock { $0 } == 1 }
        write.cancel()
        await #expect(throws: CallFailure.cancelled) { try await write.value }
        #expect(failed.withLock { $0 } == 1)
    }
}
