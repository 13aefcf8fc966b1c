/// A document to index, as a job carries it.
public struct IndexDocument: Sendable, Equatable {
    /// The document's name; its canonical form decides the ids of its points.
    public var url: String
    public var resolvedURL: String?
    public var title: String?
    public var description: String?
    public var markdown: String
    public var language: String?
    public var country: String?
    public var isMobile: Bool?
    public var crawlID: String?
    /// The product's own record of the page; when nil, the one stored before is kept.
    public var contentID: Int?
    /// ISO 8601 in UTC, as RQ writes `created_at`. With the job's id it decides which of two jobs for one document wins.
    public var createdAt: String
    public var jobID: String
    /// Embedded and written anew although its content is as stored.
    public var isForced: Bool

    public init(
        url: String, resolvedURL: String? = nil, title: String? = nil, description: String? = nil, markdown: String,
        language: String? = nil, country: String? = nil, isMobile: Bool? = nil, crawlID: String? = nil,
        contentID: Int? = nil, createdAt: String, jobID: String, isForced: Bool = false
    ) {
        self.url = url
        self.resolvedURL = resolvedURL
        self.title = title
        self.description = description
        self.markdown = markdown
        self.language = language
        self.country = country
        self.isMobile = isMobile
        self.crawlID = crawlID
        self.contentID = contentID
        self.createdAt = createdAt
        self.jobID = jobID
        self.isForced = isForced
    }
}

/// What became of a document.
public struct IndexOutcome: Sendable, Equatable {
    public var url: String
    /// Points the document has in the collection.
    public var chunksIndexed: Int
    /// Tokens of these points' texts.
    public var totalTokens: Int
    /// The very same content was there already; nothing was embedded.
    public var unchanged: Bool
    /// A later job's version is there already; nothing was written.
    public var superseded: Bool

    public init(url: String, chunksIndexed: Int, totalTokens: Int, unchanged: Bool = false, superseded: Bool = false) {
        self.url = url
        self.chunksIndexed = chunksIndexed
        self.totalTokens = totalTokens
        self.unchanged = unchanged
        self.superseded = superseded
    }
}
