import Testing

@testable import Indexing

struct MarkdownBlocksTests {
    private func outline(_ text: String) -> [String] {
        let source = SourceText(normalising: text)
        return MarkdownBlocks.parse(source).map { block in
            let first = source[block.bytes].split(separator: "\n").first ?? ""
            return "\(block.depth) \(block.kind) \(first)"
        }
    }

    @Test func `every kind of block is found where it lies`() {
        let text = """
            # Title #

            Text *with* `marks`.

            - one
              more
            - two

              ```
              code
              ```

            > quoted
            > > deeper

            Under
            -----

            <div>
            </div>

            ***

                indented
            """
        #expect(
            outline(text) == [
                "0 heading(1) # Title #", "0 paragraph Text *with* `marks`.", "0 list - one", "1 item - one",
                "2 paragraph - one", "1 item - two", "2 paragraph - two", "2 code   ```", "0 quote > quoted",
                "1 paragraph > quoted", "1 quote > > deeper", "2 paragraph > > deeper", "0 heading(2) Under",
                "0 html <div>",
                "0 thematicBreak ***", "0 code     indented",
            ])
    }

    @Test func `a table is found in a paragraph's lines`() {
        #expect(outline("intro\n| a | b |\n|---|--:|\n| 1 | 2 |\n") == ["0 paragraph intro", "0 table | a | b |"])
        #expect(outline("a | b\n:-|-:\n1 | 2\n\nx\n") == ["0 table a | b", "0 paragraph x"])
        #expect(outline("> | a |\n> |---|\n> | b |\n") == ["0 quote > | a |", "1 table > | a |"])
    }

    @Test(arguments: ["| a | b |\n|---|\n", "a\n|\n", "| a |\n| b |\n", "| a |\n|-x-|\n"])
    func `lines that only look like a table are prose`(text: String) {
        #expect(outline(text).allSatisfy { $0.hasPrefix("0 paragraph") })
    }

    @Test func `front matter is no heading`() {
        #expect(outline("---\ntitle: A\ntags: [b]\n---\n# T\n") == ["0 code ---", "0 heading(1) # T"])
        #expect(outline("---\n\ntext\n\n---\n").first == "0 thematicBreak ---")
    }

    @Test func `an unclosed fence reaches the end`() {
        #expect(outline("a\n\n```\n# b\n\n# c") == ["0 paragraph a", "0 code ```"])
    }

    @Test func `raw HTML ends where it says so and a heading may follow`() {
        #expect(outline("<script>\nx = 1 </script>\n# a\n") == ["0 html <script>", "0 heading(1) # a"])
        #expect(outline("<!-- a\n\n# b --> c\n# d\n") == ["0 html <!-- a", "0 heading(1) # d"])
    }

    @Test func `slices change nothing that matters`() {
        var text = ""
        for index in 0..<4000 {
            text += "## Section \(index)\n\nSome text that says \(index).\n\n```\n# \(index)\n\n```\n\n"
        }
        let blocks = MarkdownBlocks.parse(SourceText(normalising: text))
        #expect(text.utf8.count > 3 * MarkdownBlocks.sliceLimit)
        #expect(blocks.count == 12_000)
        #expect(blocks.map(\.kind).enumerated().allSatisfy { $1 == [.heading(2), .paragraph, .code][$0 % 3] })
    }

    @Test func `a fence longer than a slice is one block`() {
        let code = String(repeating: "# no heading\n\n", count: 20_000)
        #expect(outline("# a\n\n```\n\(code)```\n# b\n") == ["0 heading(1) # a", "0 code ```", "0 heading(1) # b"])
    }

    @Test(arguments: 0..<60)
    func `blocks are in order, nested and hold all text`(seed: UInt64) {
        var markdown = RandomMarkdown(seed: seed)
        let text = SourceText(normalising: markdown.document())
        let blocks = MarkdownBlocks.parse(text)
        var covered = Array(repeating: false, count: text.bytes.count)
        for block in blocks {
            for index in block.bytes where !block.kind.isContainer { covered[index] = true }
        }
        for (left, right) in zip(blocks, blocks.dropFirst()) {
            #expect(left.start <= right.start, "seed \(seed)")
            #expect(right.depth <= left.depth + 1, "seed \(seed)")
        }
        let lost = text.bytes.indices.filter { !covered[$0] && !text.bytes[$0].isBlank }
        // Marks of empty items and quotes belong to their container alone.
        #expect(lost.allSatisfy { [0x2D, 0x3E, 0x2A, 0x31, 0x2E].contains(text.bytes[$0]) }, "seed \(seed)")
    }
}
