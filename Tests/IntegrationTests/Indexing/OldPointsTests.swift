import Synchronization
import Testing

@testable import Indexing

/// The points that the replaced product left: without `chunker`, with ids made by chance.
@Suite(.timeLimit(.minutes(5))) struct OldPointsTests {
    private static func old(_ count: Int, url: String = Stack.url, from first: Int = 0) -> [String: FakeQdrant.Point] {
        var points: [String: FakeQdrant.Point] = [:]
        for number in first..<first + count {
            let payload: [String: Any] = [
                "url": url, "canonical_url": CanonicalURL(url).canonical, "text": "old", "content_id": 42,
            ]
            points["0000000\(number)-old"] = .init(vector: [1, 0, 0, 0], payload: payload)
        }
        return points
    }

    private static func state(_ points: [String: FakeQdrant.Point]) -> FakeQdrant.State {
        FakeQdrant.State(dimension: 4, points: points)
    }

    @Test func `they go once the new ones are there and before the commit, and their content_id is kept`() async throws
    {
        let stack = try await Stack(.init(), Self.state(Self.old(3)))
        _ = try await stack.indexer.index(Stack.document(lines: 2))
        #expect(
            // They come in two pages.
            stack.qdrant.state.withLock { $0.writes } == [
                "PUT /points", "POST /points/delete", "POST /points/delete", "POST /points/payload",
            ])
        #expect(stack.qdrant.points.values.allSatisfy { $0.payload["content_id"] as? Int == 42 })
        try stack.expectExactly(lines: 2)
    }

    @Test func `where there are none they are counted once and never looked for`() async throws {
        let stack = try await Stack(.init(), Self.state([:]))
        for lines in 1...4 {
            _ = try await stack.indexer.index(Stack.document(lines: lines, created: "2025-01-0\(lines)T00:00:00Z"))
        }
        let reads = stack.qdrant.state.withLock { $0.reads }
        #expect(reads.count { $0 == "POST /points/count" } == 1 && !reads.contains("POST /points/scroll"))
    }

    @Test func `in a collection of our own they are not even counted`() async throws {
        let stack = try await Stack()
        _ = try await stack.indexer.index(Stack.document(lines: 1))
        #expect(stack.qdrant.state.withLock { $0.reads } == ["POST /points"])
    }

    @Test func `those of another document stay, though it has the same canonical URL`() async throws {
        let route = Self.old(2, url: Stack.url + "#/route", from: 3)
        let stack = try await Stack(.init(), Self.state(Self.old(3).merging(route) { $1 }))
        _ = try await stack.indexer.index(Stack.document(lines: 2))
        #expect(stack.qdrant.points.count == 4)
        #expect(Set(route.keys).isSubset(of: stack.qdrant.points.keys))
    }

    @Test(arguments: 0...3) func `a run that ends anywhere is made good by the next`(writes: Int) async throws {
        let stack = try await Stack(.init(), Self.state(Self.old(3)))
        stack.qdrant.state.withLock { $0.writesLeft = writes }
        _ = try? await stack.indexer.index(Stack.document(lines: 3))
        stack.qdrant.state.withLock { $0.writesLeft = nil }
        _ = await stack.indexer.qdrant.check()
        _ = try await stack.indexer.index(Stack.document(lines: 2, created: "2025-01-02T00:00:00Z"))
        try stack.expectExactly(lines: 2)
    }

    @Test func `more than one page of them goes`() async throws {
        let stack = try await Stack(.init(), Self.state(Self.old(2500)))
        _ = try await stack.indexer.index(Stack.document(lines: 2))
        try stack.expectExactly(lines: 2)
    }

    @Test func `in a collection that somebody else has just made they are counted`() async throws {
        let qdrant = FakeQdrant()
        let service = try ScriptedService { call in
            if call.method == "PUT", call.path == "/collections/docs" {
                qdrant.state.withLock { $0 = Self.state(Self.old(3)) }
            }
            return qdrant.answer(call)
        }
        let stack = try await Stack(qdrant: qdrant, service: service)
        _ = try await stack.indexer.index(Stack.document(lines: 2))
        try stack.expectExactly(lines: 2)
    }

    @Test func `a server that names the same page again is not asked for ever`() async throws {
        let qdrant = FakeQdrant(Self.state(Self.old(1, url: "https://example.com/another")))
        let asked = Mutex(0)
        let service = try ScriptedService { call in
            guard call.path.hasSuffix("/scroll"),
                asked.withLock({
                    $0 += 1; return $0 < 50
                })
            else {
                return qdrant.answer(call)
            }
            return FakeQdrant.result(["points": [String](), "next_page_offset": "a"] as [String: Any])
        }
        let stack = try await Stack(qdrant: qdrant, service: service)
        _ = try await stack.indexer.index(Stack.document(lines: 2))
        #expect(asked.withLock { $0 } == 2)
    }

    @Test func `counted again, those that came later are found`() async throws {
        let stack = try await Stack()
        _ = try await stack.indexer.index(Stack.document(lines: 1))
        stack.qdrant.state.withLock { $0.points.merge(Self.old(2)) { $1 } }
        stack.indexer.collection.oldPoints.forget()
        _ = try await stack.indexer.index(Stack.document(lines: 2, created: "2025-01-02T00:00:00Z"))
        try stack.expectExactly(lines: 2)
    }
}
