/// What point 0 says about its document.
struct DocumentState: Equatable, Sendable {
    /// Empty while the document is being written.
    var contentHash = ""
    var metaHash = ""
    var chunkCount = 0
    /// Above every ordinal that may exist.
    var chunkHigh = 0
    var totalTokens = 0
    var generation = Generation(createdAt: "", jobID: "")

    /// True when all points of this very content are there and no others.
    func holds(_ contentHash: String) -> Bool {
        !self.contentHash.isEmpty && self.contentHash == contentHash && chunkHigh == chunkCount
    }

    /// It is being written, or was left in the middle of it.
    var isUnfinished: Bool { contentHash.isEmpty && chunkCount == 0 }

    var payload: Payload {
        var payload = Payload()
        write(into: &payload)
        return payload
    }

    func write(into payload: inout Payload) {
        payload.set("content_hash", .string(contentHash))
        payload.set("meta_hash", .string(metaHash))
        payload.set("chunk_count", .integer(chunkCount))
        payload.set("chunk_high", .integer(chunkHigh))
        payload.set("total_tokens", .integer(totalTokens))
        payload.set("generation", .string(generation.text))
    }
}
