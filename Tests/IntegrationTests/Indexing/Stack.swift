import Testing

@testable import Indexing

/// An indexer between the two fakes; each line of a document is one chunk.
struct Stack {
    static let url = "https://example.com/doc"

    let tei: FakeTEI
    let qdrant: FakeQdrant
    let teiService: ScriptedService
    let qdrantService: ScriptedService
    let indexer: Indexer

    init(
        _ settings: FakeTEI.Settings = .init(), _ state: FakeQdrant.State = .init(), chunkTokens: Int = 16,
        _ adjust: (inout IndexingSettings) -> Void = { _ in }
    ) async throws {
        let qdrant = FakeQdrant(state)
        try await self.init(
            settings, qdrant: qdrant, service: qdrant.serve(), chunkTokens: chunkTokens, adjust)
    }

    /// - Parameter service: speaks for the store, perhaps with a delay.
    init(
        _ settings: FakeTEI.Settings = .init(), qdrant: FakeQdrant, service: ScriptedService, chunkTokens: Int = 16,
        _ adjust: (inout IndexingSettings) -> Void = { _ in }
    ) async throws {
        tei = FakeTEI(settings)
        self.qdrant = qdrant
        teiService = try tei.serve()
        qdrantService = service
        var settings = Self.settings(tei: teiService.url, qdrant: service.url, chunkTokens: chunkTokens)
        adjust(&settings)
        indexer = Indexer(settings, pack: DocumentChunker.lineByLine)
    }

    static func settings(tei: String, qdrant: String, chunkTokens: Int = 16) -> IndexingSettings {
        var settings = IndexingSettings(
            tei: ServiceEndpoint(url: tei, apiKey: "tei-secret"),
            qdrant: ServiceEndpoint(url: qdrant, apiKey: "qdrant-secret"),
            collection: "docs", chunkTokens: chunkTokens, chunkOverlap: 0)
        settings.retry = RetryPolicy(base: .milliseconds(1), cap: .milliseconds(5), attempts: 3)
        return settings
    }

    static func line(_ number: Int) -> String { "This is line \(number) of it.\n" }

    static func document(lines: Int, created: String = "2025-01-01T00:00:00Z") -> IndexDocument {
        IndexDocument(
            url: url, title: "Title", markdown: (0..<lines).map(line).joined(), createdAt: created,
            jobID: "job-\(lines)")
    }

    /// The points of a document with so many lines, complete and no others, each vector being its own text's.
    func expectExactly(lines: Int, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let points = qdrant.points
        #expect(points.count == lines, sourceLocation: sourceLocation)
        for ordinal in 0..<lines {
            let point = try #require(
                points[PointID.of(identity: Self.url, ordinal: ordinal)], sourceLocation: sourceLocation)
            #expect(point.payload["text"] as? String == Self.line(ordinal), sourceLocation: sourceLocation)
            #expect(point.payload["chunk_index"] as? Int == ordinal, sourceLocation: sourceLocation)
            #expect(point.payload["chunker"] as? String == chunkerVersion, sourceLocation: sourceLocation)
            let vector = "[" + point.vector.map { "\($0)" }.joined(separator: ",") + "]"
            #expect(vector == Self.canonical(FakeTEI.vector(Self.line(ordinal), 4)), sourceLocation: sourceLocation)
        }
        let first = try #require(points[PointID.of(identity: Self.url, ordinal: 0)], sourceLocation: sourceLocation)
        #expect((first.payload["content_hash"] as? String)?.count == 64, sourceLocation: sourceLocation)
        #expect((first.payload["meta_hash"] as? String)?.count == 64, sourceLocation: sourceLocation)
        #expect(first.payload["chunk_count"] as? Int == lines, sourceLocation: sourceLocation)
        #expect(first.payload["chunk_high"] as? Int == lines, sourceLocation: sourceLocation)
    }

    private static func canonical(_ vector: String) -> String {
        "[" + vector.dropFirst().dropLast().split(separator: ",").map { "\(Double($0) ?? .nan)" }.joined(separator: ",")
            + "]"
    }
}

extension DocumentChunker {
    /// Each line is a chunk, so that a test can count them.
    static let lineByLine: Pack = { text, _, _, _ in
        var chunks: [Chunk] = []
        var start = 0
        for line in text.bytes.split(separator: 0x0A) {
            let size = line.count + 1
            chunks.append(
                Chunk(
                    text: String(decoding: line, as: UTF8.self) + "\n", ordinal: chunks.count,
                    bytes: start..<start + size,
                    tokens: size / 4 + 1, headings: []))
            start += size
        }
        return chunks
    }
}
