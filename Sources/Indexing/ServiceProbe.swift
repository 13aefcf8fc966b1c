/// Asks one service whether it can do its work: the check at start, in idleness and when its breaker is open.
public struct ServiceProbe: Sendable {
    let service: ServiceFault.Service
    let indexer: Indexer

    /// One attempt, within the endpoint's probe deadline for each request. TEI: its facts and, unless it is trusted, one embedded
    /// input. Qdrant:
    /// the collection, created if it is missing and the model is known. The breaker hears of the outcome.
    public func check() async -> ServiceHealth {
        let fault: ServiceFault?
        do throws(CallFailure) {
            try await ask()
            fault = nil
        } catch {
            guard case .fault(let found) = error else {
                return watch.health?.0 ?? ServiceHealth(ServiceFault(service, .transient, "the check was cancelled"))
            }
            fault = found
        }
        watch.probed(fault)
        return ServiceHealth(fault)
    }

    /// What the last request, of a job or of a check, said, and how long ago; nil before the first.
    public var lastSeen: (health: ServiceHealth, age: Duration)? { watch.health }

    public var admission: Admission { watch.admission }

    /// It is not well, and has answered neither job nor check for at least so long.
    public func wasSilent(for time: Duration) -> Bool { watch.wasSilent(for: time) }

    private func ask() async throws(CallFailure) {
        switch service {
        case .tei: _ = try await indexer.embeddings.probe()
        case .qdrant:
            if let facts = indexer.embeddings.knownFacts {
                _ = try await indexer.collection.prepare(facts, .probe)
            } else {
                _ = try await indexer.collection.store.layout(.probe)
            }
        }
    }

    private var watch: ServiceGuard {
        switch service {
        case .tei: indexer.embeddings.caller.watch
        case .qdrant: indexer.collection.store.caller.watch
        }
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
