import Testing

@testable import Indexing

@Suite struct StructuralIndexingTests {
    /// With a budget of 400 of 512 tokens the tokenizer is asked, with 100 the count is estimated.
    @Test(arguments: [400, 100]) func `a Markdown document is cut along its headings and indexed whole`(budget: Int)
        async throws
    {
        let (tei, qdrant) = (FakeTEI(), FakeQdrant())
        let (teiService, qdrantService) = (try tei.serve(), try qdrant.serve())
        let indexer = Indexer(Stack.settings(tei: teiService.url, qdrant: qdrantService.url, chunkTokens: budget))
        let prose = String(repeating: "Some words of prose stand here. ", count: 60)
        let markdown = (0..<60).map { "# Part \($0)\n\n\(prose)\n\n" }.joined()
        let document = IndexDocument(url: Stack.url, markdown: markdown, createdAt: "", jobID: "j")
        let outcome = try await indexer.index(document)
        #expect(outcome.chunksIndexed >= 60 && qdrant.points.count == outcome.chunksIndexed)
        // Two for the model itself: its special tokens and its calibration.
        #expect((teiService.calls.count { $0.path == "/tokenize" } > 2) == (budget == 400))
        let first = qdrant.points[PointID.of(identity: Stack.url, ordinal: 0)]
        #expect(first?.payload["headings"] as? [String] == ["Part 0"])
        #expect((first?.payload["text"] as? String)?.hasPrefix("# Part 0") == true)
        #expect(try await indexer.index(document).unchanged)
    }
}
