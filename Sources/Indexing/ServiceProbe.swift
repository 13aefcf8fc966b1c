/// Asks one service whether it can do its work: the check at start, in idleness and when its breaker is open.
public struct ServiceProbe: Sendable {
    let service: ServiceFault.Service
    let indexer: Indexer

    /// One attempt, within the endpoint's probe deadline for each request. TEI: its facts and, unless it is trusted, one embedded
    /// input. Qdrant:
    /// the collection, created if it is missing and the model is known. The breaker hears of the outcome.
    public func check() async -> ServiceHealth {
        if service == .tei {
            if await !indexer.embeddings.check() { return lastSeen ?? cancelled }
            return lastSeen ?? ServiceHealth(nil)
        }
        let watch = indexer.collection.store.caller.watch
        let begun = ContinuousClock.now
        let fault: ServiceFault?
        do throws(CallFailure) {
            if let facts = indexer.embeddings.knownFacts {
                _ = try await indexer.collection.prepare(facts, .probe)
            } else {
                _ = try await indexer.collection.store.layout(.probe)
            }
            fault = nil
        } catch {
            guard case .fault(let found) = error else { return lastSeen ?? cancelled }
            fault = found
        }
        watch.probed(fault, since: begun)
        return lastSeen ?? ServiceHealth(fault)
    }

    /// What the last request, of a job or of a check, said; nil before the first.
    public var lastSeen: ServiceHealth? {
        switch service {
        case .tei: indexer.embeddings.health
        case .qdrant: indexer.collection.store.caller.watch.health?.0
        }
    }

    /// How long ago the service was last heard of, in a way that would have shown whatever a check shows; nil before the first.
    /// Answers to jobs do not show that a model of the same dimension took the former one's place.
    public var age: Duration? {
        switch service {
        case .tei: indexer.embeddings.checkAge
        case .qdrant: indexer.collection.store.caller.watch.health?.age
        }
    }

    public var admission: Admission {
        switch service {
        case .tei: indexer.embeddings.admission
        case .qdrant: indexer.collection.store.caller.watch.admission
        }
    }

    /// It is not well, and has answered neither job nor check for at least so long.
    public func wasSilent(for time: Duration) -> Bool {
        switch service {
        case .tei: indexer.embeddings.wasSilent(for: time)
        case .qdrant: indexer.collection.store.caller.watch.wasSilent(for: time)
        }
    }

    private var cancelled: ServiceHealth {
        ServiceHealth(ServiceFault(service, .transient, "the check was cancelled"))
    }
}

extension Indexer {
    public var tei: ServiceProbe { ServiceProbe(service: .tei, indexer: self) }
    public var qdrant: ServiceProbe { ServiceProbe(service: .qdrant, indexer: self) }
}

extension Indexer {
    /// Why documents cannot be searched by words, which keeps none from being indexed; nil = they can.
    public var keywordComplaint: String? { collection.keywordComplaint }
}
