/// Which model the collection was made with, as it is noted in it.
extension VectorCollection {
    /// A model of the same dimension makes vectors that have nothing to do with those which are there.
    func compare(
        _ recorded: ModelRecord?, _ model: ModelRecord, isKept: Bool, _ purpose: ServiceCaller.Purpose
    ) async throws(CallFailure) {
        if let recorded, recorded.isOfAnotherModel(than: model) {
            guard change == .reindex else { throw refuse(recorded, model) }
            say(
                "collection \"\(store.collection)\" was made with model \"\(recorded.modelID)\"; as PULSE_MODEL_CHANGE says, "
                    + "documents are embedded anew with \"\(model.modelID)\" as they come")
        } else {
            // What is there stays as it was written: two servers that differ in a revision must not take turns at it.
            guard recorded == nil, isKept else { return }
        }
        do throws(CallFailure) {
            try await store.record(model)
        } catch {
            // A key may be allowed to write points only. Work goes on without the record.
            guard case .fault(let fault) = error else { throw error }
            say(
                "the model cannot be noted in collection \"\(store.collection)\", so another one of its dimension would not be "
                    + "refused: \(fault.reason)")
            return
        }
        // Where there was none, another worker, with another model, may have written its own at the same time.
        if recorded == nil, change == .refuse, let written = try await store.layout(purpose)?.config.model,
            written.isOfAnotherModel(than: model)
        {
            throw refuse(written, model)
        }
    }

    private func refuse(_ recorded: ModelRecord, _ model: ModelRecord) -> CallFailure {
        refuse(
            "collection \"\(store.collection)\" was made with model \"\(recorded.modelID)\", TEI serves "
                + "\"\(model.modelID)\"",
            "serve that model, choose another PULSE_QDRANT_COLLECTION, or set PULSE_MODEL_CHANGE=reindex: documents "
                + "are then embedded anew as they come")
    }
}
