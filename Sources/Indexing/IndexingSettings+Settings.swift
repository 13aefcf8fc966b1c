public import Settings

extension IndexingSettings {
    /// What the operator set, for workers and for whoever searches alike.
    public init(_ settings: Settings) {
        // A probe must be over well before a watcher's five seconds are.
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
    }
}
