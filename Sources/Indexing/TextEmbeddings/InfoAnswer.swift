import FoundationEssentials

/// The parts of TEI's `GET /info` that matter here; the dimension is not among them.
struct InfoAnswer: Decodable {
    var model_id: String
    var model_sha: String?
    var max_input_length: Int
    var max_batch_tokens: Int
    var max_client_batch_size: Int
    var max_concurrent_requests: Int

    static func parse(_ body: [UInt8]) -> InfoAnswer? {
        try? JSONDecoder().decode(InfoAnswer.self, from: Data(body))
    }

    var limits: ServerLimits {
        ServerLimits(
            maxBatchTokens: max_batch_tokens, maxClientBatchSize: max_client_batch_size,
            maxConcurrentRequests: max_concurrent_requests)
    }
}
