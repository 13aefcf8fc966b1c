/// What was found.
public struct SearchAnswer: Sendable, Equatable, Encodable {
    /// How it was ranked: not always as asked for.
    public var mode: SearchMode
    /// Why it was ranked otherwise than asked for.
    public var note: String?
    /// Best first.
    public var hits: [SearchHit]
}

/// One chunk that matches, with its point's payload in the names it is stored under.
public struct SearchHit: Sendable, Equatable, Encodable {
    /// The point's.
    public var id: String
    /// Semantic: cosine similarity, at most 1; keyword: BM25; hybrid: the sum of 1/(k + rank). Comparable within an answer only.
    public var score: Double
    public var url: String
    public var canonicalURL: String?
    public var domain: String?
    public var title: String?
    public var description: String?
    public var text: String
    /// The headings above the chunk, outermost first.
    public var headings: [String]?
    public var language: String?
    public var country: String?
    public var isMobile: Bool?
    public var chunkIndex: Int?
    public var tokenCount: Int?
    public var contentID: Int?
    /// All that the point carries but Pulse's own state, also what others wrote. Not part of the hit's own JSON.
    public var payload: [String: PayloadValue] = [:]

    enum CodingKeys: String, CodingKey {
        case id, score, url, domain, title, description, text, headings, language, country, isMobile
        case canonicalURL = "canonical_url"
        case chunkIndex = "chunk_index"
        case tokenCount = "token_count"
        case contentID = "content_id"
    }
}
