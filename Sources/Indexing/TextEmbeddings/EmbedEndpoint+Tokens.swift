extension EmbedEndpoint {
    /// The tokens of each text without special ones, their places in UTF-8 bytes.
    func tokenize(_ texts: [String]) async throws(CallFailure) -> [[TokenSpan]] {
        guard let batcher = facts?.batcher else { return try await tokens(of: texts, .work) }
        var spans = [[TokenSpan]](repeating: [], count: texts.count)
        for batch in batcher.plan(texts.map { JSONText.size(of: $0) + 1 }) {
            for (index, tokens) in zip(batch, try await tokens(of: batch.map { texts[$0] }, .work)) {
                spans[index] = tokens
            }
        }
        return spans
    }

    /// How many tokens each text has as the model sees it, with special ones and the prompt; one request.
    func tokenCounts(_ texts: [String]) async throws(CallFailure) -> [Int] {
        let body = try await tokenizeAnswer(texts, framed: true, .work)
        guard let counts = TokenizeAnswer.counts(body), counts.count == texts.count else {
            throw garbage("/tokenize answered something else than \(texts.count) lists of tokens")
        }
        return counts
    }

    /// What the model's tokenizer costs; asked once for each model, since it changes with nothing else.
    func tokenizer(
        _ info: InfoAnswer, _ purpose: ServiceCaller.Purpose
    ) async throws(CallFailure) -> (special: Int, calibration: TokenCalibration) {
        if let facts, facts.modelID == info.model_id, facts.modelSHA == info.model_sha {
            return (facts.specialTokens, facts.calibration)
        }
        let word = "pulse"
        let body = try await tokenizeAnswer([word], framed: true, purpose)
        guard let frame = TokenizeAnswer.countFrame(body, length: word.utf8.count) else {
            throw garbage("/tokenize answered something else than a list of tokens")
        }
        let sample = TokenCalibration.sample
        let spans = try await tokens(of: [sample[0..<sample.bytes.count]], purpose)
        return (frame, TokenCalibration(sample: sample, spans: spans.first ?? []))
    }

    /// One request, or more when its answer is larger than is taken. Special tokens stand nowhere in the text and are left
    /// out.
    private func tokens(of texts: [String], _ purpose: ServiceCaller.Purpose) async throws(CallFailure) -> [[TokenSpan]]
    {
        let body: [UInt8]
        do throws(CallFailure) {
            body = try await tokenizeAnswer(texts, framed: false, purpose)
        } catch {
            // A refusal has a status; without one it is the size.
            guard texts.count > 1, case .fault(let fault) = error, fault.kind == .poison, fault.status == nil else {
                throw error
            }
            let middle = texts.count / 2
            let first = try await tokens(of: Array(texts[..<middle]), purpose)
            return first + (try await tokens(of: Array(texts[middle...]), purpose))
        }
        guard let answer = TokenizeAnswer.parse(body), answer.count == texts.count else {
            throw garbage("/tokenize answered something else than \(texts.count) lists of tokens")
        }
        return answer
    }

    /// - Parameter framed: with special tokens and the prompt for documents.
    private func tokenizeAnswer(
        _ texts: [String], framed: Bool, _ purpose: ServiceCaller.Purpose
    ) async throws(CallFailure) -> [UInt8] {
        var json = JSONText()
        json.raw("{")
        if framed { write(prompt(.document), into: &json) }
        json.raw(framed ? #""add_special_tokens":true,"inputs":"# : #""add_special_tokens":false,"inputs":"#)
        json.strings(texts)
        json.raw("}")
        return try await caller.call(
            .post, "/tokenize", json.bytes, purpose: purpose, isDivisible: !framed && texts.count > 1
        ).body
    }
}

extension EmbedEndpoint {
    /// Tokens that the server puts before a text though nobody asked for a prompt.
    func defaultPromptTokens(_ purpose: ServiceCaller.Purpose) async throws(CallFailure) -> Int {
        let word = "pulse"
        let body = try await tokenizeAnswer([word], framed: false, purpose)
        guard let count = TokenizeAnswer.countFrame(body, length: word.utf8.count) else {
            throw garbage("/tokenize answered something else than a list of tokens")
        }
        return count
    }
}
