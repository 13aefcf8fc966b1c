import FoundationEssentials

/// The parts of TEI's `GET /info` that matter here; the dimension is not among them.
struct InfoAnswer: Decodable {
    var model_id: String
    var model_sha: String?
    var max_input_length: Int
    var max_batch_tokens: Int
    var max_client_batch_size: Int
    var max_concurrent_requests: Int

    /// - Returns: nil as well for limits that no server has and that no arithmetic should meet.
    static func parse(_ body: [UInt8]) -> InfoAnswer? {
        guard let info = try? JSONDecoder().decode(InfoAnswer.self, from: Data(body)) else { return nil }
        let limits = [
            info.max_input_length, info.max_batch_tokens, info.max_client_batch_size, info.max_concurrent_requests,
        ]
        return limits.allSatisfy((1...largest).contains) ? info : nil
    }

    static let largest = 1 << 31

    var limits: ServerLimits {
        ServerLimits(
            maxBatchTokens: max_batch_tokens, maxClientBatchSize: max_client_batch_size,
            maxConcurrentRequests: max_concurrent_requests)
    }
}
