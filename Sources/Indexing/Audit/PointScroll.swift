/// What a check looks at.
private struct SightedPayload: Decodable {
    var url, canonical_url, chunker, content_hash: String?
    var chunk_index, chunk_count, chunk_high: Int?

    enum CodingKeys: String, CodingKey, CaseIterable {
        case url, canonical_url, chunker, content_hash, chunk_index, chunk_count, chunk_high
    }

    /// What is there in another shape is what a check looks for: it must not spoil the page.
    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        func read<Value: Decodable>(_ key: CodingKeys) -> Value? { try? fields.decode(Value.self, forKey: key) }
        (url, canonical_url, chunker) = (read(.url), read(.canonical_url), read(.chunker))
        (content_hash, chunk_index) = (read(.content_hash), read(.chunk_index))
        (chunk_count, chunk_high) = (read(.chunk_count), read(.chunk_high))
    }
}

/// A point as it was scrolled past: what a check wants to know, and the id as a request names it.
struct ScrolledPoint {
    var sighting: PointSighting
    var id: PointName
}

extension VectorStore {
    /// Hands over the points that pass the filter, a page at a time, with the fields a check looks at.
    func scroll(_ filter: PointFilter, _ take: ([ScrolledPoint]) throws(CallFailure) -> Void) async throws(CallFailure)
    {
        let fields = SightedPayload.CodingKeys.allCases.map(\.rawValue)
        var pages = PointPages<SightedPayload>(self, filter, fields: fields)
        while let points = try await pages.next() {
            try take(points.map { ScrolledPoint(sighting: PointSighting($0), id: $0.id) })
        }
    }
}

extension PointSighting {
    fileprivate init(_ point: PointPage<SightedPayload>.Point) {
        self.init(
            id: point.id.text, url: point.payload?.url, canonicalURL: point.payload?.canonical_url,
            ordinal: point.payload?.chunk_index, chunker: point.payload?.chunker,
            contentHash: point.payload?.content_hash, chunkCount: point.payload?.chunk_count,
            chunkHigh: point.payload?.chunk_high)
    }
}

extension PointFilter {
    /// All points that may be a document's, whoever wrote them.
    static func ofDocument(_ url: CanonicalURL) -> PointFilter {
        var either = Payload()
        either.set("canonical_url", .string(url.canonical))
        either.set("url", .string(url.identity))
        return PointFilter(should: either)
    }
}
