import Synchronization

/// The collection as the worker needs it: there, with the model's dimension, with its indexes.
final class VectorCollection: Sendable {
    static let indexed = ["url", "canonical_url", "domain", "language"]

    let store: VectorStore
    private let ready = Mutex<VectorStore.Layout?>(nil)
    private let unsearchable = Mutex<String?>(nil)

    init(store: VectorStore) { self.store = store }

    /// Why its documents cannot be searched by words; nil = they can, or nothing is known yet.
    var keywordComplaint: String? { unsearchable.withLock { $0 } }

    /// Creates what is missing, once; refuses a collection that does not fit the model.
    func prepare(_ facts: ModelFacts, _ purpose: ServiceCaller.Purpose = .work) async throws(CallFailure)
        -> VectorStore.Layout
    {
        if purpose == .work, let layout = ready.withLock({ $0 }), layout.dimension == facts.dimension { return layout }
        var found = try await store.layout(purpose)
        let version = try await store.version(purpose)
        if found == nil {
            try await store.create(
                dimension: facts.dimension, keyword: KeywordPlan.choose(version, nil), purpose)
            found = try await store.layout(purpose)
        }
        guard let found else {
            throw refuse("collection \"\(store.collection)\" is missing right after its creation", nil)
        }
        try check(found, facts)
        for field in Self.indexed where found.payload_schema?[field] == nil {
            try await store.createIndex(field, purpose)
        }
        let layout = VectorStore.Layout(
            dimension: facts.dimension, isOneShard: found.config.params.shard_number == 1,
            keyword: try await arrangeKeywords(found, version, purpose))
        ready.withLock { $0 = layout }
        return layout
    }

    /// What cannot be had is no fault: documents are found by meaning all the same, and every search says so.
    private func arrangeKeywords(
        _ found: CollectionAnswer, _ version: ServerVersion?, _ purpose: ServiceCaller.Purpose
    ) async throws(CallFailure) -> KeywordIndex? {
        var plan = KeywordPlan.choose(version, found.keywords)
        if case .add(let index) = plan {
            // Points with a vector that is not there would be refused.
            let isThere = try await store.add(index, purpose)
            plan = isThere ? .ready(index) : .without("Qdrant refuses to add what ranks words to the collection")
        }
        switch plan {
        case .ready(let index):
            unsearchable.withLock { $0 = nil }
            return index
        case .without(let why):
            unsearchable.withLock { $0 = why }
            return nil
        case .add: return nil
        }
    }

    /// The collection went away under us: create it again before the next document.
    func forget() { ready.withLock { $0 = nil } }

    private func check(_ found: CollectionAnswer, _ facts: ModelFacts) throws(CallFailure) {
        guard let vector = found.config.params.vectors else {
            throw refuse(
                "collection \"\(store.collection)\" has named vectors, Pulse writes one without a name",
                "choose another PULSE_QDRANT_COLLECTION")
        }
        guard vector.size == facts.dimension else {
            throw refuse(
                "collection \"\(store.collection)\" holds vectors of \(vector.size) dimensions, model "
                    + "\"\(facts.modelID)\" makes \(facts.dimension)",
                "serve the model the collection was made with, or choose another PULSE_QDRANT_COLLECTION")
        }
        guard vector.distance == "Cosine" else {
            throw refuse(
                "collection \"\(store.collection)\" compares by \(vector.distance), Pulse needs Cosine",
                "choose another PULSE_QDRANT_COLLECTION")
        }
    }

    private func refuse(_ reason: String, _ remedy: String?) -> CallFailure {
        let fault = ServiceFault(.qdrant, .configuration, reason, remedy: remedy)
        store.caller.watch.failed(fault)
        return .fault(fault)
    }
}
