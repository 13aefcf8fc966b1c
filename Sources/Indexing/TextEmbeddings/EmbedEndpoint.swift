import Synchronization

/// One embedding server: Hugging Face's Text Embeddings Inference (TEI), versions 1.7 to 1.9.
final class EmbedEndpoint: Sendable {
    /// Whose words are embedded; the prompt depends on it.
    enum Role { case document, query }

    struct Answer {
        var vectors: [EmbeddedVector]
        var dimension: Int
        var signal: LoadSignal
    }

    let caller: ServiceCaller
    let settings: EmbeddingSettings
    private let known = Mutex<ModelFacts?>(nil)
    /// Checks in a row whose sample got no answer although the server gave its facts.
    private let silentSamples = Mutex(0)
    /// So often the patience with the next one doubles: eight times the usual, and a stop need not wait longer.
    private static let mostDoublings = 3

    init(caller: ServiceCaller, settings: EmbeddingSettings) {
        self.caller = caller
        self.settings = settings
    }

    /// Nil before the first success, and after an answer that another model must have given.
    var facts: ModelFacts? { known.withLock { $0 } }

    var origin: String { SanitizedURL(caller.endpoint.url).origin }

    func forget() { known.withLock { $0 = nil } }

    /// Asks for the facts and embeds one input, which is the only way to learn the dimension and to see that the
    /// model works.
    func load(_ purpose: ServiceCaller.Purpose) async throws(CallFailure) -> ModelFacts {
        let info = try await info(purpose)
        let sample = try await sample(purpose)
        if let expected = settings.expectedDimension, expected != sample.dimension {
            throw garbage("\(info.model_id) gives \(sample.dimension) dimensions, PULSE_VECTOR_DIM says \(expected)")
        }
        let tokenizer = try await tokenizer(info, purpose)
        let facts = ModelFacts(
            modelID: info.model_id, modelSHA: info.model_sha, maxInputLength: info.max_input_length,
            maxBatchTokens: info.max_batch_tokens, maxClientBatchSize: info.max_client_batch_size,
            maxConcurrentRequests: info.max_concurrent_requests, dimension: sample.dimension,
            specialTokens: tokenizer.special, calibration: tokenizer.calibration)
        known.withLock { $0 = facts }
        return facts
    }

    /// One word. It queues behind everybody's work: a server that other workers keep busy is given more time at each check, lest
    /// a worker that is new there takes it for silent until they are done.
    private func sample(_ purpose: ServiceCaller.Purpose) async throws(CallFailure) -> Answer {
        let silences = silentSamples.withLock { $0 }
        let patience =
            purpose == .probe ? min(caller.endpoint.deadline, caller.endpoint.probeDeadline * (1 << silences)) : nil
        do throws(CallFailure) {
            let answer = try await embed(
                ["pulse"], .document, dimension: settings.dimensions, purpose, within: patience)
            silentSamples.withLock { $0 = 0 }
            return answer
        } catch {
            if case .fault(let fault) = error, fault.isSilence {
                silentSamples.withLock { $0 = min($0 + 1, Self.mostDoublings) }
            }
            throw refused(error, .document)
        }
    }

    /// A check. Of a server that is trusted only the facts are asked: an input would queue behind everybody's work, and a
    /// server that is merely busy would look silent.
    func probe() async throws(CallFailure) -> ModelFacts {
        guard let facts, case .all = caller.watch.admission else { return try await load(.probe) }
        return facts.describes(try await info(.probe)) ? facts : try await load(.probe)
    }

    /// Reads the facts again: the server may have come back with others.
    func reload() async throws(CallFailure) -> ModelFacts {
        let info = try await info(.work)
        if let facts, facts.describes(info) { return facts }
        return try await load(.work)
    }

    /// One request. Nothing of a document is truncated; of a question what is beyond the model's window is left out, since a
    /// shorter question is of more use than none.
    ///
    /// - Parameters:
    ///   - dimension: what every vector must have; nil takes the first one's.
    ///   - deadline: nil = the usual one.
    func embed(
        _ texts: some Collection<String>, _ role: Role, dimension: Int?, _ purpose: ServiceCaller.Purpose,
        within deadline: Duration? = nil
    ) async throws(CallFailure) -> Answer {
        var json = JSONText(reserving: texts.reduce(256) { $0 + $1.utf8.count + $1.utf8.count / 32 + 4 })
        json.raw(role == .query ? #"{"truncate":true,"# : #"{"truncate":false,"#)
        write(prompt(role), into: &json)
        if let dimensions = settings.dimensions {
            json.raw(#""dimensions":"#)
            json.integer(dimensions)
            json.raw(",")
        }
        json.raw(#""inputs":"#)
        json.strings(texts)
        json.raw("}")
        let response = try await caller.call(.post, "/embed", json.bytes, purpose: purpose, deadline: deadline)
        do {
            let slices = try EmbeddingSlices.scan(response.body, count: texts.count, dimension: dimension)
            return Answer(
                vectors: slices.vectors.map { EmbeddedVector(answer: response.body, range: $0) },
                dimension: slices.dimension, signal: LoadSignal(header: response.header))
        } catch {
            // Another model may have come up in the server's place: learn anew before the next attempt.
            forget()
            throw garbage("/embed: \(error)")
        }
    }

    /// A refusal that is a setting's fault fails every text: it is held against the setting, not against a text.
    func refused(_ failure: CallFailure, _ role: Role) -> CallFailure {
        guard case .fault(let fault) = failure, fault.kind == .poison,
            case .setting(let name) = EmbedRefusal(fault, promptSetting: Self.promptSetting(role))
        else { return failure }
        let judged = ServiceFault(
            .tei, .configuration, fault.reason, remedy: "the model does not have what \(name) asks for: check it",
            status: fault.status)
        caller.watch.failed(judged)
        return .fault(judged)
    }

    func info(_ purpose: ServiceCaller.Purpose) async throws(CallFailure) -> InfoAnswer {
        try info(in: await caller.call(.get, "/info", purpose: purpose))
    }

    func info(in response: HTTPResponse) throws(CallFailure) -> InfoAnswer {
        guard let info = InfoAnswer.parse(response.body) else {
            throw garbage(
                "/info lacks what TEI writes there, or names a limit that is not in 1...\(InfoAnswer.largest): "
                    + ServiceFault.excerpt(response.body))
        }
        return info
    }

    /// An answer that TEI would not give: held against the service, not against the document.
    func garbage(_ what: String) -> CallFailure {
        let fault = ServiceFault(
            .tei, .configuration, "\(what) (\(origin))",
            remedy: "another service or another model answers there: check PULSE_TEI_URL", symptom: .wrongService)
        caller.watch.failed(fault)
        return .fault(fault)
    }

    func prompt(_ role: Role) -> String? { role == .document ? settings.prompt : settings.queryPrompt }

    static func promptSetting(_ role: Role) -> String {
        role == .document ? "PULSE_TEI_PROMPT" : "PULSE_TEI_QUERY_PROMPT"
    }

    func write(_ prompt: String?, into json: inout JSONText) {
        guard let prompt else { return }
        json.raw(#""prompt_name":"#)
        json.string(prompt)
        json.raw(",")
    }
}
