import Testing

@testable import Indexing

/// Documents made to hurt: each completes and keeps all its text. How fast and in how much memory is for the bench.
struct HostileMarkdownTests {
    private static let documents: [String: String] = [
        "wide table": [String(repeating: "|a", count: 5000), String(repeating: "|-", count: 5000), "|b"]
            .joined(separator: "|\n"),
        "quotes": String(repeating: ">", count: 200_000) + " a\n",
        "emphasis": String(repeating: "*a*", count: 400_000),
        "emphasised lines": String(repeating: "*a* **b** _c_\n", count: 50_000),
        "deep list, then blank lines": String(
            repeating: String(repeating: "* ", count: 96) + "a" + String(repeating: "\n", count: 4000), count: 8),
        "indented lists": (0..<1000).map { String(repeating: " ", count: $0) + "- a\n" }.joined(),
        "empty items": String(repeating: "-\n", count: 60_000),
        "empty headings": String(repeating: "#\n", count: 60_000),
        "code spans": String(repeating: "`a``b```c\n", count: 40_000),
        "brackets": String(repeating: "[](", count: 100_000),
        "tags": String(repeating: "<a \n", count: 60_000),
        "unclosed fence": "~~~\n" + String(repeating: "```\n\n", count: 60_000),
        "blank lines": String(repeating: "\n \n", count: 100_000) + "a",
        "combining marks": "e" + String(repeating: "\u{301}", count: 60_000),
    ]

    @Test(arguments: documents.keys.sorted())
    func `a hostile document is cut whole`(name: String) throws {
        let text = SourceText(normalising: try #require(Self.documents[name]))
        let chunks = Chunker.chunk(
            text, blocks: MarkdownBlocks.parse(text),
            tokens: .estimated(EstimatedTokens(text: text, calibration: .typical)),
            settings: ChunkSettings(budget: 256, overlap: 50))
        var reached = 0
        var kept = 0
        for chunk in chunks {
            let fresh = max(reached, chunk.bytes.lowerBound)..<chunk.bytes.upperBound
            kept += text.bytes[fresh].count { !$0.isBlank }
            reached = chunk.bytes.upperBound
        }
        #expect(kept == text.bytes.count { !$0.isBlank })
    }
}
