/// What the embedding server says about its model and its limits (`GET /info`), and the dimension its answers have.
struct ModelFacts: Equatable, Sendable {
    var modelID: String
    var modelSHA: String?
    var maxInputLength: Int
    var maxBatchTokens: Int
    var maxClientBatchSize: Int
    var maxConcurrentRequests: Int
    var dimension: Int
    /// Tokens the model puts around every text, those of a prompt included.
    var specialTokens: Int
    /// What characters cost in this model's tokens.
    var calibration: TokenCalibration

    /// The very model and limits that the server names now.
    func describes(_ info: InfoAnswer) -> Bool {
        modelID == info.model_id && modelSHA == info.model_sha && maxInputLength == info.max_input_length
            && limits == info.limits
    }

    /// Texts are cut and embedded alike by both: servers that differ in their limits alone may share the work.
    func isSameModel(as other: ModelFacts) -> Bool {
        modelID == other.modelID && modelSHA == other.modelSHA && dimension == other.dimension
            && maxInputLength == other.maxInputLength && specialTokens == other.specialTokens
    }

    /// Tokens of its own that a text may have.
    var textTokens: Int { max(1, maxInputLength - specialTokens) }

    /// Characters of a text, whatever its tokens: TEI refuses more before it looks. A byte is a character at most.
    /// Source: `tokenize_input` in TEI's core/src/tokenization.rs.
    var maxTextCharacters: Int { maxInputLength * 250 }

    var limits: ServerLimits {
        ServerLimits(
            maxBatchTokens: maxBatchTokens, maxClientBatchSize: maxClientBatchSize,
            maxConcurrentRequests: maxConcurrentRequests)
    }

    /// For `/tokenize`, which has the same bounds as `/embed`.
    var batcher: Batcher {
        Batcher(
            maxClientBatchSize: maxClientBatchSize, maxConcurrentRequests: maxConcurrentRequests,
            payloadBytes: EndpointPace.payload)
    }

    /// In words, for whoever has to find out which of two servers is the wrong one.
    var identity: String {
        "\"\(modelID)\"\(modelSHA.map { " at \($0)" } ?? ""), \(dimension) dimensions, \(maxInputLength) tokens"
    }
}
