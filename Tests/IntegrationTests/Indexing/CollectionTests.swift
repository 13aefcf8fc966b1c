import Synchronization
import Testing

@testable import Indexing

/// The collection as configured, or checked.
@Suite(.timeLimit(.minutes(1))) struct CollectionTests {
    @Test func `it is created as configured, with the model's name`() async throws {
        let stack = try await Stack { settings in
            settings.collectionOptions.distance = .dot
            settings.collectionOptions.onDisk = true
            settings.collectionOptions.replicas = 2
        }
        _ = try await stack.indexer.index(Stack.document(lines: 1))
        stack.qdrant.state.withLock { state in
            #expect(state.distance == "Dot" && state.created["on_disk_payload"] as? Bool == true)
            #expect(state.created["replication_factor"] as? Int == 2)
            #expect((state.metadata["pulse"] as? [String: String])?["model_id"] == "fake")
        }
    }

    @Test func `a server before 1.16 is sent no metadata`() async throws {
        let stack = try await Stack(.init(), FakeQdrant.State(version: "1.15.4"))
        _ = try await stack.indexer.index(Stack.document(lines: 1))
        #expect(stack.qdrant.state.withLock { $0.created["metadata"] == nil && $0.metadata.isEmpty })
        #expect(stack.qdrantService.calls.allSatisfy { $0.method != "PATCH" })
    }

    @Test func `one without a record is given it, and others' metadata stay`() async throws {
        let stack = try await Stack(.init(), FakeQdrant.State(dimension: 4, metadata: ["owner": "them"]))
        _ = try await stack.indexer.index(Stack.document(lines: 1))
        stack.qdrant.state.withLock { state in
            #expect(state.metadata["owner"] as? String == "them")
            #expect((state.metadata["pulse"] as? [String: String])?["model_id"] == "fake")
        }
    }

    private static let other = FakeQdrant.State(dimension: 4, metadata: ["pulse": ["model_id": "other/model"]])

    @Test func `another model of the same dimension is refused, and both are named`() async throws {
        let stack = try await Stack(.init(), Self.other)
        await #expect { try await stack.indexer.index(Stack.document(lines: 1)) } throws: {
            guard case .configuration("qdrant", let fault)? = $0 as? IndexingFailure else { return false }
            return ["\"other/model\"", "\"fake\""].allSatisfy { fault.reason.contains($0) }
                && fault.remedy?.contains("PULSE_MODEL_CHANGE=reindex") == true
        }
        #expect(stack.qdrant.state.withLock { $0.writes.isEmpty })
        guard case .none = stack.indexer.admission else { return #expect(Bool(false), "still takes jobs") }
    }

    @Test func `it is accepted when that is asked for, said once, and recorded`() async throws {
        let notices = Notices()
        let stack = try await Stack(.init(), Self.other) { settings in
            settings.modelChange = .reindex
            settings.notice = { notices.add($0) }
        }
        _ = try await stack.indexer.index(Stack.document(lines: 1))
        _ = await stack.indexer.qdrant.check()
        #expect(stack.qdrant.state.withLock { ($0.metadata["pulse"] as? [String: String])?["model_id"] } == "fake")
        #expect(notices.all.count == 1 && notices.all[0].contains("other/model"))
    }

    @Test func `no model is recorded in one that is refused for another reason`() async throws {
        let stack = try await Stack(.init(), Self.other) { settings in
            settings.modelChange = .reindex
            settings.collectionOptions.distance = .dot
        }
        await #expect(throws: IndexingFailure.self) { try await stack.indexer.index(Stack.document(lines: 1)) }
        #expect(stack.qdrant.state.withLock { ($0.metadata["pulse"] as? [String: String])?["model_id"] } != "fake")
    }

    @Test func `what it has otherwise than configured is said once and stops nobody`() async throws {
        let notices = Notices()
        let stack = try await Stack(.init(), FakeQdrant.State(dimension: 4)) { settings in
            settings.collectionOptions.shards = 4
            settings.collectionOptions.quantization = .scalar
            settings.notice = { notices.add($0) }
        }
        _ = try await stack.indexer.index(Stack.document(lines: 1))
        _ = await stack.indexer.qdrant.check()
        #expect(
            notices.all == [
                "PULSE_QDRANT_QUANTIZATION is scalar, the collection has none",
                "PULSE_QDRANT_SHARDS is 4, the collection has 1",
            ])
    }

    @Test func `another distance is refused`() async throws {
        let stack = try await Stack(.init(), FakeQdrant.State(dimension: 4, distance: "Euclid"))
        await #expect { try await stack.indexer.index(Stack.document(lines: 1)) } throws: {
            guard case .configuration("qdrant", let fault)? = $0 as? IndexingFailure else { return false }
            return fault.reason.contains("Euclid") && fault.remedy?.contains("PULSE_QDRANT_DISTANCE") == true
        }
    }

    @Test func `its indexes are not waited for, which takes minutes over a large collection`() async throws {
        let stack = try await Stack(.init(), FakeQdrant.State(dimension: 4))
        #expect(await stack.indexer.tei.check().healthy)
        #expect(await stack.indexer.qdrant.check().healthy)
        let made = stack.qdrantService.calls.filter { $0.method == "PUT" && $0.path.hasSuffix("/index") }
        #expect(made.count > VectorCollection.indexed.count - 1 && made.allSatisfy { $0.query.isEmpty })
    }

    @Test func `many jobs prepare it once`() async throws {
        let latch = Latch()
        defer { latch.open() }
        let qdrant = FakeQdrant()
        let service = try ScriptedService { call in
            if call.path == "/" { latch.wait() }
            return qdrant.answer(call)
        }
        let stack = try await Stack(qdrant: qdrant, service: service)
        #expect(await stack.indexer.tei.check().healthy)
        let facts = try #require(stack.indexer.embeddings.knownFacts)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<8 { group.addTask { _ = try await stack.indexer.collection.prepare(facts) } }
            try await eventually("the version is asked for") { !service.calls.isEmpty }
            for _ in 0..<1000 { await Task.yield() }
            latch.open()
            try await group.waitForAll()
        }
        #expect(service.calls.count { $0.path == "/" } == 1)
        #expect(service.calls.count { $0.method == "PUT" && $0.path == "/collections/docs" } == 1)
    }

    @Test func `a bound that was learnt is forgotten with an outage, and with the collection`() async throws {
        let stack = try await Stack(.init(), FakeQdrant.State(mostPoints: 1))
        let collection = stack.indexer.collection
        _ = try await stack.indexer.index(Stack.document(lines: 2))
        #expect(collection.writes.bound.points == 1)
        stack.qdrant.state.withLock { $0.writesLeft = 0 }
        _ = try? await stack.indexer.index(Stack.document(lines: 1, created: "2025-01-02T00:00:00Z"))
        #expect(await stack.indexer.qdrant.check().healthy)
        #expect(collection.writes.bound == RequestBound())
        stack.qdrant.state.withLock { $0.writesLeft = nil }
        _ = try await stack.indexer.index(Stack.document(lines: 3, created: "2025-01-03T00:00:00Z"))
        #expect(collection.writes.bound.points == 1)
        collection.forget()
        #expect(collection.writes.bound == RequestBound())
    }

    private final class Notices: Sendable {
        private let said = Mutex<[String]>([])
        var all: [String] { said.withLock { $0 } }
        func add(_ words: String) { said.withLock { $0.append(words) } }
    }
}
