/// How a document is cut: the seam between indexing and the chunker.
struct DocumentChunker: Sendable {
    /// Asks the model where its tokens stand; one list per text, offsets in UTF-8 bytes.
    typealias Tokenize = @Sendable ([String]) async throws(CallFailure) -> [[TokenSpan]]
    typealias Cut =
        @Sendable (_ text: String, _ settings: ChunkSettings, _ maxInputLength: Int, _ tokenize: Tokenize)
            async throws(CallFailure) -> [Chunk]

    /// Part of the content hash: another version cuts anew.
    var version: String
    var cut: Cut
}
