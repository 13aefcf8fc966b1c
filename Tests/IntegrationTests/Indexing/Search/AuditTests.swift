import Foundation
import Synchronization
import Testing

@testable import Indexing

/// `verify`, `delete` and forced jobs against the fakes.
@Suite(.timeLimit(.minutes(1))) struct `Looking after the collection` {
    private static let old = "0dc1cbb5-0001-4000-8000-000000000001"

    private static func stack(_ version: String = "1.19.0", sparse: Bool = true) async throws -> Stack {
        try await Stack(.init(), FakeQdrant.State(version: version, dimension: 4, sparse: sparse))
    }

    /// A point as the product before Pulse wrote it.
    private static func addOld(_ stack: Stack) {
        let payload: [String: any Sendable] = [
            "url": Stack.url + "?utm_source=x", "canonical_url": Stack.url, "text": "old",
        ]
        stack.qdrant.state.withLock { $0.points[old] = .init(vector: [1, 0, 0, 0], payload: payload) }
    }

    @Test func `a finished document is clean, alone and among all`() async throws {
        let stack = try await Self.stack()
        _ = try await stack.indexer.index(Stack.document(lines: 9))
        for url in [nil, Stack.url, "HTTPS://EXAMPLE.com/doc#top"] {
            let report = try await stack.indexer.audit(url)
            #expect(report.isClean && report.points == 9 && report.documents == 1, "\(report)")
        }
        let other = try await stack.indexer.audit("https://example.com/other")
        #expect(other.isClean && other.points == 0)
    }

    @Test(arguments: 0...5) func `a run that ends after any write is uncommitted until the next one`(writes: Int)
        async throws
    {
        let stack = try await Self.stack()
        _ = try await stack.indexer.index(Stack.document(lines: 200))
        stack.qdrant.state.withLock { $0.writesLeft = writes }
        let later = Stack.document(lines: 300, created: "2025-01-02T00:00:00Z")
        let ended = try? await stack.indexer.index(later)
        stack.qdrant.state.withLock { $0.writesLeft = nil }
        _ = await stack.indexer.qdrant.check()
        let kinds = try await stack.indexer.audit().findings.map(\.kind)
        #expect(kinds == (writes == 0 || ended != nil ? [] : [.uncommitted]))
        _ = try await stack.indexer.index(later)
        #expect(try await stack.indexer.audit().isClean)
    }

    @Test func `gaps, orphans and old points are found`() async throws {
        let stack = try await Self.stack()
        _ = try await stack.indexer.index(Stack.document(lines: 5))
        Self.addOld(stack)
        stack.qdrant.state.withLock { state in
            let last = PointID.of(identity: Stack.url, ordinal: 4)
            let beyond = PointID.of(identity: Stack.url, ordinal: 7)
            state.points[beyond] = state.points.removeValue(forKey: last)
            state.points[beyond]?.payload["chunk_index"] = 7
        }
        for url in [nil, Stack.url] {
            let report = try await stack.indexer.audit(url)
            #expect(report.findings.map(\.kind) == [.gap, .orphan, .old] && report.points == 6)
        }
    }

    @Test func `what was being written while all points were read is looked at once more`() async throws {
        let stack = try await Self.stack()
        _ = try await stack.indexer.index(Stack.document(lines: 5))
        var before = stack.qdrant.state.withLock { $0 }
        before.points[PointID.of(identity: Stack.url, ordinal: 3)] = nil
        let (earlier, now) = (FakeQdrant(before), stack.qdrant)
        let service = try ScriptedService { call in
            let isWhole =
                call.path.hasSuffix("/scroll") && call.json["filter"].map { "\($0)".contains("should") } != true
            return (isWhole ? earlier : now).answer(call)
        }
        let watcher = Indexer(Stack.settings(tei: stack.teiService.url, qdrant: service.url))
        #expect(try await watcher.audit().isClean)
        #expect(service.calls.contains { $0.path.hasSuffix("/scroll") && $0.json["offset"] != nil })
    }

    @Test func `points from before the collection had a vector for words are counted, and a forced job brings it`()
        async throws
    {
        let stack = try await Self.stack("1.17.0", sparse: false)
        _ = try await stack.indexer.index(Stack.document(lines: 3))
        stack.qdrant.state.withLock { ($0.version, $0.sparse) = ("1.19.0", true) }
        stack.indexer.collection.forget()
        #expect(try await stack.indexer.audit().pointsWithoutKeywords == 3)
        #expect(try await stack.indexer.index(Stack.document(lines: 3)).unchanged)
        #expect(try await stack.indexer.audit().pointsWithoutKeywords == 3)
        var forced = Stack.document(lines: 3)
        forced.isForced = true
        #expect(try await stack.indexer.index(forced).unchanged == false)
        #expect(try await stack.indexer.audit().isClean)
    }

    @Test func `force does not let an older job win`() async throws {
        let stack = try await Self.stack()
        _ = try await stack.indexer.index(Stack.document(lines: 4, created: "2025-01-02T00:00:00Z"))
        var older = Stack.document(lines: 9, created: "2025-01-01T00:00:00Z")
        older.isForced = true
        #expect(try await stack.indexer.index(older).superseded)
        try stack.expectExactly(lines: 4)
    }

    @Test func `a document is deleted whole, the product's points with it, its neighbours not`() async throws {
        let stack = try await Self.stack()
        _ = try await stack.indexer.index(Stack.document(lines: 5))
        Self.addOld(stack)
        let route = IndexDocument(url: Stack.url + "#/route", markdown: "Another.\n", createdAt: "", jobID: "r")
        _ = try await stack.indexer.index(route)
        #expect(try await stack.indexer.delete(Stack.url + "?utm_source=y") == 6)
        #expect(stack.qdrant.points.values.compactMap { $0.payload["url"] as? String } == [route.url])
        #expect(try await stack.indexer.delete(Stack.url) == 0)
    }

    @Test(arguments: 0...3) func `a deletion that ends after any write is found, and ended by the next`(writes: Int)
        async throws
    {
        let stack = try await Self.stack()
        _ = try await stack.indexer.index(Stack.document(lines: 5))
        stack.qdrant.state.withLock { $0.writesLeft = writes }
        _ = try? await stack.indexer.delete(Stack.url)
        stack.qdrant.state.withLock { $0.writesLeft = nil }
        _ = await stack.indexer.qdrant.check()
        let report = try await stack.indexer.audit()
        #expect(report.findings.map(\.kind) == (1...2 ~= writes ? [.uncommitted] : []))
        #expect(report.points == [5, 5, 1, 0][writes])
        _ = try await stack.indexer.delete(Stack.url)
        #expect(stack.qdrant.points.isEmpty)
    }

    @Test func `a deletion that ended half way does not pass for an unchanged document`() async throws {
        let stack = try await Self.stack()
        _ = try await stack.indexer.index(Stack.document(lines: 5))
        stack.qdrant.state.withLock { $0.writesLeft = 2 }
        _ = try? await stack.indexer.delete(Stack.url)
        stack.qdrant.state.withLock { $0.writesLeft = nil }
        _ = await stack.indexer.qdrant.check()
        #expect(try await stack.indexer.index(Stack.document(lines: 5)).unchanged == false)
        try stack.expectExactly(lines: 5)
    }
}
