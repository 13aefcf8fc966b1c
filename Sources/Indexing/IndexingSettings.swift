public import Settings

/// What an indexer needs to know from outside.
public struct IndexingSettings: Sendable {
    public var tei: ServiceEndpoint
    public var qdrant: ServiceEndpoint
    public var collection: String
    /// Tokens per chunk at most, and by how many neighbours may overlap.
    public var chunkTokens: Int
    public var chunkOverlap: Int
    public var tokenCount = Settings.TokenCount.auto
    /// The dimension that vectors must have; nil = whatever the model gives.
    public var vectorDimension: Int?
    /// Proxy for all requests; the environment's proxy variables are never obeyed.
    public var proxy: String?

    /// Asked before every write: false while the jobs in hand may be somebody else's by now.
    public var mayWrite: @Sendable () -> Bool = { true }

    /// Told of every step that a document has behind it.
    public var reached: @Sendable (IndexingStep) -> Void = { _ in }

    var retry = RetryPolicy()

    public init(
        tei: ServiceEndpoint, qdrant: ServiceEndpoint, collection: String = "pulse_docs", chunkTokens: Int = 256,
        chunkOverlap: Int = 50, vectorDimension: Int? = nil, proxy: String? = nil
    ) {
        self.tei = tei
        self.qdrant = qdrant
        self.collection = collection
        self.chunkTokens = chunkTokens
        self.chunkOverlap = chunkOverlap
        self.vectorDimension = vectorDimension
        self.proxy = proxy
    }
}
