/// What the embedding server says about its model and its limits (`GET /info`), and the dimension its answers have.
struct ModelFacts: Equatable, Sendable {
    var modelID: String
    var modelSHA: String?
    var maxInputLength: Int
    var maxBatchTokens: Int
    var maxClientBatchSize: Int
    var maxConcurrentRequests: Int
    var dimension: Int
    /// Tokens the model puts around every text.
    var specialTokens: Int
    /// What characters cost in this model's tokens.
    var calibration: TokenCalibration

    /// The very model and limits that the server names now.
    func describes(_ info: InfoAnswer) -> Bool {
        modelID == info.model_id && modelSHA == info.model_sha && maxInputLength == info.max_input_length
            && maxBatchTokens == info.max_batch_tokens && maxClientBatchSize == info.max_client_batch_size
            && maxConcurrentRequests == info.max_concurrent_requests
    }

    /// Tokens of its own that a text may have.
    var textTokens: Int { max(1, maxInputLength - specialTokens) }

    /// A margin is left for the request's frame; the server's default bound for a body is 2,000,000 bytes.
    var batcher: Batcher {
        Batcher(
            maxClientBatchSize: maxClientBatchSize, maxConcurrentRequests: maxConcurrentRequests,
            payloadBytes: 1_900_000)
    }

    /// Starts at two batches; a fifth of the permits is left for interactive search.
    var limiter: ConcurrencyLimiter {
        let step = batcher.inputs
        let ceiling = min(Double(maxConcurrentRequests) * 0.8, 4 * Double(maxBatchTokens) / 32)
        return ConcurrencyLimiter(start: 2 * step, ceiling: max(1, Int(ceiling)), step: step)
    }
}
