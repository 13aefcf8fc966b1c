import Testing

@testable import Indexing

struct PlainBlocksTests {
    @Test func `paragraphs lie between blank lines`() {
        let text = SourceText(normalising: "\none\nmore\n \n\n# two\n\nthree")
        let blocks = PlainBlocks.paragraphs(of: text)
        #expect(blocks.map { text[$0.bytes] } == ["one\nmore", "# two", "three"])
        #expect(blocks.allSatisfy { $0.kind == .paragraph && $0.depth == 0 })
        let slice = PlainBlocks.paragraphs(of: text, in: 1..<9)
        #expect(slice.map { text[$0.bytes] } == ["one\nmore"])
    }
}
