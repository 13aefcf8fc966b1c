import Synchronization

/// Hugging Face's Text Embeddings Inference (TEI), versions 1.7 to 1.9.
final class TextEmbeddings: Sendable {
    /// The model, and who may ask it how much at once.
    struct Known {
        var facts: ModelFacts
        var gate: EmbedGate
    }

    let caller: ServiceCaller
    private let known = Mutex<Known?>(nil)

    private let expectedDimension: Int?

    /// - Parameter expectedDimension: what the operator says the vectors have; nil = whatever the model gives.
    init(caller: ServiceCaller, expectedDimension: Int? = nil) {
        self.caller = caller
        self.expectedDimension = expectedDimension
    }

    /// The model's facts, asked for once and again after every probe.
    func facts() async throws(CallFailure) -> ModelFacts { try await know().facts }

    /// Nil before the first success.
    var knownFacts: ModelFacts? { known.withLock { $0?.facts } }

    /// Asks for the facts and embeds one input, which is the only way to learn the dimension and to see that the
    /// model works.
    ///
    /// Of a server that is trusted only the facts are asked: an input would queue behind everybody's work, and a server
    /// that is merely busy would look silent.
    func probe() async throws(CallFailure) -> ModelFacts {
        guard let facts = knownFacts, case .all = caller.watch.admission else { return try await load(.probe).facts }
        let info = try await info(.probe)
        return facts.describes(info) ? facts : try await load(.probe).facts
    }

    /// Embeds texts of any number; the outcomes are in their order. Nothing is truncated.
    func embed(_ texts: [String]) async throws(CallFailure) -> [EmbedOutcome] {
        let known = try await know()
        let batches = known.facts.batcher.plan(texts.map { JSONText.size(of: $0) + 1 })
        let results = await withTaskGroup(
            of: ([Int], Result<[EmbedOutcome], CallFailure>).self,
            returning: [([Int], Result<[EmbedOutcome], CallFailure>)].self
        ) { group in
            for batch in batches {
                group.addTask { (batch, await self.send(batch.map { texts[$0] }, known)) }
            }
            var results: [([Int], Result<[EmbedOutcome], CallFailure>)] = []
            for await result in group { results.append(result) }
            return results
        }
        var outcomes = [EmbedOutcome?](repeating: nil, count: texts.count)
        for (batch, result) in results {
            for (index, outcome) in zip(batch, try result.get()) { outcomes[index] = outcome }
        }
        return outcomes.compactMap { $0 }
    }

    func know() async throws(CallFailure) -> Known {
        if let known = known.withLock({ $0 }) { return known }
        return try await load(.work)
    }

    private func load(_ purpose: ServiceCaller.Purpose) async throws(CallFailure) -> Known {
        let info = try await info(purpose)
        let sample = try await request(["pulse"], dimension: nil, purpose)
        if let expected = expectedDimension, expected != sample.dimension {
            throw garbage("\(info.model_id) gives \(sample.dimension) dimensions, PULSE_VECTOR_DIM says \(expected)")
        }
        let tokenizer = try await tokenizer(info, purpose)
        let facts = ModelFacts(
            modelID: info.model_id, modelSHA: info.model_sha, maxInputLength: info.max_input_length,
            maxBatchTokens: info.max_batch_tokens, maxClientBatchSize: info.max_client_batch_size,
            maxConcurrentRequests: info.max_concurrent_requests, dimension: sample.dimension,
            specialTokens: tokenizer.special,
            calibration: tokenizer.calibration)
        return known.withLock { known in
            // The gate outlives a probe that found everything as before.
            if let known, known.facts == facts { return known }
            let fresh = Known(facts: facts, gate: EmbedGate(limiter: facts.limiter))
            known = fresh
            return fresh
        }
    }

    private func info(_ purpose: ServiceCaller.Purpose) async throws(CallFailure) -> InfoAnswer {
        let response = try await caller.call(.get, "/info", purpose: purpose)
        guard let info = InfoAnswer.parse(response.body) else { throw garbage("/info lacks what TEI writes there") }
        return info
    }

    private func send(_ texts: [String], _ known: Known) async -> Result<[EmbedOutcome], CallFailure> {
        do throws(CallFailure) { return .success(try await paced(texts, known)) } catch { return .failure(error) }
    }

    /// One batch, in as many requests as the gate allows at the time.
    private func paced(_ texts: [String], _ known: Known) async throws(CallFailure) -> [EmbedOutcome] {
        var outcomes: [EmbedOutcome] = []
        var refusals = 0
        let began = ContinuousClock.now
        while outcomes.count < texts.count {
            let granted = await known.gate.enter(texts.count - outcomes.count)
            do {
                outcomes += try await isolate(texts[outcomes.count..<outcomes.count + granted], known.facts)
                await known.gate.leave(granted, .succeeded)
                refusals = 0
            } catch .fault(let fault) {
                guard case .overloaded = fault.kind else {
                    await known.gate.leave(granted, .abandoned)
                    throw .fault(fault)
                }
                await known.gate.leave(granted, .overloaded)
                refusals += 1
                let elapsed = ContinuousClock.now - began
                switch caller.retry.decide(fault.kind, attempt: refusals, elapsed: elapsed, luck: .random(in: 0..<1)) {
                case .retry(let wait): try await caller.pause(wait)
                case .giveUp:
                    caller.watch.failed(fault)
                    throw .fault(fault.judged(.transient))
                }
            } catch {
                await known.gate.leave(granted, .abandoned)
                throw error
            }
        }
        return outcomes
    }

    /// Embeds; when the server refuses the batch for one text's sake, halves until that text stands alone.
    private func isolate(_ texts: ArraySlice<String>, _ facts: ModelFacts) async throws(CallFailure) -> [EmbedOutcome] {
        do {
            let answer = try await request(texts, dimension: facts.dimension, .pacedWork)
            return answer.vectors.map { .vector($0) }
        } catch .fault(let fault) where fault.kind == .poison || fault.kind == .suspect {
            if fault.kind == .suspect { try await exonerate(fault, facts) }
            if texts.count == 1 { return [.rejected(fault)] }
            let middle = texts.startIndex + texts.count / 2
            return try await isolate(texts[..<middle], facts) + isolate(texts[middle...], facts)
        }
    }

    /// A failed inference may be the server's fault or the text's: when a harmless text fails as well, it is the server's.
    private func exonerate(_ fault: ServiceFault, _ facts: ModelFacts) async throws(CallFailure) {
        do {
            _ = try await request(["pulse"], dimension: facts.dimension, .pacedWork)
        } catch .fault(let again) where again.kind == .suspect {
            caller.watch.failed(again.judged(.transient))
            throw .fault(again.judged(.transient))
        }
    }

    private func request(
        _ texts: some Collection<String>, dimension: Int?, _ purpose: ServiceCaller.Purpose
    ) async throws(CallFailure) -> (vectors: [EmbeddedVector], dimension: Int) {
        var json = JSONText()
        json.raw(#"{"truncate":false,"inputs":"#)
        json.strings(texts)
        json.raw("}")
        let response = try await caller.call(.post, "/embed", json.bytes, purpose: purpose)
        do {
            let slices = try EmbeddingSlices.scan(response.body, count: texts.count, dimension: dimension)
            return (slices.vectors.map { EmbeddedVector(answer: response.body, range: $0) }, slices.dimension)
        } catch {
            // Another model may have come up in the server's place: learn anew before the next attempt.
            known.withLock { $0 = nil }
            throw garbage("/embed: \(error)")
        }
    }

    /// An answer that TEI would not give: held against the service, not against the document.
    func garbage(_ what: String) -> CallFailure {
        let fault = ServiceFault(
            .tei, .configuration, "\(what) (\(SanitizedURL(caller.endpoint.url).origin))",
            remedy: "another service or another model answers there: check PULSE_TEI_URL")
        caller.watch.failed(fault)
        return .fault(fault)
    }
}
