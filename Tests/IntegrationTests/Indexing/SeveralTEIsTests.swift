import Synchronization
import Testing

@testable import Indexing

@Suite(.timeLimit(.minutes(1))) struct `Several TEIs as one` {
    private typealias Base = `Embedding through TEI`

    @Test func `they share the work`() async throws {
        let (one, two) = (FakeTEI(), FakeTEI())
        let (first, second) = (try one.serve(), try two.serve())
        let embeddings = Base.embeddings([first.url, second.url])
        try await expectVectors(embeddings, Base.texts(200))
        for fake in [one, two] { #expect(fake.batches.withLock { $0.reduce(0, +) } > 30) }
        #expect(embeddings.health == ServiceHealth(nil))
    }

    @Test func `one that is down is named and left out, and comes back`() async throws {
        let tei = FakeTEI()
        let server = try tei.serve()
        let port = try HTTPClientTests.closedPort()
        let embeddings = Base.embeddings(["http://127.0.0.1:\(port)", server.url])
        try await expectVectors(embeddings, Base.texts(100))
        #expect(embeddings.admission == .all)
        let health = try #require(embeddings.health)
        #expect(health.healthy && health.reason == "1 of 2 down: connection refused (http://127.0.0.1:\(port))")
        #expect(try await embeddings.embed(query: "text") == Base.vector("text"))
        #expect(try await embeddings.tokenize(["two words"]).first?.count == 2)
    }

    /// 500 is tried again there at first, 401 is not.
    @Test(arguments: [500, 401]) func `texts that fail on one go to the other, and no document fails`(status: Int)
        async throws
    {
        let (one, two) = (FakeTEI(), FakeTEI())
        let fails = Mutex(false)
        let first = try ScriptedService { call in
            call.path == "/embed" && fails.withLock { $0 } ? .json("{}", status: status) : one.answer(call)
        }
        let second = try two.serve()
        let embeddings = Base.embeddings([first.url, second.url])
        _ = try await embeddings.facts()
        fails.withLock { $0 = true }
        for round in 0..<6 { try await expectVectors(embeddings, Base.texts(60, "round \(round)")) }
        #expect(embeddings.admission == .all)
        fails.withLock { $0 = false }
        _ = await embeddings.check()
        try await expectVectors(embeddings, Base.texts(200, "again"))
        #expect(embeddings.endpoints.allSatisfy { $0.caller.watch.admission == .all })
        #expect(embeddings.health == ServiceHealth(nil))
    }

    @Test func `when all are down the documents hear it at once`() async throws {
        let (one, two) = (FakeTEI(), FakeTEI())
        let (first, second) = (try one.serve(), try two.serve())
        let embeddings = Base.embeddings([first.url, second.url])
        _ = try await embeddings.facts()
        first.stop()
        second.stop()
        await #expect {
            _ = try await embeddings.embed(Base.texts(300))
        } throws: {
            if case .fault(let fault)? = $0 as? CallFailure { fault.kind == .transient } else { false }
        }
        _ = await embeddings.check()
        #expect(embeddings.health?.healthy == false)
        #expect(embeddings.health?.reason?.hasPrefix("2 of 2 down: ") == true)
        if case .none = embeddings.admission {} else { #expect(Bool(false), "still takes jobs") }
    }

    @Test func `servers of different models are refused, both named, until they agree`() async throws {
        let (one, two) = (FakeTEI(), FakeTEI(FakeTEI.Settings(model: "other")))
        let (first, second) = (try one.serve(), try two.serve())
        let embeddings = Base.embeddings([first.url, second.url])
        await #expect { _ = try await embeddings.embed(["text"]) } throws: {
            guard case .fault(let fault)? = $0 as? CallFailure else { return false }
            return fault.kind == .configuration
                && [first.url, second.url, "\"fake\"", "\"other\""].allSatisfy { fault.reason.contains($0) }
        }
        #expect(one.batches.withLock { $0 } == [1] && two.batches.withLock { $0 } == [1], "nothing but the samples")
        two.settings.withLock { $0.model = "fake" }
        // The first check may still compare with what the other said before.
        for _ in 0..<2 { _ = await embeddings.check() }
        try await expectVectors(embeddings, Base.texts(10))
    }

    @Test func `a document that one of them embeds with another model is not finished`() async throws {
        let (one, two) = (FakeTEI(), FakeTEI())
        let (first, second, qdrant) = (try one.serve(), try two.serve(), FakeQdrant())
        let store = try qdrant.serve()
        var settings = Stack.settings(tei: first.url, qdrant: store.url)
        settings.teiReplicas = [second.url]
        let indexer = Indexer(settings, pack: DocumentChunker.lineByLine)
        _ = try await indexer.index(Stack.document(lines: 1))
        two.settings.withLock {
            $0.model = "other"
            $0.script = [.json("[[0.1,").cut]
        }
        await #expect {
            for round in 0..<20 {
                let created = "2025-01-02T00:00:\(10 + round)Z"
                _ = try await indexer.index(Stack.document(lines: 100 + round, created: created))
            }
        } throws: {
            guard case .unavailable("tei", let fault)? = $0 as? IndexingFailure else { return false }
            return fault.reason.contains("the model changed")
        }
    }

    private func expectVectors(_ embeddings: TextEmbeddings, _ texts: [String]) async throws {
        #expect(try await embeddings.embed(texts) == texts.map { .vector(Base.vector($0)) })
    }
}
