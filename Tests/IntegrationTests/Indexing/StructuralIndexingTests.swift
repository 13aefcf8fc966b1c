import Settings
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
        #expect(first?.payload["token_count_estimated"] as? Bool == (budget == 400 ? nil : true))
        #expect(first?.payload["headings"] as? [String] == ["Part 0"])
        #expect((first?.payload["text"] as? String)?.hasPrefix("# Part 0") == true)
        #expect(try await indexer.index(document).unchanged)
    }

    @Test func `a text longer than a small model's server looks at is counted in pieces`() async throws {
        let (tei, qdrant) = (FakeTEI(FakeTEI.Settings(window: 64)), FakeQdrant())
        let (teiService, qdrantService) = (try tei.serve(), try qdrant.serve())
        let indexer = Indexer(Stack.settings(tei: teiService.url, qdrant: qdrantService.url, chunkTokens: 256))
        let markdown = String(repeating: "Some words of prose stand here. ", count: 3000)
        let document = IndexDocument(url: Stack.url, markdown: markdown, createdAt: "", jobID: "j")
        #expect(try await indexer.index(document).chunksIndexed > 200)
    }

    @Test func `a URL that no browser takes is refused`() async throws {
        let indexer = Indexer(Stack.settings(tei: "http://127.0.0.1:1", qdrant: "http://127.0.0.1:1"))
        let url = "https://e.com/" + String(repeating: "\u{316}\u{301}", count: 200_000)
        await #expect {
            try await indexer.index(IndexDocument(url: url, markdown: "x", createdAt: "", jobID: "j"))
        } throws: {
            guard case .permanent(let reason)? = $0 as? IndexingFailure else { return false }
            return reason.utf8.starts(with: "the document's url has 800014 bytes, more than 8192: https://e.com/".utf8)
        }
    }

    @Test(arguments: ["\u{FEFF}\r\n", "\0\u{1}", " \n"])
    func `of a content of nothing the job fails, and what was there stays`(content: String) async throws {
        let (tei, qdrant) = (FakeTEI(), FakeQdrant())
        let (teiService, qdrantService) = (try tei.serve(), try qdrant.serve())
        let indexer = Indexer(Stack.settings(tei: teiService.url, qdrant: qdrantService.url, chunkTokens: 100))
        func document(_ markdown: String) -> IndexDocument {
            IndexDocument(url: Stack.url, markdown: markdown, createdAt: "", jobID: "j")
        }
        _ = try await indexer.index(document("Some words."))
        await #expect {
            try await indexer.index(document(content))
        } throws: {
            guard case .permanent(let reason)? = $0 as? IndexingFailure else { return false }
            return reason.hasPrefix("the document has no content: ")
        }
        #expect(qdrant.points.count == 1)
    }

    @Test(arguments: [(400, Settings.TokenCount.estimated), (100, .exact)])
    func `the operator's way of counting wins over the model's, and makes another content`(
        budget: Int, count: Settings.TokenCount
    ) async throws {
        let (tei, qdrant) = (FakeTEI(), FakeQdrant())
        let (teiService, qdrantService) = (try tei.serve(), try qdrant.serve())
        var settings = Stack.settings(tei: teiService.url, qdrant: qdrantService.url, chunkTokens: budget)
        let document = IndexDocument(url: Stack.url, markdown: "# One\n\nSome words.", createdAt: "", jobID: "j")
        _ = try await Indexer(settings).index(document)
        let asked = teiService.calls.count { $0.path == "/tokenize" }
        settings.tokenCount = count
        let indexer = Indexer(settings)
        #expect(try await indexer.index(document).unchanged == false)
        #expect(try await indexer.index(document).unchanged)
        // Two for the model itself, one more for the document.
        #expect(teiService.calls.count { $0.path == "/tokenize" } - asked == (count == .exact ? 3 : 2))
        let point = qdrant.points[PointID.of(identity: Stack.url, ordinal: 0)]
        #expect(point?.payload["token_count_estimated"] as? Bool == (count == .exact ? nil : true))
        settings.tokenCount = count == .exact ? .estimated : .exact
        _ = try await Indexer(settings).index(document)
        settings.tokenCount = .auto
        // What the model asks for is the same content, asked for or not.
        #expect(try await Indexer(settings).index(document).unchanged)
    }
}
