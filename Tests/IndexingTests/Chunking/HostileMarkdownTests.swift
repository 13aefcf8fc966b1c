import Testing

@testable import Indexing

/// Documents made to hurt: each completes and keeps all its text. They are longer than a slice or many times deeper
/// than people write; how fast the full-sized ones are is for the bench.
struct HostileMarkdownTests {
    private static let documents: [String: String] = [
        "wide table": [String(repeating: "|a", count: 500), String(repeating: "|-", count: 500), "|b"]
            .joined(separator: "|\n"),
        "quotes": String(repeating: ">", count: 20_000) + " a\n",
        "emphasis": String(repeating: "*a*", count: 4_000),
        "emphasised lines": String(repeating: "*a* **b** _c_\n", count: 5_000),
        "deep list, then blank lines": String(
            repeating: String(repeating: "* ", count: 96) + "a" + String(repeating: "\n", count: 2000), count: 4),
        "indented lists": (0..<300).map { String(repeating: " ", count: $0) + "- a\n" }.joined(),
        "empty items": String(repeating: "-\n", count: 6_000),
        "empty headings": String(repeating: "#\n", count: 6_000),
        "code spans": String(repeating: "`a``b```c\n", count: 4_000),
        "brackets": String(repeating: "[](", count: 10_000),
        "tags": String(repeating: "<a \n", count: 6_000),
        "unclosed fence": "~~~\n" + String(repeating: "```\n\n", count: 6_000),
        "blank lines": String(repeating: "\n \n", count: 10_000) + "a",
        "processing instructions": String(repeating: "~" + String(repeating: "<?", count: 499) + "\n", count: 65),
        "a run too long to cut": "First sentence here. Second sentence here." + String(repeating: " ", count: 9_000)
            + String(repeating: "A", count: 20_000),
        "combining marks": "e" + String(repeating: "\u{301}", count: 6_000),
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
            #expect(chunk.bytes.count <= ChunkSettings(budget: 256, overlap: 50).longest)
            let fresh = max(reached, chunk.bytes.lowerBound)..<chunk.bytes.upperBound
            kept += text.bytes[fresh].count { !$0.isBlank }
            reached = chunk.bytes.upperBound
        }
        #expect(kept == text.bytes.count { !$0.isBlank })
    }
}
