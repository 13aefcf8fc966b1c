import Testing

@testable import Indexing

struct ChunkerExampleTests {
    @Test func `text without words has no chunks`() throws {
        for text in ["", " ", "\n\n\t \n", "\u{FEFF}\r\n", "\0\u{1}"] { #expect(try chunks(text).chunks.isEmpty) }
    }

    @Test func `a short document is one chunk under its title`() throws {
        let chunk = try #require(try chunks("# Queues\n\nJobs wait.\n", title: "Guide").chunks.first)
        #expect(chunk.text == "# Queues\n\nJobs wait.")
        #expect(chunk.headings == ["Guide", "Queues"])
        #expect(chunk.tokens == 5)
    }

    @Test func `only a heading is a chunk`() throws {
        let cut = try chunks("# Alone")
        #expect(cut.chunks.map(\.text) == ["# Alone"])
        #expect(cut.chunks.map(\.headings) == [["Alone"]])
    }

    @Test func `a new section starts a new chunk`() throws {
        let text = "# One\n\n\(words(40))\n\n## Two\n\n\(words(40))\n\n# Three\n\n\(words(40))\n"
        let cut = try chunks(text)
        #expect(cut.chunks.map { $0.text.prefix(6) } == ["# One\n", "## Two", "# Thre"])
        #expect(cut.chunks.map(\.headings) == [["One"], ["One", "Two"], ["Three"]])
    }

    @Test func `small sections share a chunk and its path names what they share`() throws {
        let small = "# Top\n\n## A\n\na.\n\n## B\n\nb.\n"
        #expect(try chunks(small).chunks.map(\.headings) == [["Top"]])
        let apart = "# Top\n\n\(words(50))\n\n## A\n\n\(words(20))\n\n## B\n\n\(words(20))\n"
        #expect(try chunks(apart).chunks.map(\.headings) == [["Top"], ["Top"]])
    }

    @Test func `a heading is never parted from what it heads`() throws {
        let text = "\(words(50))\n\n# Title\n\n\(words(30))\n"
        let cut = try chunks(text)
        #expect(cut.chunks.map { $0.text.hasPrefix("# Title") } == [false, true])
    }

    @Test func `a code fence that fits stays whole`() throws {
        let fence = "```swift\n" + String(repeating: "let a = 1\n", count: 12) + "```"
        let cut = try chunks("\(words(40))\n\n\(fence)\n\n\(words(30))\n")
        #expect(cut.chunks.count { $0.text.contains(fence) } == 1)
    }

    @Test func `a longer fence is split between its lines, best at a blank one`() throws {
        let half = (0..<10).map { "    line\($0) = \($0)" }.joined(separator: "\n")
        let cut = try chunks("```\n\(half)\n\n\(half)\n\(half)\n```\n")
        #expect(cut.chunks.count > 1)
        for chunk in cut.chunks.dropLast() { #expect(chunk.text.last?.isNumber == true) }
        #expect(cut.chunks.dropFirst().allSatisfy { $0.text.hasPrefix("    line") || $0.text == "```" })
    }

    @Test func `an unclosed fence is code to the end`() throws {
        let cut = try chunks("```\n" + String(repeating: "a = b. # no heading\n", count: 60))
        #expect(cut.chunks.allSatisfy { $0.headings.isEmpty })
        #expect(cut.chunks.dropFirst().allSatisfy { $0.text.hasPrefix("a = b.") })
    }

    @Test func `a long table repeats its header`() throws {
        let header = "| name | size |\n|------|-----:|\n"
        let rows = (0..<60).map { "| row\($0) | \($0) |" }.joined(separator: "\n")
        let cut = try chunks("# Files\n\n" + header + rows + "\n\nAfter it.\n", budget: 96)
        #expect(cut.chunks.count > 2)
        for chunk in cut.chunks.dropFirst() {
            #expect(chunk.text.hasPrefix(header + "| row"))
            #expect(chunk.text.utf8.count == chunk.bytes.count + header.utf8.count)
            #expect(chunk.tokens <= 96)
        }
    }

    @Test func `a list is kept whole where it fits, else split between items`() throws {
        let list = (0..<8).map { "- item \($0) here" }.joined(separator: "\n")
        let whole = try chunks("\(words(40))\n\n\(list)\n", budget: 64)
        #expect(whole.chunks.last?.text == list)
        let long = (0..<80).map { "- item \($0) here" }.joined(separator: "\n")
        let split = try chunks(long, budget: 64)
        #expect(split.chunks.count > 3)
        #expect(split.chunks.allSatisfy { $0.text.hasPrefix("- item") && $0.text.hasSuffix("here") })
    }

    @Test func `a split section repeats whole sentences, a new section nothing`() throws {
        let sentences = (0..<30).map { "Sentence number \($0) is here." }.joined(separator: " ")
        let cut = try chunks("# One\n\n\(sentences)\n\n# Two\n\n\(words(50))\n", budget: 60, overlap: 20)
        for (left, right) in zip(cut.chunks, cut.chunks.dropFirst()) where !right.text.hasPrefix("#") {
            #expect(right.text.hasPrefix("Sentence number"))
            #expect(right.bytes.lowerBound < left.bytes.upperBound)
        }
        #expect(cut.chunks.last?.text.hasPrefix("# Two") == true)
    }

    @Test func `a tail too small to stand alone takes text from the chunk before it`() throws {
        let sentence = "One two three four five six seven eight nine. "
        let cut = try chunks(String(repeating: sentence, count: 6) + "End.", budget: 60)
        #expect(cut.chunks.count == 2)
        #expect(cut.chunks.allSatisfy { $0.tokens >= 15 })
    }

    @Test func `Chinese is cut between sentences and never inside a character`() throws {
        let cut = try chunks(String(repeating: "即使服务器突然停止，也不应丢失任何文件。", count: 20))
        #expect(cut.chunks.count > 3)
        #expect(cut.chunks.allSatisfy { $0.text.hasSuffix("。") && $0.text.hasPrefix("即使") })
    }

    @Test func `text from right to left is cut between sentences`() throws {
        let cut = try chunks(String(repeating: "هل تضيع أي وثيقة عندما يتوقف الخادم؟ ", count: 20), budget: 80)
        #expect(cut.chunks.count > 3)
        #expect(cut.chunks.allSatisfy { $0.text.hasSuffix("؟") })
    }

    @Test func `characters of many scalars stay whole without any white space`() throws {
        let cut = try chunks(String(repeating: "👩‍💻", count: 100), budget: 7)
        #expect(cut.chunks.allSatisfy { $0.text.allSatisfy { $0 == "👩‍💻" } })
    }

    @Test func `a megabyte of one line is cut between words, without white space between characters`() throws {
        let prose = try chunks(words(20_000, "lorem"), budget: 256)
        #expect(prose.chunks.allSatisfy { $0.text.hasPrefix("lorem") && $0.text.hasSuffix("lorem") })
        let blob = SourceText(normalising: String(repeating: "QUJD", count: 262_144))
        let map = TokenMap.estimated(EstimatedTokens(text: blob, calibration: .typical))
        let settings = ChunkSettings(budget: 256, overlap: 50)
        let cut = Chunker.chunk(blob, blocks: MarkdownBlocks.parse(blob), tokens: map, settings: settings)
        #expect(cut.reduce(0) { $0 + $1.bytes.count } == 1 << 20)
    }

    @Test func `one token of a megabyte is still cut`() throws {
        let text = SourceText(normalising: String(repeating: "x", count: 1 << 20))
        let map = TokenMap.exact(try ExactTokens(spans: [TokenSpan(start: 0, end: 1 << 20)], length: 1 << 20))
        let settings = ChunkSettings(budget: 256, overlap: 50)
        let cut = Chunker.chunk(text, blocks: [], tokens: map, settings: settings)
        #expect(cut.count == (1 << 20) / settings.longest)
    }

    @Test func `line ends and a byte order mark make no difference`() throws {
        let unix = "# A\n\nfirst\n\n```\ncode\n```\n"
        let other = "\u{FEFF}" + unix.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\r\n")
        #expect(try chunks(other).chunks == chunks(unix).chunks)
    }

    @Test func `a table row longer than a chunk is split, and the header is not repeated when it leaves no room`()
        throws
    {
        let wide = String(repeating: "|a", count: 200) + "|\n" + String(repeating: "|-", count: 200) + "|\n"
        let cut = try chunks(wide + String(repeating: "|b", count: 200) + "|\n", budget: 64)
        #expect(cut.chunks.count > 5)
        #expect(cut.chunks.dropFirst().allSatisfy { $0.text.utf8.count == $0.bytes.count })
    }
}
