/// The payload of a document's points, in the keys that the product's search reads.
struct DocumentPayload: Equatable, Sendable {
    let metadata: Payload

    init(_ document: IndexDocument, _ url: CanonicalURL, contentID: Int?) {
        var payload = Payload()
        payload.set("url", .string(document.url))
        payload.set("canonical_url", .string(url.canonical))
        payload.set("domain", .string(url.domain))
        payload.set("title", document.title)
        payload.set("description", document.description)
        payload.set("language", document.language)
        payload.set("country", document.country)
        payload.set("isMobile", document.isMobile.map(Payload.Value.bool) ?? .null)
        if let contentID { payload.set("content_id", .integer(contentID)) }
        metadata = payload.prepared
    }

    /// One chunk's payload; `state` for point 0.
    func point(_ chunk: Chunk, ordinal: Int, chunker: String, state: DocumentState?) -> Payload {
        var payload = metadata
        payload.reserve(13)
        payload.set("text", .string(chunk.text))
        payload.set("chunk_index", .integer(ordinal))
        payload.set("token_count", .integer(chunk.tokens))
        // The server tells a request's tokens, not a text's: so a point says that its number is an estimate.
        if chunk.isEstimate { payload.set("token_count_estimated", .bool(true)) }
        payload.set("headings", .strings(chunk.headings))
        payload.set("bytes", .integers([chunk.bytes.lowerBound, chunk.bytes.upperBound]))
        payload.set("chunker", .string(chunker))
        state?.write(into: &payload)
        return payload
    }
}
