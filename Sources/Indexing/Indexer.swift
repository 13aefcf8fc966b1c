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
            collection: settings.collection, options: settings.collectionOptions, mayWrite: settings.mayWrite)
        collection = VectorCollection(store: store, change: settings.modelChange, notice: settings.notice)
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
        guard document.url.utf8.count <= Self.longestURL else {
            throw .permanent(
                "the document's url has \(document.url.utf8.count) bytes, more than \(Self.longestURL): "
                    + "\(SanitizedURL(Self.shown(document.url)))...")
        }
        guard !document.markdown.unicodeScalars.allSatisfy(\.properties.isWhitespace) else {
            throw Self.emptiness(of: document.url)
        }
        let url = document.url
        let result: (outcome: IndexOutcome, losses: [ChunkEmbedder.Loss])?
        do throws(CallFailure) {
            result = try await bring(document)
        } catch {
            if case .fault(let fault) = error, fault.isOfMissing {
                // It was made anew once, in vain.
                collection.forget()
                collection.store.caller.watch.failed(fault)
            }
            throw IndexingFailure(error)
        }
        guard let result else { throw Self.emptiness(of: url) }
        if result.losses.isEmpty { return result.outcome }
        throw .permanent(Self.explain(result.losses, result.outcome.chunksIndexed))
    }

    /// Texts that wait for room at the embedding servers.
    public var textsWaiting: Int { embeddings.waiting }

    /// How many documents may be worked on now: the worse of the two services decides.
    public var admission: Admission {
        switch (embeddings.admission, collection.store.caller.watch.admission) {
        case (.all, .all): .all
        case (.none(let fault, let wait), _), (_, .none(let fault, let wait)): .none(fault, probeIn: wait)
        case (.one, .one), (.one, .all), (.all, .one): .one
        }
    }

    /// Two jobs of one document at the same time: the queue's lease keeps the second from starting, and a worker that may
    /// have lost its lease writes nothing (`mayWrite`). The comparison of generations is for jobs that follow each other.
    ///
    /// A large text is let go of once it is cut: whoever calls must not hold it either.
    ///
    /// - Returns: nil when nothing is left of the content that could be indexed: then nothing was done.
    private func bring(
        _ document: consuming IndexDocument
    ) async throws(CallFailure) -> (IndexOutcome, losses: [ChunkEmbedder.Loss])? {
        let facts = try await embeddings.facts()
        let url = CanonicalURL(document.url)
        let (layout, stored) = try await lookUp(url, facts)
        settings.reached(.compared)
        let chunker = DocumentChunker(
            embeddings: embeddings, facts: facts, chunkTokens: settings.chunkTokens, overlap: settings.chunkOverlap,
            tokenCount: settings.tokenCount, pack: pack)
        var target = DocumentState(
            contentHash: try await Self.contentHash(document.markdown, recipe(facts, chunker)),
            generation: Generation(createdAt: document.createdAt, jobID: document.jobID))
        // A later one that has not come to its end may never do so, and what it left is no content; if it comes back, it wins.
        if let stored = stored?.state, !stored.isUnfinished, !document.createdAt.isEmpty,
            target.generation < stored.generation
        {
            return (outcome(document.url, stored, superseded: true), [])
        }
        if let stored, stored.state.holds(target.contentHash), !document.isForced {
            let payload = DocumentPayload(copy document, url, contentID: document.contentID ?? stored.contentID)
            target.metaHash = ContentHash.of(metadata: payload.metadata)
            if try await refresh(stored.state, target, payload, url.identity) {
                try await dropOldPoints(of: url)
                return (outcome(document.url, stored.state, unchanged: true), [])
            }
        }
        let old = try await collection.oldPoints.find(url)
        let payload = DocumentPayload(
            copy document, url, contentID: document.contentID ?? stored?.contentID ?? old?.contentID)
        target.metaHash = ContentHash.of(metadata: payload.metadata)
        let name = document.url
        let markdown = document.markdown
        document.markdown = ""
        let chunks = try await chunker.cut(consume markdown)
        // Of control characters and the like nothing is left; as with blanks the points of a version before stay.
        if chunks.isEmpty { return nil }
        settings.reached(.chunked)
        let task = WriteTask(
            url: url, chunker: chunker, payload: payload, target: target, old: old, planned: chunks.count)
        var writer = writer(task, layout, stored)
        do {
            try await writer.write(chunks)
        } catch .fault(let fault) where fault.isOfMissing {
            // The collection or a point of it went away meanwhile: all is written anew.
            collection.forget()
            let (layout, stored) = try await lookUp(url, facts)
            writer = self.writer(task, layout, stored)
            try await writer.write(chunks)
        }
        let outcome = IndexOutcome(url: name, chunksIndexed: writer.written, totalTokens: writer.tokens)
        return (outcome, writer.losses)
    }

    private static func emptiness(of url: String) -> IndexingFailure {
        .permanent("the document has no content: its markdown is empty (\(SanitizedURL(url)))")
    }

    /// The document's state, in a collection that is made anew, once, when it is missing.
    private func lookUp(
        _ url: CanonicalURL, _ facts: ModelFacts
    ) async throws(CallFailure) -> (VectorStore.Layout, StateReads.Found?) {
        let first = PointID.of(identity: url.identity, ordinal: 0)
        do {
            return (try await collection.prepare(facts), try await states.state(of: first))
        } catch .fault(let fault) where fault.isOfMissing {
            collection.forget()
            return (try await collection.prepare(facts), try await states.state(of: first))
        }
    }

    /// What is to be written, whatever there is.
    private struct WriteTask {
        let url: CanonicalURL
        let chunker: DocumentChunker
        let payload: DocumentPayload
        let target: DocumentState
        let old: OldPoints.Found?
        let planned: Int
    }

    private func writer(
        _ task: WriteTask, _ layout: VectorStore.Layout, _ stored: StateReads.Found?
    ) -> DocumentWriter {
        DocumentWriter(
            writes: collection.writes, embedder: ChunkEmbedder(embeddings: embeddings, chunker: task.chunker),
            identity: task.url.identity, payload: task.payload, chunker: chunkerVersion,
            keywords: layout.keyword == .sparseVector ? KeywordVectors(chunkBudget: settings.chunkTokens) : nil,
            state: task.target,
            plan: CommitPlan(
                storedHigh: stored?.state.chunkHigh ?? 0, planned: task.planned, isOneShard: layout.isOneShard,
                hasOldPoints: task.old != nil),
            deleteOld: { [oldPoints = collection.oldPoints, old = task.old, url = task.url] in
                guard let old else { return .success(()) }
                do throws(CallFailure) {
                    return .success(try await oldPoints.delete(old, of: url))
                } catch {
                    return .failure(error)
                }
            }, reached: settings.reached)
    }

    /// The content is as stored. Other fields, when they changed, are set on all its points, between an emptied and a
    /// new `meta_hash`; a later generation is noted, so that an older job does not overwrite it.
    ///
    /// - Returns: false when a point of it is missing, though its state does not say so.
    private func refresh(
        _ stored: DocumentState, _ target: DocumentState, _ payload: DocumentPayload, _ identity: String
    ) async throws(CallFailure) -> Bool {
        if stored.metaHash == target.metaHash, stored.generation == target.generation { return true }
        let ids = (0..<stored.chunkCount).map { PointName(identity: identity, ordinal: $0) }
        let first = Array(ids.prefix(1))
        var steps: [PointUpdate] = []
        if stored.metaHash != target.metaHash {
            var intent = Payload()
            intent.set("meta_hash", .string(""))
            steps.append(.setPayload(intent, of: first))
            steps += PointUpdate.pages(ids).map { .setPayload(payload.metadata, of: $0) }
        }
        var commit = Payload()
        commit.set("meta_hash", .string(target.metaHash))
        commit.set("generation", .string(target.generation.text))
        steps.append(.setPayload(commit, of: first))
        do {
            try await collection.writes.update(steps)
            return true
        } catch .fault(let fault) where fault.isOfMissing {
            return false
        }
    }

    private static func contentHash(
        _ markdown: String, _ recipe: ContentHash.Recipe
    ) async throws(CallFailure) -> String {
        try await WorkPlace(bytes: markdown.utf8.count).run { ContentHash.of(content: markdown, recipe: recipe) }
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
