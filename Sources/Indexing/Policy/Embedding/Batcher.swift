/// Bounds of one request, and how the texts of one call are cut into requests.
///
/// Texts of near-equal length stand together, because a padded model computes every text of a batch at the length of
/// the longest.
struct Batcher: Equatable {
    /// Never above the server's `max_client_batch_size` nor its `max_concurrent_requests`: every input takes a permit,
    /// and a batch with more inputs than there are permits is refused for ever.
    let inputs: Int
    /// Bound of a request's inputs as JSON, in bytes.
    let bytes: Int

    init(maxClientBatchSize: Int, maxConcurrentRequests: Int, payloadBytes: Int) {
        inputs = max(1, min(maxClientBatchSize, maxConcurrentRequests))
        bytes = max(1, payloadBytes)
    }

    /// - Parameter sizes: each text's size as JSON, in bytes.
    /// - Returns: indices into `sizes`, each exactly once. A text that is too large by itself stands alone: the server
    ///   decides about it.
    func plan(_ sizes: [Int]) -> [[Int]] {
        var batches: [[Int]] = []
        var current: [Int] = []
        var total = 0
        for index in sizes.indices.sorted(by: { (sizes[$0], $0) < (sizes[$1], $1) }) {
            if !current.isEmpty, current.count == inputs || total + sizes[index] > bytes {
                batches.append(current)
                current = []
                total = 0
            }
            current.append(index)
            total += sizes[index]
        }
        if !current.isEmpty { batches.append(current) }
        return batches
    }
}
