extension Chunker {
    /// Splits one chunk that the server found too long.
    ///
    /// - Parameters:
    ///   - budget: what a part may hold, in tokens.
    ///   - spans: the tokenizer's answer for `chunk.text`; nil, or one that says the chunk fits, halves it instead.
    /// - Returns: at least two smaller chunks in order, ordinals counted on from the chunk's own; the chunk itself
    ///   if it is a single character and nothing smaller can be had.
    public static func resplit(_ chunk: Chunk, budget: Int, spans: [TokenSpan]?) -> [Chunk] {
        let text = SourceText(normalised: Array(chunk.text.utf8))
        if let spans, spans.count > budget, let tokens = try? ExactTokens(spans: spans, length: text.bytes.count) {
            let parts = parts(of: chunk, text, .exact(tokens), ChunkSettings(budget: budget, overlap: 0))
            if parts.count > 1 { return parts }
        }
        // Every byte a token: half of them at most in a part.
        let starts = text.bytes.indices.map { UInt32(clamping: $0) }
        let half = ChunkSettings(budget: (text.bytes.count + 1) / 2, overlap: 0)
        let parts = parts(of: chunk, text, .exact(ExactTokens(starts: starts, length: text.bytes.count)), half)
            .map { part in
                let tokens = max(1, chunk.tokens * part.size / max(1, text.bytes.count))
                return Chunk(
                    text: part.text, ordinal: part.ordinal, bytes: part.bytes, tokens: tokens, isEstimate: true,
                    headings: part.headings)
            }
        return parts.count > 1 ? parts : [chunk]
    }

    private static func parts(
        of chunk: Chunk, _ text: SourceText, _ tokens: TokenMap, _ settings: ChunkSettings
    ) -> [Chunk] {
        // A repeated table header leads the text but lies elsewhere in the document.
        let header = text.bytes.count - chunk.bytes.count
        return Self.chunk(text, blocks: PlainBlocks.paragraphs(of: text), tokens: tokens, settings: settings)
            .filter { $0.bytes.upperBound > header }
            .enumerated()
            .map { index, part in
                let low = max(0, part.bytes.lowerBound - header) + chunk.bytes.lowerBound
                let high = part.bytes.upperBound - header + chunk.bytes.lowerBound
                return Chunk(
                    text: part.text, ordinal: chunk.ordinal + index, bytes: low..<high, tokens: part.tokens,
                    headings: chunk.headings)
            }
    }
}
