import Testing

@testable import Indexing

/// Qdrant's own engine behind the local server, as each version that ranks words otherwise.
@Suite(.timeLimit(.minutes(2))) struct `Searching in the real engine` {
    /// What each page says; the fake embeds nothing of its meaning.
    private static let pages = [
        ("moon", "The moon pulls the tides of the sea."), ("stars", "Stars shine through the night."),
        ("ships", "Ships cross the sea by night."), ("rain", "Rain falls on the hills and on the sea."),
    ]

    private static func with(_ version: String, _ body: (Indexer) async throws -> Void) async throws {
        let tei = try FakeTEI().serve()
        try await LocalServer.with("qdrant", { ["--storage", $0, "--qdrant-version", version] }) { server in
            let indexer = Indexer(Stack.settings(tei: tei.url, qdrant: server.url), pack: DocumentChunker.lineByLine)
            for (name, text) in pages {
                let outcome = try await indexer.index(
                    IndexDocument(
                        url: "https://\(name).example/", title: name, markdown: text + "\nAnother line.\n",
                        language: name == "rain" ? "de" : "en", createdAt: "2025-01-01T00:00:00Z", jobID: name))
                #expect(outcome.chunksIndexed == 2)
            }
            try await body(indexer)
        }
    }

    @Test(arguments: ["1.15.2", "1.16.0", "1.19.0", "1.20.0"]) func `words are found, fused and filtered`(
        version: String
    ) async throws {
        try await Self.with(version) { indexer in
            #expect(indexer.keywordComplaint == nil)
            let words = try await indexer.search(SearchRequest("night", mode: .keyword))
            #expect(words.mode == .keyword && Set(words.hits.compactMap(\.title)) == ["stars", "ships"])
            for onePerPage in [false, true] {
                let hybrid = try await indexer.search(SearchRequest("tides", limit: 8, onePerPage: onePerPage))
                #expect(hybrid.mode == .hybrid && hybrid.hits.count == (onePerPage ? 4 : 8))
                #expect(Set(hybrid.hits.map(\.id)).count == hybrid.hits.count)
            }
            let german = SearchRequest("sea", filter: SearchFilter(domain: "rain.example", language: "de"))
            #expect(try await indexer.search(german).hits.map(\.title) == ["rain", "rain"])
            #expect(try await indexer.audit().isClean)
            #expect(try await indexer.delete("https://rain.example/") == 2)
            #expect(try await indexer.audit().points == 6)
        }
    }

    @Test func `the engine's fusion is the one we make before 1.16`() async throws {
        try await Self.with("1.19.0") { indexer in
            for text in ["sea", "night", "the moon", "nowhere"] {
                let request = SearchRequest(text, limit: 8)
                let query = SearchQuery(request: request)
                guard case .vector(let vector)? = try await indexer.embeddings.embed([text]).first else { return }
                let sides: [SearchQuery.Side] = [
                    .vector(vector), .words(.sparseVector, KeywordVectors(chunkBudget: 16)),
                ]
                var rankings: [[SearchHit]] = []
                for side in sides {
                    rankings.append(
                        try await indexer.collection.store.query(query.ranked(by: side, candidates: 200)))
                }
                let ours = RankFusion.fuse(rankings, k: 60)
                let theirs = try await indexer.collection.store.query(query.fused(sides, k: 60))
                #expect(Self.scores(ours) == Self.scores(theirs), "\(text)")
            }
        }
    }

    /// By point, to what a 32-bit float can tell.
    private static func scores(_ hits: [SearchHit]) -> [String: Int] {
        Dictionary(uniqueKeysWithValues: hits.map { ($0.id, Int(($0.score * 1e6).rounded())) })
    }
}
