import HTTPServing
import Synchronization

/// How many requests may wait for Qdrant and TEI at once. While these are silent each waits until its deadline, and without a
/// bound they would fill the house: documents and the supervisor's own question would find no connection.
///
/// The pattern: Michael Nygard, "Release It!".
final class Bulkhead: Sendable {
    private let most: Int
    private let count = Mutex(0)

    init(most: Int) { self.most = most }

    /// 503 at once for one too many.
    func within(_ work: () async -> HTTPResponse) async -> HTTPResponse {
        let isAdmitted = count.withLock { count in
            guard count < most else { return false }
            count += 1
            return true
        }
        guard isAdmitted else {
            return .unavailable(
                "\(most) requests wait for Qdrant and TEI already: try again when they answer; GET /health says how they are"
            )
        }
        defer { count.withLock { $0 -= 1 } }
        return await work()
    }
}
