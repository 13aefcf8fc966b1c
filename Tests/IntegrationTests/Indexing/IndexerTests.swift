import Synchronization
import Testing

@testable import Indexing

@Suite struct IndexerTests {
    @Test func `a new document creates the collection and is written in one request`() async throws {
        let stack = try await Stack()
        let outcome = try await stack.indexer.index(Stack.document(lines: 3))
        #expect(outcome == IndexOutcome(url: Stack.url, chunksIndexed: 3, totalTokens: outcome.totalTokens))
        #expect(outcome.totalTokens > 0)
        stack.qdrant.state.withLock { state in
            #expect(state.dimension == 4)
            #expect(state.indexes == ["url", "canonical_url", "domain", "language", "chunker"])
            #expect(state.writes == ["PUT /points"])
        }
        try stack.expectExactly(lines: 3)
    }

    @Test func `100 chunks go in batches of 32 and all arrive`() async throws {
        let stack = try await Stack()
        let outcome = try await stack.indexer.index(Stack.document(lines: 100))
        #expect(outcome.chunksIndexed == 100)
        // The first is the one input that shows the dimension.
        #expect(stack.tei.batches.withLock { $0.sorted() } == [1, 4, 32, 32, 32])
        try stack.expectExactly(lines: 100)
    }

    @Test func `300 chunks are written intent first and committed last`() async throws {
        let stack = try await Stack()
        _ = try await stack.indexer.index(Stack.document(lines: 300))
        let upsert = "PUT /points"
        #expect(stack.qdrant.state.withLock { $0.writes } == [upsert, upsert, upsert, "POST /points/payload"])
        try stack.expectExactly(lines: 300)
    }

    @Test func `the same document again embeds nothing and leaves the same points`() async throws {
        let stack = try await Stack()
        let first = try await stack.indexer.index(Stack.document(lines: 40))
        let embeds = stack.tei.batches.withLock { $0.count }
        let again = try await stack.indexer.index(Stack.document(lines: 40))
        #expect(again.unchanged)
        #expect(again.chunksIndexed == 40 && again.totalTokens == first.totalTokens)
        #expect(stack.tei.batches.withLock { $0.count } == embeds)
        try stack.expectExactly(lines: 40)
    }

    @Test func `a new title alone is set on all points without embedding`() async throws {
        let stack = try await Stack()
        _ = try await stack.indexer.index(Stack.document(lines: 5))
        let embeds = stack.tei.batches.withLock { $0.count }
        var document = Stack.document(lines: 5, created: "2025-01-02T00:00:00Z")
        document.title = "New"
        #expect(try await stack.indexer.index(document).unchanged)
        #expect(stack.tei.batches.withLock { $0.count } == embeds)
        #expect(stack.qdrant.points.values.allSatisfy { $0.payload["title"] as? String == "New" })
        try stack.expectExactly(lines: 5)
    }

    @Test func `a shortened document leaves only its new points`() async throws {
        let stack = try await Stack()
        _ = try await stack.indexer.index(Stack.document(lines: 100))
        let outcome = try await stack.indexer.index(Stack.document(lines: 7, created: "2025-01-02T00:00:00Z"))
        #expect(outcome.chunksIndexed == 7)
        try stack.expectExactly(lines: 7)
    }

    @Test func `an older job does not overwrite a later one`() async throws {
        let stack = try await Stack()
        _ = try await stack.indexer.index(Stack.document(lines: 4, created: "2025-01-02T00:00:00Z"))
        let outcome = try await stack.indexer.index(Stack.document(lines: 9, created: "2025-01-01T00:00:00Z"))
        #expect(outcome.superseded && outcome.chunksIndexed == 4)
        try stack.expectExactly(lines: 4)
    }

    @Test
    func `an older job overwrites a later one that was left in the middle, and is overwritten when that comes back`()
        async throws
    {
        let stack = try await Stack()
        let later = Stack.document(lines: 300, created: "2025-01-02T00:00:00Z")
        stack.qdrant.state.withLock { $0.writesLeft = 1 }
        _ = try? await stack.indexer.index(later)
        stack.qdrant.state.withLock { $0.writesLeft = nil }
        _ = await stack.indexer.qdrant.check()
        let outcome = try await stack.indexer.index(Stack.document(lines: 9, created: "2025-01-01T00:00:00Z"))
        #expect(!outcome.superseded && outcome.chunksIndexed == 9)
        try stack.expectExactly(lines: 9)
        #expect(try await stack.indexer.index(later).chunksIndexed == 300)
        try stack.expectExactly(lines: 300)
    }

    @Test func `a document that a restarted server embeds with another model is not finished`() async throws {
        let stack = try await Stack()
        _ = try await stack.indexer.index(Stack.document(lines: 1))
        stack.tei.settings.withLock {
            $0.model = "other"
            $0.script = [.json("[[0.1,").cut]
        }
        let document = Stack.document(lines: 200, created: "2025-01-02T00:00:00Z")
        await #expect {
            try await stack.indexer.index(document)
        } throws: {
            guard case .unavailable("tei", let fault)? = $0 as? IndexingFailure else { return false }
            return fault.reason.contains("the model changed") && fault.reason.contains("\"other\"")
        }
        let first = stack.qdrant.points[PointID.of(identity: Stack.url, ordinal: 0)]
        #expect(first?.payload["chunk_count"] as? Int == 1, "nothing of it was written")
    }

    @Test func `jobs that succeed do not put off the check that another model is found by`() async throws {
        let stack = try await Stack()
        _ = await stack.indexer.tei.check()
        let before = ContinuousClock.now
        _ = try await stack.indexer.index(Stack.document(lines: 1))
        let least = before.duration(to: .now)
        #expect(try #require(stack.indexer.tei.age) >= least)
        stack.tei.settings.withLock { $0.model = "other" }
        _ = await stack.indexer.tei.check()
        #expect(stack.indexer.embeddings.knownFacts?.modelID == "other")
    }

    @Test(arguments: 0...6) func `a run that ends after any write is made good by the next`(writes: Int) async throws {
        let stack = try await Stack()
        _ = try await stack.indexer.index(Stack.document(lines: 200))
        stack.qdrant.state.withLock { $0.writesLeft = writes }
        _ = try? await stack.indexer.index(Stack.document(lines: 300, created: "2025-01-02T00:00:00Z"))
        stack.qdrant.state.withLock { $0.writesLeft = nil }
        _ = await stack.indexer.qdrant.check()
        let outcome = try await stack.indexer.index(Stack.document(lines: 30, created: "2025-01-03T00:00:00Z"))
        #expect(outcome.chunksIndexed == 30)
        try stack.expectExactly(lines: 30)
    }

    @Test func `a text the model refuses is cut smaller and indexed whole`() async throws {
        let stack = try await Stack(FakeTEI.Settings(poison: "line 17 of"))
        let outcome = try await stack.indexer.index(Stack.document(lines: 64))
        let points = stack.qdrant.points
        #expect(outcome.chunksIndexed == points.count && points.count > 64)
        let texts = (0..<points.count).compactMap {
            points[PointID.of(identity: Stack.url, ordinal: $0)]?.payload["text"] as? String
        }
        let words = texts.flatMap { $0.split(whereSeparator: \.isWhitespace) }
        #expect(words.joined() == Stack.document(lines: 64).markdown.split(whereSeparator: \.isWhitespace).joined())
    }

    @Test(arguments: [false, true])
    func `what cannot be embedded at all is isolated, the rest is indexed, the job fails and says where`(
        isUncounted: Bool
    ) async throws {
        let stack = try await Stack(FakeTEI.Settings(poison: "§", isPoisonUncounted: isUncounted))
        var document = Stack.document(lines: 64)
        document.markdown = document.markdown.replacing("line 17 of", with: "line §17 of")
        await #expect {
            try await stack.indexer.index(document)
        } throws: { error in
            guard case .permanent(let reason)? = error as? IndexingFailure else { return false }
            return reason.contains("chunk 17, bytes ") && reason.contains("less than 512 tokens")
        }
        #expect(stack.qdrant.points.count >= 63)
        let texts = stack.qdrant.points.values.compactMap { $0.payload["text"] as? String }
        #expect(!texts.contains { $0.contains("§") })
        // Nothing says it is complete, so a repaired model gets it whole, and nothing of the first run is left.
        stack.tei.settings.withLock { $0.poison = nil }
        #expect(try await stack.indexer.index(document).chunksIndexed == 64)
        #expect(stack.qdrant.points.count == 64)
    }

    @Test func `429 is obeyed and then the work goes on`() async throws {
        let slowDown = ScriptedService.Answer.json(
            #"{"error":"Model is overloaded","error_type":"Overloaded"}"#, status: 429)
        let stack = try await Stack()
        _ = await stack.indexer.tei.check()
        stack.tei.settings.withLock { $0.script = [slowDown, slowDown] }
        stack.qdrant.state.withLock { $0.script = [.json("{}", status: 429, headers: ["Retry-After": "0"])] }
        #expect(try await stack.indexer.index(Stack.document(lines: 3)).chunksIndexed == 3)
        try stack.expectExactly(lines: 3)
    }

    @Test func `wait_timeout is not done`() async throws {
        let stack = try await Stack()
        let waited = ScriptedService.Answer.json(
            #"{"result":{"operation_id":1,"status":"wait_timeout"},"status":"ok"}"#)
        stack.qdrant.state.withLock { $0.script = [waited] }
        #expect(try await stack.indexer.index(Stack.document(lines: 3)).chunksIndexed == 3)
        #expect(stack.qdrant.state.withLock { $0.writes } == ["PUT /points"])
        try stack.expectExactly(lines: 3)
    }

    @Test func `5 MB of text pass through in waves`() async throws {
        let stack = try await Stack(chunkTokens: 1000)
        let line = String(repeating: "word ", count: 780) + "\n"
        var document = Stack.document(lines: 1)
        document.markdown = String(repeating: line, count: 1300)
        let outcome = try await stack.indexer.index(document)
        #expect(outcome.chunksIndexed == 1300)
        #expect(stack.qdrant.points.count == outcome.chunksIndexed)
    }

    @Test(arguments: [("", "text", "no url"), ("https://e.com", " \n\t ", "empty"), ("https://e.com", "", "empty")])
    func `a document without url or content fails and says why`(url: String, markdown: String, word: String)
        async throws
    {
        let stack = try await Stack()
        let document = IndexDocument(url: url, markdown: markdown, createdAt: "", jobID: "j")
        await #expect { try await stack.indexer.index(document) } throws: {
            if case .permanent(let reason)? = $0 as? IndexingFailure { reason.contains(word) } else { false }
        }
    }

    @Test func `search finds the chunk with the query's own text first`() async throws {
        let stack = try await Stack()
        _ = try await stack.indexer.index(Stack.document(lines: 20))
        let hits = try await stack.indexer.search(SearchRequest(Stack.line(13), limit: 3)).hits
        #expect(hits.count == 3)
        #expect(hits.first?.text == Stack.line(13))
        #expect(hits.first?.url == Stack.url)
        #expect(stack.qdrant.points.count == 20)
    }
}
