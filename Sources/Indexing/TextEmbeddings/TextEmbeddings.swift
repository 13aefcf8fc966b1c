import Synchronization

/// Texts to vectors, through one embedding server or several that serve the same model.
final class TextEmbeddings: Sendable {
    let endpoints: [EmbedEndpoint]
    private let dispatcher: EmbedDispatcher
    private let checked = Mutex<ContinuousClock.Instant?>(nil)
    /// All who want the facts while they are being asked for are told the same: when a server comes back, every job does.
    private let questions = SharedRequests<TextEmbeddings, ModelFacts>(
        mostUnderWay: 1, size: { _ in RequestSize() }, holds: { _ in true },
        perform: { group in
            let outcome: Result<ModelFacts, CallFailure>
            do throws(CallFailure) {
                guard let embeddings = group.items.first else { return [] }
                outcome = .success(try await embeddings.askForFacts())
            } catch {
                outcome = .failure(error)
            }
            return group.items.map { _ in outcome }
        })

    /// - Parameter callers: one for each server, at least one.
    init(callers: [ServiceCaller], settings: EmbeddingSettings, retry: RetryPolicy) {
        endpoints = callers.map { EmbedEndpoint(caller: $0, settings: settings) }
        dispatcher = EmbedDispatcher(endpoints, retry: retry)
    }

    /// The model's facts, asked for once and again after every probe.
    func facts() async throws(CallFailure) -> ModelFacts {
        if let knownFacts { return knownFacts }
        return try await questions.answer(to: self)
    }

    private func askForFacts() async throws(CallFailure) -> ModelFacts {
        // Who came too late for the last question finds its answer here.
        if let knownFacts { return knownFacts }
        // Of several servers the one that is away must not hold up the others: one attempt each comes first.
        if endpoints.count > 1, await check(), let knownFacts { return knownFacts }
        let failures = await learn { endpoint async throws(CallFailure) in try await endpoint.load(.work) }
        if let knownFacts { return knownFacts }
        throw failures.compactMap(\.self).first ?? .cancelled
    }

    /// Of a server that works, else of any; nil before the first success.
    var knownFacts: ModelFacts? {
        endpoints.first { $0.isUsable }?.facts ?? endpoints.lazy.compactMap(\.facts).first
    }

    /// Embeds a document's texts, any number of them; the outcomes are in their order. Nothing is truncated.
    func embed(_ texts: [String]) async throws(CallFailure) -> [EmbedOutcome] {
        _ = try await facts()
        return try await dispatcher.embed(texts)
    }

    /// Embeds the words of a search: at once, past everything that waits, with the permits that documents leave free.
    func embed(query: String) async throws(CallFailure) -> EmbeddedVector {
        let dimension = try await facts().dimension
        return try await anywhere { endpoint async throws(CallFailure) in
            do throws(CallFailure) {
                let answer = try await endpoint.embed([query], .query, dimension: dimension, .work)
                guard let vector = answer.vectors.first else { throw endpoint.garbage("/embed: no vector") }
                return vector
            } catch {
                throw endpoint.refused(error, .query)
            }
        }
    }

    /// Texts that wait for room at a server.
    var waiting: Int { dispatcher.waiting }

    /// The tokens of each text without special ones, their places in UTF-8 bytes.
    func tokenize(_ texts: [String]) async throws(CallFailure) -> [[TokenSpan]] {
        try await anywhere { endpoint async throws(CallFailure) in try await endpoint.tokenize(texts) }
    }

    /// An answer that TEI would not give, found out by the one who asked; the first server that works is blamed.
    func garbage(_ what: String) -> CallFailure {
        (endpoints.first { $0.isUsable } ?? endpoints.first)?.garbage(what) ?? .cancelled
    }

    /// Asks every server how it is, one attempt each, and notes what they say.
    ///
    /// - Returns: false when the check was cancelled before it was over.
    func check() async -> Bool {
        let failures = await learn { endpoint async throws(CallFailure) in try await self.examine(endpoint) }
        checked.withLock { $0 = .now }
        // Of those that were asked side by side the last facts are known only now.
        if let disagreement {
            for (endpoint, failure) in zip(endpoints, failures) where failure == nil {
                endpoint.caller.watch.probed(disagreement)
            }
        }
        return !failures.contains(.cancelled)
    }

    /// One server's part of a check, noted as soon as it is known: another one may take its time.
    private func examine(_ endpoint: EmbedEndpoint) async throws(CallFailure) -> ModelFacts {
        let watch = endpoint.caller.watch
        let (begun, isOnProbation) = (ContinuousClock.now, watch.standing.isProbation)
        do throws(CallFailure) {
            let facts = try await endpoint.probe()
            // One on probation was asked to embed, and did: with jobs that have nothing to embed it would stay there.
            if isOnProbation, disagreement == nil { watch.answered() } else { watch.probed(disagreement) }
            return facts
        } catch {
            if case .fault(let fault) = error {
                watch.probed(fault, since: begun)
                // What a server said before it went away binds the others no longer.
                if endpoints.count > 1, watch.refusal != nil { endpoint.forget() }
            }
            throw error
        }
    }

    /// How long ago the last check was over; nil before the first.
    var checkAge: Duration? { checked.withLock { $0?.duration(to: .now) } }

    /// Asks all servers side by side.
    private func learn(
        _ ask: @escaping @Sendable (EmbedEndpoint) async throws(CallFailure) -> ModelFacts
    ) async -> [CallFailure?] {
        await withTaskGroup(of: (Int, CallFailure?).self, returning: [CallFailure?].self) { group in
            for (index, endpoint) in endpoints.enumerated() {
                group.addTask {
                    do throws(CallFailure) {
                        self.dispatcher.learned(try await ask(endpoint).limits, of: index)
                        return (index, nil)
                    } catch {
                        return (index, error)
                    }
                }
            }
            var failures = [CallFailure?](repeating: nil, count: endpoints.count)
            for await (index, failure) in group { failures[index] = failure }
            return failures
        }
    }

    /// Documents would be cut and embedded in two ways: nothing is embedded until a person has decided which.
    private var disagreement: ServiceFault? {
        var first: (endpoint: EmbedEndpoint, facts: ModelFacts)?
        for endpoint in endpoints {
            guard let facts = endpoint.facts else { continue }
            guard let known = first else {
                first = (endpoint, facts)
                continue
            }
            if known.facts.isSameModel(as: facts) { continue }
            return ServiceFault(
                .tei, .configuration,
                "two servers disagree: \(known.endpoint.origin) has \(known.facts.identity), "
                    + "\(endpoint.origin) has \(facts.identity)",
                remedy: "let all addresses in PULSE_TEI_URL serve one model")
        }
        return nil
    }

    /// Asks one server, and the next when that one fails for its own sake.
    private func anywhere<Value: Sendable>(
        _ ask: (EmbedEndpoint) async throws(CallFailure) -> Value
    ) async throws(CallFailure) -> Value {
        var last: CallFailure?
        for index in dispatcher.preferred {
            do throws(CallFailure) {
                return try await ask(endpoints[index])
            } catch {
                guard case .fault(let fault) = error, fault.kind != .poison else { throw error }
                last = error
            }
        }
        if let last { throw last }
        guard let fault = endpoints.lazy.compactMap(\.caller.watch.refusal).first else { throw .cancelled }
        throw .fault(fault)
    }
}
