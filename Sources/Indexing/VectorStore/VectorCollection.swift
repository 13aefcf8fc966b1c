import Synchronization

/// The collection as the worker needs it: there, with the model's dimension, with its indexes.
final class VectorCollection: Sendable {
    /// What points are searched for by; `chunker` tells the replaced product's points from ours.
    static let indexed = ["url", "canonical_url", "domain", "language", "chunker"]

    let store: VectorStore
    let writes: PointWrites
    let oldPoints: OldPoints
    let change: ModelChange
    private let notice: @Sendable (String) -> Void
    private let ready = Mutex<VectorStore.Layout?>(nil)
    private let preparations: SharedRequests<Preparation, VectorStore.Layout>
    private let said = Mutex<Set<String>>([])
    private let unsearchable = Mutex<String?>(nil)

    /// What a job wants to be made ready.
    private struct Preparation: Sendable {
        let facts: ModelFacts
        let make: @Sendable () async -> Result<VectorStore.Layout, CallFailure>
    }

    init(
        store: VectorStore, change: ModelChange = .refuse, notice: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        self.store = store
        self.change = change
        self.notice = notice
        writes = PointWrites(store)
        oldPoints = OldPoints(store, writes)
        // All jobs want it at once when the server has come back: one looks for all whose model is the same.
        preparations = SharedRequests(
            mostUnderWay: 1, size: { _ in RequestSize() }, holds: { _ in true },
            perform: { group in
                var outcomes: [Result<VectorStore.Layout, CallFailure>] = []
                for (index, wanted) in group.items.enumerated() {
                    let isAsBefore = index > 0 && wanted.facts == group.items[index - 1].facts
                    outcomes.append(isAsBefore ? outcomes[index - 1] : await wanted.make())
                }
                return outcomes
            })
    }

    /// Why its documents cannot be searched by words; nil = they can, or nothing is known yet.
    var keywordComplaint: String? { unsearchable.withLock { $0 } }

    /// Creates what is missing, once; refuses a collection that does not fit the model.
    func prepare(_ facts: ModelFacts, _ purpose: ServiceCaller.Purpose = .work) async throws(CallFailure)
        -> VectorStore.Layout
    {
        guard purpose == .work else { return try await make(facts, purpose) }
        if let layout = known(facts) { return layout }
        return try await preparations.answer(
            to: Preparation(facts: facts) { [self] in
                if let layout = known(facts) { return .success(layout) }
                do throws(CallFailure) { return .success(try await make(facts, purpose)) } catch {
                    return .failure(error)
                }
            })
    }

    private func known(_ facts: ModelFacts) -> VectorStore.Layout? {
        ready.withLock { $0?.dimension == facts.dimension && $0?.modelID == facts.modelID ? $0 : nil }
    }

    /// What the store has against the collection no document is to blame for.
    private func make(
        _ facts: ModelFacts, _ purpose: ServiceCaller.Purpose
    ) async throws(CallFailure) -> VectorStore.Layout {
        do throws(CallFailure) { return try await made(facts, purpose) } catch {
            guard case .fault(let fault) = error, fault.kind == .poison else { throw error }
            store.caller.watch.failed(fault.judged(.configuration))
            throw .fault(fault.judged(.configuration))
        }
    }

    private func made(
        _ facts: ModelFacts, _ purpose: ServiceCaller.Purpose
    ) async throws(CallFailure) -> VectorStore.Layout {
        // It was away: who knows what was written meanwhile, and what stands before it now.
        if store.caller.watch.refusal != nil { forgetFindings() }
        let version = try await store.version(purpose)
        let found = try await foundOrMade(facts, version, purpose)
        for difference in store.options.differences(found.options) { say(difference) }
        for field in Self.indexed where found.payload_schema?[field] == nil {
            try await store.createIndex(field, purpose)
        }
        let layout = VectorStore.Layout(
            dimension: facts.dimension, modelID: facts.modelID, isOneShard: found.config.params.shard_number == 1,
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
    func forget() {
        ready.withLock { $0 = nil }
        forgetFindings()
    }

    private func forgetFindings() {
        oldPoints.forget()
        writes.forgetBound()
    }

    private func foundOrMade(
        _ facts: ModelFacts, _ version: ServerVersion?, _ purpose: ServiceCaller.Purpose
    ) async throws(CallFailure) -> CollectionAnswer {
        let keepsRecord = ModelRecord.isKept(by: version)
        let model = ModelRecord(modelID: facts.modelID, modelSHA: facts.modelSHA, chunker: chunkerVersion)
        if let found = try await store.layout(purpose) {
            // First, so that no record is written into a collection that is then refused.
            try check(found, facts)
            try await compare(found.config.model, model, isKept: keepsRecord, purpose)
            return found
        }
        let isOurs = try await store.create(
            dimension: facts.dimension, model: keepsRecord ? model : nil, keyword: KeywordPlan.choose(version, nil),
            purpose)
        if isOurs { oldPoints.areNone() }
        guard let made = try await store.layout(purpose) else {
            throw refuse("collection \"\(store.collection)\" is missing right after its creation", nil)
        }
        // Another worker, with another model, may have been the first.
        try check(made, facts)
        try await compare(made.config.model, model, isKept: keepsRecord, purpose)
        return made
    }

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
        let wanted = store.options.distance.rawValue
        guard vector.distance == wanted else {
            throw refuse(
                "collection \"\(store.collection)\" compares by \(vector.distance), PULSE_QDRANT_DISTANCE says \(wanted)",
                "set PULSE_QDRANT_DISTANCE to what the collection has, or choose another PULSE_QDRANT_COLLECTION")
        }
    }

    func say(_ words: String) {
        if said.withLock({ $0.insert(words).inserted }) { notice(words) }
    }

    func refuse(_ reason: String, _ remedy: String?) -> CallFailure {
        let fault = ServiceFault(.qdrant, .configuration, reason, remedy: remedy)
        store.caller.watch.failed(fault)
        return .fault(fault)
    }
}
