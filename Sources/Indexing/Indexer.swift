/// Documents in, points out: compare, chunk, embed, write. Safe for any number of documents at once, and for a document
/// whose earlier run ended anywhere; two runs of one document at the same time are the caller's to prevent.
public final class Indexer: Sendable {
    let embeddings: TextEmbeddings
    let collection: VectorCollection
    private let states: StateReads
    let settings: IndexingSettings
    let keywords: KeywordSupport
    private let pack: DocumentChunker.Pack

    public convenience init(_ settings: IndexingSettings) { self.init(settings, pack: DocumentChunker.structural) }

    init(_ settings: IndexingSettings, pack: @escaping DocumentChunker.Pack) {
        let http = HTTPClient(proxy: settings.proxy)
        self.settings = settings
        self.pack = pack
        embeddings = TextEmbeddings(
            callers: settings.teiEndpoints.map {
                ServiceCaller(service: .tei, endpoint: $0, http: http, retry: settings.retry)
            }, settings: settings.embedding, retry: settings.retry)
        let store = VectorStore(
            caller: ServiceCaller(service: .qdrant, endpoint: settings.qdrant, http: http, retry: settings.retry),
            collection: settings.collection, mayWrite: settings.mayWrite)
        collection = VectorCollection(store: store)
        keywords = KeywordSupport(store: store)
        states = StateReads { ids in
            do throws(CallFailure) {
                return .success(try await store.states(of: ids))
            } catch {
                return .failure(error)
            }
        }
    }

    /// Brings the collection to hold this document's points, all of them and no others of its URL.
    public func index(_ document: consuming IndexDocument) async throws(IndexingFailure) -> IndexOutcome {
        guard !document.url.allSatisfy(\.isWhitespace) else { throw .permanent("the document has no url") }
        guard !document.markdown.unicodeScalars.allSatisfy(\.properties.isWhitespace) else {
            throw .permanent("the document has no content: its markdown is empty (\(SanitizedURL(document.url)))")
        }
        let result: (outcome: IndexOutcome, losses: [ChunkEmbedder.Loss])
        do throws(CallFailure) {
            result = try await bring(document)
        } catch {
            if case .fault(let fault) = error, fault.service == .qdrant, fault.status == 404 { collection.forget() }
            throw IndexingFailure(error)
        }
        if result.losses.isEmpty { return result.outcome }
        throw .permanent(Self.explain(result.losses, result.outcome.chunksIndexed))
    }

    /// How many documents may be worked on now: the worse of the two services decides.
    public var admission: Admission {
        switch (embeddings.admission, collection.store.caller.watch.admission) {
        case (.all, .all): .all
        case (.none(let fault, let wait), _), (_, .none(let fault, let wait)): .none(fault, probeIn: wait)
        case (.one, .one), (.one, .all), (.all, .one): .one
        }
    }

    /// What two documents must not have in common to be indexed at the same time.
    public static func identity(of url: String) -> String { CanonicalURL(url).identity }

    /// A large text is let go of once it is cut: whoever calls must not hold it either.
    private func bring(
        _ document: consuming IndexDocument
    ) async throws(CallFailure) -> (IndexOutcome, losses: [ChunkEmbedder.Loss]) {
        let facts = try await embeddings.facts()
        let layout = try await collection.prepare(facts)
        let url = CanonicalURL(document.url)
        let stored = try await states.state(of: PointID.of(identity: url.identity, ordinal: 0))
        settings.reached(.compared)
        let payload = DocumentPayload(copy document, url, contentID: document.contentID ?? stored?.contentID)
        let chunker = DocumentChunker(
            embeddings: embeddings, facts: facts, chunkTokens: settings.chunkTokens, overlap: settings.chunkOverlap,
            tokenCount: settings.tokenCount, pack: pack)
        let target = DocumentState(
            contentHash: ContentHash.of(content: document.markdown, recipe: recipe(facts, chunker)),
            metaHash: ContentHash.of(metadata: payload.metadata),
            generation: Generation(createdAt: document.createdAt, jobID: document.jobID))
        if let stored = stored?.state, !document.createdAt.isEmpty, target.generation < stored.generation {
            return (outcome(document.url, stored, superseded: true), [])
        }
        if let stored = stored?.state, stored.holds(target.contentHash), !document.isForced {
            try await refresh(stored, target, payload, url.identity)
            return (outcome(document.url, stored, unchanged: true), [])
        }
        let markdown = document.markdown
        document.markdown = ""
        let chunks = try await chunker.cut(consume markdown)
        settings.reached(.chunked)
        var writer = DocumentWriter(
            store: collection.store,
            embedder: ChunkEmbedder(embeddings: embeddings, chunker: chunker), identity: url.identity, payload: payload,
            chunker: chunkerVersion,
            keywords: layout.keyword == .sparseVector ? KeywordVectors(chunkBudget: settings.chunkTokens) : nil,
            state: target,
            plan: CommitPlan(
                storedHigh: stored?.state.chunkHigh ?? 0, planned: chunks.count, isOneShard: layout.isOneShard),
            reached: settings.reached)
        try await writer.write(chunks)
        let outcome = IndexOutcome(url: document.url, chunksIndexed: writer.written, totalTokens: writer.tokens)
        return (outcome, writer.losses)
    }

    /// The content is as stored. Other fields, when they changed, are set on all its points, between an emptied and a
    /// new `meta_hash`; a later generation is noted, so that an older job does not overwrite it.
    private func refresh(
        _ stored: DocumentState, _ target: DocumentState, _ payload: DocumentPayload, _ identity: String
    ) async throws(CallFailure) {
        if stored.metaHash == target.metaHash, stored.generation == target.generation { return }
        let ids = (0..<stored.chunkCount).map { PointID.of(identity: identity, ordinal: $0) }
        if stored.metaHash != target.metaHash {
            var intent = Payload()
            intent.set("meta_hash", .string(""))
            try await collection.store.setPayload(intent, of: Array(ids.prefix(1)))
            for start in stride(from: 0, to: ids.count, by: DocumentWriter.idsPerRequest) {
                let part = ids[start..<min(start + DocumentWriter.idsPerRequest, ids.count)]
                try await collection.store.setPayload(payload.metadata, of: Array(part))
            }
        }
        var commit = Payload()
        commit.set("meta_hash", .string(target.metaHash))
        commit.set("generation", .string(target.generation.text))
        try await collection.store.setPayload(commit, of: Array(ids.prefix(1)))
    }

    private func recipe(_ facts: ModelFacts, _ chunker: DocumentChunker) -> ContentHash.Recipe {
        ContentHash.Recipe(
            modelID: facts.modelID, modelSHA: facts.modelSHA, prompt: settings.embedding.prompt,
            dimension: facts.dimension, chunkBudget: chunker.settings.budget, chunkOverlap: chunker.settings.overlap,
            chunkerVersion: chunker.version)
    }

    private func outcome(
        _ name: String, _ stored: DocumentState, unchanged: Bool = false, superseded: Bool = false
    ) -> IndexOutcome {
        IndexOutcome(
            url: name, chunksIndexed: stored.chunkCount, totalTokens: stored.totalTokens, unchanged: unchanged,
            superseded: superseded)
    }

    private static func explain(_ losses: [ChunkEmbedder.Loss], _ indexed: Int) -> String {
        let shown = losses.prefix(5).map(\.description).joined(separator: "; ")
        let more = losses.count > 5 ? "; and \(losses.count - 5) more" : ""
        return "\(losses.count) chunks cannot be embedded, \(indexed) are indexed without them: \(shown)\(more)"
    }
}
