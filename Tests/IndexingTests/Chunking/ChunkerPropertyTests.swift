import Testing

@testable import Indexing

/// What holds for every document, under exact and estimated counts, with and without overlap.
struct ChunkerPropertyTests {
    private struct Cut {
        let text: SourceText
        let tokens: TokenMap
        let settings: ChunkSettings
        let chunks: [Chunk]
    }

    private func cuts(seed: UInt64) throws -> [Cut] {
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
                for structure in [blocks, PlainBlocks.paragraphs(of: text), []] {
                    let chunks = Chunker.chunk(text, blocks: structure, tokens: tokens, settings: settings)
                    cuts.append(Cut(text: text, tokens: tokens, settings: settings, chunks: chunks))
                }
            }
        }
        return cuts
    }

    @Test(arguments: 0..<150)
    func `every byte that is not white space is in exactly one chunk, apart from overlap`(seed: UInt64) throws {
        for cut in try cuts(seed: seed) {
            var rebuilt: [UInt8] = []
            var reached = 0
            for chunk in cut.chunks {
                #expect(chunk.text.hasSuffix(cut.text[chunk.bytes]))
                let fresh = max(reached, chunk.bytes.lowerBound)..<chunk.bytes.upperBound
                rebuilt += cut.text.bytes[fresh].filter { !$0.isBlank }
                reached = chunk.bytes.upperBound
            }
            #expect(rebuilt == cut.text.bytes.filter { !$0.isBlank }, "seed \(seed), \(cut.settings)")
        }
    }

    @Test(arguments: 0..<150)
    func `no chunk exceeds the budget but a character that does so alone`(seed: UInt64) throws {
        for cut in try cuts(seed: seed) {
            for chunk in cut.chunks where chunk.tokens > cut.settings.budget {
                let alone = String(decoding: cut.text.bytes[chunk.bytes], as: UTF8.self).unicodeScalars.count == 1
                #expect(alone, "seed \(seed), \(cut.settings): \(chunk)")
            }
            for chunk in cut.chunks { #expect(chunk.bytes.count <= cut.settings.longest) }
        }
    }

    @Test(arguments: 0..<150)
    func `ranges advance, ordinals count and texts are whole UTF-8`(seed: UInt64) throws {
        for cut in try cuts(seed: seed) {
            #expect(cut.chunks.map(\.ordinal) == Array(cut.chunks.indices))
            for (left, right) in zip(cut.chunks, cut.chunks.dropFirst()) {
                #expect(left.bytes.lowerBound < right.bytes.lowerBound)
                #expect(left.bytes.upperBound < right.bytes.upperBound)
            }
            for chunk in cut.chunks {
                #expect(!chunk.bytes.isEmpty)
                #expect(String(validating: cut.text.bytes[chunk.bytes], as: UTF8.self) != nil)
                #expect(chunk.text.utf8.last?.isBlank == false)
            }
        }
    }

    @Test(arguments: 0..<40)
    func `the same document is cut the same way again`(seed: UInt64) throws {
        #expect(try cuts(seed: seed).map(\.chunks) == cuts(seed: seed).map(\.chunks))
    }

    @Test(arguments: 0..<150)
    func `overlap stays within its allowance and within a section`(seed: UInt64) throws {
        for cut in try cuts(seed: seed) {
            for (left, right) in zip(cut.chunks, cut.chunks.dropFirst())
            where right.bytes.lowerBound < left.bytes.upperBound {
                let shared = right.bytes.lowerBound..<left.bytes.upperBound
                #expect(cut.tokens.count(shared) <= cut.settings.overlap, "seed \(seed)")
            }
        }
    }

    @Test(arguments: 0..<60)
    func `a chunk split again loses nothing and shrinks`(seed: UInt64) throws {
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
