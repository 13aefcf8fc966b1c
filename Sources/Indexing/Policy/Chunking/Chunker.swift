/// Cuts documents into chunks along their structure.
///
/// A pure function of the text, its blocks, the token map and the settings: every worker cuts alike, so that ordinals
/// and ids name the same texts after a crash. Apart from overlap and repeated table headers each byte that is not
/// white space is in exactly one chunk.
public enum Chunker {
    /// Packs blocks greedily up to the budget and ends each chunk at the best boundary near it.
    ///
    /// - Parameters:
    ///   - blocks: the structure, from `MarkdownBlocks` or `PlainBlocks`; what they leave out is taken as prose.
    ///   - title: the document's title, put before the headings.
    /// - Returns: chunks in order, ordinals from 0; none for a text that is all white space.
    public static func chunk(
        _ text: SourceText, blocks: [Block], tokens: TokenMap, settings: ChunkSettings, title: String? = nil
    ) -> [Chunk] {
        var packer = Packer(text: text, blocks: blocks, tokens: tokens, settings: settings, title: title)
        packer.run()
        return packer.chunks
    }
}
