extension TextEmbeddings {
    /// The tokens of each text without special ones, their places in UTF-8 bytes.
    func tokenize(_ texts: [String]) async throws(CallFailure) -> [[TokenSpan]] {
        let batcher = try await know().facts.batcher
        var spans = [[TokenSpan]](repeating: [], count: texts.count)
        for batch in batcher.plan(texts.map { JSONText.size(of: $0) + 1 }) {
            for (index, tokens) in zip(batch, try await tokens(of: batch.map { texts[$0] }, .work)) {
                spans[index] = tokens
            }
        }
        return spans
    }

    /// One request. Special tokens stand nowhere in the text and are left out.
    private func tokens(of texts: [String], _ purpose: ServiceCaller.Purpose) async throws(CallFailure) -> [[TokenSpan]]
    {
        let body = try await tokenizeAnswer(texts, special: false, purpose)
        guard let answer = TokenizeAnswer.parse(body), answer.count == texts.count else {
            throw garbage("/tokenize answered something else than \(texts.count) lists of tokens")
        }
        return answer
    }

    private func tokenizeAnswer(
        _ texts: [String], special: Bool, _ purpose: ServiceCaller.Purpose
    ) async throws(CallFailure) -> [UInt8] {
        var json = JSONText()
        json.raw(special ? #"{"add_special_tokens":true,"inputs":"# : #"{"add_special_tokens":false,"inputs":"#)
        json.strings(texts)
        json.raw("}")
        return try await caller.call(.post, "/tokenize", json.bytes, purpose: purpose).body
    }

    /// What the model's tokenizer costs; asked once for each model, since it changes with nothing else.
    func tokenizer(
        _ info: InfoAnswer, _ purpose: ServiceCaller.Purpose
    ) async throws(CallFailure) -> (special: Int, calibration: TokenCalibration) {
        if let facts = knownFacts, facts.modelID == info.model_id, facts.modelSHA == info.model_sha {
            return (facts.specialTokens, facts.calibration)
        }
        guard let special = TokenizeAnswer.countSpecial(try await tokenizeAnswer(["pulse"], special: true, purpose))
        else {
            throw garbage("/tokenize answered something else than a list of tokens")
        }
        let sample = TokenCalibration.sample
        let spans = try await tokens(of: [sample[0..<sample.bytes.count]], purpose)
        return (special, TokenCalibration(sample: sample, spans: spans.first ?? []))
    }
}
