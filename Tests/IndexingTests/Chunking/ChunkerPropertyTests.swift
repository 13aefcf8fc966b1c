import Testing

@testable import Indexing

/// What holds for every document, under exact and estimated counts, with and without overlap.
struct ChunkerPropertyTests {
    private struct Cut: Sendable {
        let text: SourceText
        let tokens: TokenMap
        let settings: ChunkSettings
        let chunks: [Chunk]
    }

    /// Cut once, looked at by every test.
    private static let cuts: [Result<[Cut], any Error>] = (0..<30).map { seed in Result { try cut(seed: seed) } }

    private func cuts(seed: Int) throws -> [Cut] {
        try Self.cuts[seed].get()
    }

    private static func cut(seed: UInt64) throws -> [Cut] {
        var markdown = RandomMarkdown(seed: seed)
        let text = SourceText(normalising: markdown.document())
        let blocks = MarkdownBlocks.parse(text)
        let maps = [
            try WordTokens.map(text), .estimated(EstimatedTokens(text: text, calibration: .typical)),
        ]
        var cuts: [Cut] = []
        for tokens in maps {
            for settings in [
                ChunkSettings(budget: 1, overlap: 0), ChunkSettings(budget: 9, overlap: 3),
                ChunkSettings(budget: 40, overlap: 10), ChunkSettings(budget: 256, overlap: 50),
            ] {
                for structure in [blocks, []] {
                    let chunks = Chunker.chunk(text, blocks: structure, tokens: tokens, settings: settings)
                    cuts.append(Cut(text: text, tokens: tokens, settings: settings, chunks: chunks))
                }
            }
        }
        return cuts
    }

    @Test(arguments: 0..<30)
    func `every byte that is not white space is in exactly one chunk, apart from overlap`(seed: Int) throws {
        for cut in try cuts(seed: seed) {
            var rebuilt: [UInt8] = []
            var reached = 0
            for chunk in cut.chunks {
                let fresh = max(reached, chunk.bytes.lowerBound)..<chunk.bytes.upperBound
                rebuilt += cut.text.bytes[fresh]
                reached = chunk.bytes.upperBound
            }
            let same = rebuilt.filter { !$0.isBlank } == cut.text.bytes.filter { !$0.isBlank }
            #expect(same, "seed \(seed), \(cut.settings)")
            let texts = cut.chunks.allSatisfy { $0.text.hasSuffix(cut.text[$0.bytes]) }
            #expect(texts, "seed \(seed), \(cut.settings)")
        }
    }

    @Test(arguments: 0..<30)
    func `no chunk exceeds the budget but a character that does so alone`(seed: Int) throws {
        for cut in try cuts(seed: seed) {
            let tooLong = cut.chunks.filter { chunk in
                chunk.bytes.count > cut.settings.longest
                    || chunk.tokens > cut.settings.budget && cut.text[chunk.bytes].unicodeScalars.count > 1
            }
            #expect(tooLong.isEmpty, "seed \(seed), \(cut.settings)")
        }
    }

    @Test(arguments: 0..<30)
    func `ranges advance, ordinals count and texts are whole UTF-8`(seed: Int) throws {
        for cut in try cuts(seed: seed) {
            #expect(cut.chunks.map(\.ordinal) == Array(cut.chunks.indices))
            let pairs = zip(cut.chunks.map(\.bytes), cut.chunks.dropFirst().map(\.bytes))
            let advance = pairs.allSatisfy { $0.lowerBound < $1.lowerBound && $0.upperBound < $1.upperBound }
            #expect(advance, "seed \(seed), \(cut.settings)")
            let whole = cut.chunks.allSatisfy { chunk in
                String(validating: cut.text.bytes[chunk.bytes], as: UTF8.self) != nil
                    && chunk.text.utf8.last?.isBlank == false
            }
            #expect(whole, "seed \(seed), \(cut.settings)")
        }
    }

    @Test(arguments: 0..<10)
    func `the same document is cut the same way again`(seed: Int) throws {
        let same = try cuts(seed: seed).map(\.chunks) == Self.cut(seed: UInt64(seed)).map(\.chunks)
        #expect(same)
    }

    @Test(arguments: 0..<30)
    func `overlap stays within its allowance`(seed: Int) throws {
        for cut in try cuts(seed: seed) {
            let pairs = zip(cut.chunks.map(\.bytes), cut.chunks.dropFirst().map(\.bytes))
            let shared = pairs.map { min($0.upperBound, $1.lowerBound)..<$0.upperBound }.map(cut.tokens.count)
            #expect(shared.allSatisfy { $0 <= cut.settings.overlap }, "seed \(seed), \(cut.settings)")
        }
    }

    @Test(arguments: 0..<15)
    func `a chunk split again loses nothing and shrinks`(seed: Int) throws {
        for cut in try cuts(seed: seed) where cut.settings.budget >= 40 {
            for chunk in cut.chunks {
                for spans in [WordTokens.spans(chunk.text), nil] {
                    let parts = Chunker.resplit(chunk, budget: max(1, chunk.tokens / 2), spans: spans)
                    let joined = parts.flatMap { cut.text.bytes[$0.bytes].filter { !$0.isBlank } }
                    #expect(joined == cut.text.bytes[chunk.bytes].filter { !$0.isBlank }, "seed \(seed)")
                    guard parts.count > 1 else { continue }
                    for part in parts { #expect(part.text.utf8.count < chunk.text.utf8.count) }
                    #expect(parts.map(\.ordinal) == Array(chunk.ordinal..<chunk.ordinal + parts.count))
                }
            }
        }
    }
}
