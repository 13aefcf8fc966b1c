/// Do Qdrant, its collection and the model go together, and can it take points?
enum CollectionFindings {
    /// Less free than this, in parts of the disk and in bytes, and writes will soon fail.
    private static let leastFree = (share: 0.05, bytes: 1 << 30)

    static func of(_ facts: Facts) -> [Finding] {
        guard let store = facts.qdrant.sight.value else { return [] }
        let shown = facts.qdrant.address.shown
        var findings: [Finding] = []
        if store.isTooOld {
            findings.append(
                .broken(
                    .state(.qdrantOld), "Qdrant \(store.version ?? "") lacks what points are written with",
                    "Qdrant 1.15 or newer is needed there", at: shown))
        }
        if let reason = store.lockReason {
            findings.append(
                .broken(
                    .state(.qdrantLocked), "its storage is locked for writing: \(reason)",
                    "POST /locks with {\"write\":false} when whoever locked it is done", at: shown))
        }
        if let disk = store.disk, disk.all > 0,
            disk.free < leastFree.bytes || Double(disk.free) < leastFree.share * Double(disk.all)
        {
            findings.append(
                .broken(
                    .state(.qdrantDisk), "its disk has \(disk.free >> 20) MiB of \(disk.all >> 20) free",
                    "free some, or enlarge it: a full one takes no points", at: shown))
        }
        guard let collection = store.collection else {
            let cause = "collection \"\(store.name)\" is not there yet: the first worker makes it"
            return findings + [.fine(.state(.collectionMissing), cause, at: shown)]
        }
        let problems = fit(store, collection, facts, shown) + condition(store, collection, shown)
        return findings + (problems.isEmpty ? [fine(store, collection, shown)] : problems)
    }

    private static func fine(_ store: StoreFacts, _ collection: StoreFacts.Collection, _ shown: String) -> Finding {
        let points = collection.points.map { ", \($0) points" } ?? ""
        return .fine(
            .state(.collectionFine),
            "\"\(store.name)\": \(collection.dimension ?? 0) dimensions, \(collection.distance ?? "?")\(points)",
            at: shown)
    }

    private static func fit(
        _ store: StoreFacts, _ collection: StoreFacts.Collection, _ facts: Facts, _ shown: String
    ) -> [Finding] {
        let name = "collection \"\(store.name)\""
        guard let dimension = collection.dimension else {
            return [
                .broken(
                    .state(.collectionNamedVectors), "\(name) has named vectors, Pulse writes one without a name",
                    "choose another PULSE_QDRANT_COLLECTION", at: shown)
            ]
        }
        var findings: [Finding] = []
        let model = facts.tei.lazy.compactMap(\.sight.value).first
        if let model, model.dimension != dimension {
            findings.append(
                .broken(
                    .state(.collectionDimension),
                    "\(name) holds vectors of \(dimension) dimensions, TEI's \(model.model) makes \(model.dimension)",
                    "serve the model the collection was made with, or choose another PULSE_QDRANT_COLLECTION", at: shown
                ))
        } else if let model, let made = collection.model, made != model.model {
            findings.append(
                Finding(
                    id: .state(.collectionModel), severity: store.acceptsOtherModel ? .warning : .broken,
                    cause: "\(name) was made with model \(made), TEI serves \(model.model)",
                    remedy: store.acceptsOtherModel
                        ? "documents are embedded anew as they come; until all are, searches mix both"
                        : "serve that model, choose another PULSE_QDRANT_COLLECTION, or set PULSE_MODEL_CHANGE=reindex",
                    endpoint: shown))
        }
        if let distance = collection.distance, distance != store.wantedDistance {
            findings.append(
                .broken(
                    .state(.collectionDistance),
                    "\(name) compares by \(distance), PULSE_QDRANT_DISTANCE says \(store.wantedDistance)",
                    "set PULSE_QDRANT_DISTANCE to what the collection has", at: shown))
        }
        return findings
    }

    private static func condition(
        _ store: StoreFacts, _ collection: StoreFacts.Collection, _ shown: String
    ) -> [Finding] {
        if let error = collection.optimizerError {
            let isFull = error.contains("No space left")
            return [
                .broken(
                    .state(isFull ? .qdrantDisk : .collectionOptimizer), "its optimizer has stopped: \(error)",
                    isFull ? "its disk is full: free some, or enlarge it" : "look at Qdrant's log", at: shown)
            ]
        }
        switch collection.status {
        case "red":
            return [
                .broken(
                    .state(.collectionBroken), "collection \"\(store.name)\" is red: a shard of it has failed",
                    "look at Qdrant's log and GET /collections/\(store.name)", at: shown)
            ]
        case "yellow", "grey":
            return [
                .fine(
                    .state(.collectionBusy),
                    "collection \"\(store.name)\" is \(collection.status): it is being optimized, "
                        + "searches may be slower", at: shown)
            ]
        default: return []
        }
    }
}
