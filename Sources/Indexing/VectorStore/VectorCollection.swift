import Synchronization

/// The collection as the worker needs it: there, with the model's dimension, with its indexes.
final class VectorCollection: Sendable {
    static let indexed = ["url", "canonical_url", "domain", "language"]

    let store: VectorStore
    private let ready = Mutex<VectorStore.Layout?>(nil)

    init(store: VectorStore) { self.store = store }

    /// Creates what is missing, once; refuses a collection that does not fit the model.
    func prepare(_ facts: ModelFacts, _ purpose: ServiceCaller.Purpose = .work) async throws(CallFailure)
        -> VectorStore.Layout
    {
        if purpose == .work, let layout = ready.withLock({ $0 }), layout.dimension == facts.dimension { return layout }
        var found = try await store.layout(purpose)
        if found == nil {
            try await store.create(dimension: facts.dimension, purpose)
            found = try await store.layout(purpose)
        }
        guard let found else {
            throw refuse("collection \"\(store.collection)\" is missing right after its creation", nil)
        }
        try check(found, facts)
        for field in Self.indexed where found.payload_schema?[field] == nil {
            try await store.createIndex(field, purpose)
        }
        let layout = VectorStore.Layout(dimension: facts.dimension, isOneShard: found.config.params.shard_number == 1)
        ready.withLock { $0 = layout }
        return layout
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
