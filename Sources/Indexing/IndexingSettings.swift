public import Settings

/// What an indexer needs to know from outside.
public struct IndexingSettings: Sendable {
    public var tei: ServiceEndpoint
    /// Further addresses that serve the same model; key and deadlines are those of `tei`.
    public var teiReplicas: [String] = []
    public var embedding: EmbeddingSettings
    public var qdrant: ServiceEndpoint
    public var collection: String
    /// Tokens per chunk at most, and by how many neighbours may overlap.
    public var chunkTokens: Int
    public var chunkOverlap: Int
    public var tokenCount = Settings.TokenCount.auto
    /// Proxy for all requests; the environment's proxy variables are never obeyed.
    public var proxy: String?

    /// The k of reciprocal rank fusion, for ranks from 1.
    public var fusionK = 60
    /// How the collection is made, and what it must not differ in.
    public var collectionOptions = CollectionOptions()
    /// What to do when TEI serves another model than the collection was made with.
    public var modelChange = ModelChange.refuse

    /// Asked before every write: false while the jobs in hand may be somebody else's by now.
    public var mayWrite: @Sendable () -> Bool = { true }

    /// Told of every step that a document has behind it.
    public var reached: @Sendable (IndexingStep) -> Void = { _ in }

    /// Told what an operator should know though nothing has failed; the same words once.
    public var notice: @Sendable (String) -> Void = { _ in }

    var retry = RetryPolicy()

    public init(
        tei: ServiceEndpoint, qdrant: ServiceEndpoint, collection: String = "pulse_docs", chunkTokens: Int = 256,
        chunkOverlap: Int = 50, embedding: EmbeddingSettings = EmbeddingSettings(), proxy: String? = nil
    ) {
        self.tei = tei
        self.qdrant = qdrant
        self.collection = collection
        self.chunkTokens = chunkTokens
        self.chunkOverlap = chunkOverlap
        self.embedding = embedding
        self.proxy = proxy
    }

    /// Every embedding server, in the order of the settings.
    var teiEndpoints: [ServiceEndpoint] {
        [tei]
            + teiReplicas.map { url in
                var endpoint = tei
                endpoint.url = url
                return endpoint
            }
    }
}

/// What to do when TEI serves another model than the collection was made with.
public enum ModelChange: String, CaseIterable, Sendable {
    /// Nothing is written before a person decides.
    case refuse
    /// Documents are embedded anew as they come.
    case reindex
}
