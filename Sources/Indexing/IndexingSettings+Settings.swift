public import Settings

extension IndexingSettings {
    /// What the operator set, for workers and for whoever searches alike.
    public init(_ settings: Settings) {
        // A probe must be over well before a watcher's five seconds are; only a busy TEI is given more from the second on.
        let probe = Duration.seconds(2)
        self.init(
            tei: ServiceEndpoint(
                url: settings.teiURLs.first?.text ?? "", apiKey: settings.teiAPIKey, connectTimeout: probe,
                probeDeadline: probe),
            qdrant: ServiceEndpoint(
                url: settings.qdrantURL.text, apiKey: settings.qdrantAPIKey, connectTimeout: probe,
                deadline: .nanoseconds(settings.qdrantTimeout), probeDeadline: probe),
            collection: settings.qdrantCollection, chunkTokens: settings.chunkTokens,
            chunkOverlap: settings.chunkOverlap,
            embedding: EmbeddingSettings(
                prompt: settings.teiPrompt, queryPrompt: settings.teiQueryPrompt, dimensions: settings.teiDimensions,
                expectedDimension: settings.vectorDimension),
            proxy: settings.httpProxy?.text)
        teiReplicas = settings.teiURLs.dropFirst().map(\.text)
        fusionK = settings.fusionK
        tokenCount = settings.tokenCount
        collectionOptions = CollectionOptions(settings)
        modelChange = settings.modelChange == .reindex ? .reindex : .refuse
    }
}

extension CollectionOptions {
    fileprivate init(_ settings: Settings) {
        self.init()
        distance =
            switch settings.qdrantDistance {
            case .cosine: .cosine
            case .dot: .dot
            case .euclid: .euclid
            case .manhattan: .manhattan
            }
        onDisk = settings.qdrantOnDisk
        quantization = settings.qdrantQuantization.flatMap { Quantization(rawValue: $0.rawValue) }
        shards = settings.qdrantShards
        replicas = settings.qdrantReplicas
        ordering = settings.qdrantOrdering.flatMap { Ordering(rawValue: $0.rawValue) }
    }
}
