/// One chunk that matches a query.
public struct SearchHit: Sendable, Equatable {
    /// Cosine similarity, at most 1.
    public var score: Double
    public var url: String
    public var title: String?
    public var text: String
    /// The headings above the chunk, outermost first.
    public var headings: [String]?
}

extension Indexer {
    /// The chunks nearest in meaning, best first.
    public func search(_ text: String, limit: Int = 5) async throws(IndexingFailure) -> [SearchHit] {
        do throws(CallFailure) {
            let vector = try await embeddings.embed(query: text)
            return try await collection.store.query(vector, limit: limit).map { point in
                SearchHit(
                    score: point.score, url: point.payload?.url ?? "", title: point.payload?.title,
                    text: point.payload?.text ?? "", headings: point.payload?.headings)
            }
        } catch {
            throw IndexingFailure(error)
        }
    }
}
